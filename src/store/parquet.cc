// SPDX-License-Identifier: Apache-2.0
#include "store/parquet.h"

#include <cerrno>
#include <fstream>
#include <iterator>

#include <sys/mman.h>
#include <unistd.h>

#include "store/database.h"
#include "store/sql_text.h"

namespace playhead::store {
namespace {

// A file without a name or a place on a disk, which others open by a path nevertheless.
class MemoryFile {
  public:
    MemoryFile() : number_(::memfd_create("answer", MFD_CLOEXEC)) {}

    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    ~MemoryFile() {
        if (is_open()) ::close(number_);
    }

    bool is_open() const { return number_ >= 0; }

    std::string path() const { return "/proc/self/fd/" + std::to_string(number_); }

  private:
    const int number_;
};

std::string quoted(const std::string& name) {
    std::string text = "\"";
    for (const char c : name) {
        if (c == '"') text += c;
        if (c != '\0') text += c;  // would end the statement
    }
    return text + "\"";
}

std::string place_name(size_t place) {
    return "c" + std::to_string(place);
}

base::Result<void> fill(Connection& connection, size_t columns, std::span<const ParquetRow> rows) {
    std::string create = "CREATE TABLE answer (";
    for (size_t i = 0; i < columns; ++i) {
        create += (i > 0 ? ", " : "") + place_name(i) + " VARCHAR";
    }
    create += ")";
    const auto created = connection.run(create.c_str());
    if (!created) return created;
    auto table = connection.append_to("answer");
    if (!table) return std::unexpected(table.error());
    for (const ParquetRow& row : rows) {
        for (const auto& value : row) {
            if (value) {
                table->text(*value);
            } else {
                table->null();
            }
        }
        table->end_row();
    }
    return table->finish();
}

std::string copy_statement(std::span<const ParquetColumn> columns, const ParquetNotes& notes,
                           const std::string& path) {
    std::string copy = "COPY (SELECT ";
    for (size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) copy += ", ";
        copy += place_name(i) + "::" + columns[i].type + " AS " + quoted(columns[i].name);
    }
    copy += " FROM answer ORDER BY rowid) TO " + sql_text(path) +
            " (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false";
    if (!notes.empty()) {
        copy += ", KV_METADATA {";
        for (size_t i = 0; i < notes.size(); ++i) {
            if (i > 0) copy += ", ";
            copy += quoted(notes[i].first) + ": " + sql_text(notes[i].second);
        }
        copy += "}";
    }
    return copy + ")";
}

}  // namespace

base::Result<std::string> parquet_of(std::span<const ParquetColumn> columns,
                                     std::span<const ParquetRow> rows, const ParquetNotes& notes) {
    const MemoryFile file;
    if (!file.is_open()) return base::fail_errno(errno, "cannot open a file in memory");
    auto database = Database::open_in_memory("", "256MiB");
    if (!database) return std::unexpected(database.error());
    auto connection = database->connect();
    if (!connection) return std::unexpected(connection.error());
    auto done = fill(*connection, columns.size(), rows);
    if (done) done = connection->run(copy_statement(columns, notes, file.path()).c_str());
    if (!done) return std::unexpected(done.error());
    std::ifstream written(file.path(), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(written), {});
}

}  // namespace playhead::store
