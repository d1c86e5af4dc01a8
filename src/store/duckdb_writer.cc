// SPDX-License-Identifier: Apache-2.0
#include "store/duckdb_writer.h"

#include "base/check.h"
#include "store/schema.h"
#include "store/session_tables.h"

namespace playhead::store {
namespace {

using session::SessionRow;
using Rows = std::span<const SessionRow>;

// Opens the table for the first row only: most sessions have no chapters and no errors, and to open
// a table costs more than to append a row.
class LazyAppender {
  public:
    LazyAppender(Connection& connection, const char* table)
        : connection_(connection), table_(table) {}

    // Null when the table could not be opened; finish() gives the error.
    Appender* open() {
        if (!appender_) appender_.emplace(connection_.append_to(table_));
        return *appender_ ? &**appender_ : nullptr;
    }

    base::Result<void> finish() {
        if (!appender_) return {};
        if (!*appender_) return std::unexpected(appender_->error());
        return (*appender_)->finish();
    }

  private:
    Connection& connection_;
    const char* table_;
    std::optional<base::Result<Appender>> appender_;
};

template <class Row>
void append_values(Appender& to, std::span<const Column<Row>> columns, const Row& row) {
    for (const Column<Row>& column : columns) column.append(to, row);
    to.end_row();
}

base::Result<void> append_sessions(Connection& connection, Rows rows) {
    LazyAppender table(connection, "sessions");
    for (const SessionRow& row : rows) {
        if (Appender* to = table.open()) append_values(*to, session_columns(), row);
    }
    return table.finish();
}

template <class Row>
base::Result<void> append_parts(Connection& connection, Rows rows, const char* name,
                                std::vector<Row> SessionRow::* parts,
                                std::span<const Column<Row>> columns) {
    LazyAppender table(connection, name);
    for (const SessionRow& row : rows) {
        int64_t position = 0;
        for (const Row& part : row.*parts) {
            Appender* to = table.open();
            if (to == nullptr) break;
            to->text(row.id.text());
            to->integer(position++);
            append_values(*to, columns, part);
        }
    }
    return table.finish();
}

void append_error_ids(LazyAppender& table, const SessionRow& row, std::string_view source,
                      const std::vector<std::string>& ids) {
    int64_t position = 0;
    for (const std::string& id : ids) {
        Appender* to = table.open();
        if (to == nullptr) return;
        to->text(row.id.text());
        to->integer(position++);
        to->text(source);
        to->text(id);
        to->end_row();
    }
}

base::Result<void> append_errors(Connection& connection, Rows rows) {
    LazyAppender table(connection, "errors");
    for (const SessionRow& row : rows) {
        append_error_ids(table, row, player_sdk_source, row.player_sdk_errors);
        append_error_ids(table, row, external_source, row.external_errors);
    }
    return table.finish();
}

}  // namespace

DuckdbWriter::DuckdbWriter(std::shared_ptr<Database> database, Connection connection,
                           Statement set_offset, uint64_t offset)
    : database_(std::move(database)),
      connection_(std::move(connection)),
      set_offset_(std::move(set_offset)),
      offset_(offset) {
}

base::Result<std::unique_ptr<DuckdbWriter>> DuckdbWriter::make(std::shared_ptr<Database> database) {
    auto connection = database->connect();
    if (!connection) return std::unexpected(connection.error());
    auto stored = connection->ask("SELECT journal_offset FROM checkpoint");
    if (!stored) return std::unexpected(stored.error());
    if (!stored->next()) {
        return base::fail(base::ErrorCode::damaged, "the store has lost its checkpoint");
    }
    auto set_offset = connection->prepare("UPDATE checkpoint SET journal_offset = $1");
    if (!set_offset) return std::unexpected(set_offset.error());
    return std::unique_ptr<DuckdbWriter>(new DuckdbWriter(
        std::move(database), *std::move(connection), *std::move(set_offset), stored->natural(0)));
}

base::Result<void> DuckdbWriter::write(Rows rows, uint64_t offset) {
    return in_transaction(offset, [&] { return append_rows(rows); });
}

base::Result<void> DuckdbWriter::in_transaction(uint64_t offset,
                                                const std::function<base::Result<void>()>& change) {
    CHECK(offset >= offset_);
    auto done = connection_.run("BEGIN TRANSACTION");
    if (done) done = change();
    if (done) {
        set_offset_.bind(1, offset);
        const auto updated = set_offset_.run();
        done = updated ? connection_.run("COMMIT")
                       : base::Result<void>(std::unexpected(updated.error()));
    }
    if (done) {
        offset_ = offset;
        return done;
    }
    // An error inside the transaction may have ended it already, then this says so; either way
    // nothing of it is left.
    static_cast<void>(connection_.run("ROLLBACK"));
    return done;
}

base::Result<void> DuckdbWriter::append_rows(Rows rows) {
    auto done = append_sessions(connection_, rows);
    if (done) done = append_parts(connection_, rows, "ads", &SessionRow::ads, ad_columns());
    if (done) {
        done =
            append_parts(connection_, rows, "chapters", &SessionRow::chapters, chapter_columns());
    }
    if (done)
        done = append_parts(connection_, rows, "states", &SessionRow::states, state_columns());
    if (done) done = append_errors(connection_, rows);
    return done;
}

base::Result<void> DuckdbWriter::erase(const Erasure& erasure, std::span<const std::string> marks,
                                       uint64_t offset) {
    return in_transaction(offset, [&]() -> base::Result<void> {
        const auto deleted = delete_marked(marks);
        if (!deleted) return deleted;
        return keep(erasure);
    });
}

base::Result<void> DuckdbWriter::delete_marked(std::span<const std::string> marks) {
    if (marks.empty()) return {};
    auto done = connection_.run(
        "CREATE TEMP TABLE IF NOT EXISTS erased_marks (mark VARCHAR); DELETE FROM erased_marks");
    if (!done) return done;
    auto appender = connection_.append_to("erased_marks");
    if (!appender) return std::unexpected(appender.error());
    for (const std::string& mark : marks) {
        appender->text(mark);
        appender->end_row();
    }
    done = appender->finish();
    if (!done) return done;
    const auto tables = session_tables(connection_);
    if (!tables) return std::unexpected(tables.error());
    for (const std::string& table : *tables) {
        const std::string statement =
            "DELETE FROM " + table +
            " WHERE left(sha256(session_id), 32) IN (SELECT mark FROM erased_marks)";
        done = connection_.run(statement.c_str());
        if (!done) return done;
    }
    return connection_.run("DELETE FROM erased_marks");
}

base::Result<void> DuckdbWriter::keep(const Erasure& erasure) {
    auto statement = connection_.prepare(
        "INSERT INTO erasures SELECT $1, $2::BIGINT, $3, $4, $5, $6, NULL "
        "WHERE NOT EXISTS (SELECT 1 FROM erasures WHERE erasure_id = $1)");
    if (!statement) return std::unexpected(statement.error());
    statement->bind(1, erasure.id);
    statement->bind(2, static_cast<uint64_t>(erasure.erased_at));
    statement->bind(3, erasure.sessions);
    statement->bind(4, erasure.records);
    statement->bind(5, erasure.rows);
    statement->bind(6, erasure.journal_offset);
    const auto kept = statement->run();
    if (!kept) return std::unexpected(kept.error());
    return {};
}

base::Result<void> DuckdbWriter::finish_erasure(const std::string& id, int64_t finished_at,
                                                uint64_t offset) {
    return in_transaction(offset, [&]() -> base::Result<void> {
        auto statement = connection_.prepare(
            "UPDATE erasures SET finished_at = $2::BIGINT WHERE erasure_id = $1");
        if (!statement) return std::unexpected(statement.error());
        statement->bind(1, id);
        statement->bind(2, static_cast<uint64_t>(finished_at));
        const auto kept = statement->run();
        if (!kept) return std::unexpected(kept.error());
        return {};
    });
}

base::Result<uint64_t> DuckdbWriter::offset() {
    return offset_;
}

}  // namespace playhead::store
