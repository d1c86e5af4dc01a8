// SPDX-License-Identifier: Apache-2.0
#include "store/export.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/check.h"
#include "store/schema.h"
#include "store/session_tables.h"
#include "store/sql_text.h"

namespace playhead::store {
namespace {

using session::SessionRow;

// What tells where the events of a session are and how to fold them again.
constexpr std::array<std::string_view, 6> needed_columns = {
    "session_id", "rule_set", "close_reason", "close_ts", "is_federated", "offsets"};

// The smallest text that the id of a session made at `ms` can be: its first twelve digits.
std::string first_id(int64_t ms) {
    constexpr int hexadecimal = 16;
    constexpr size_t digits = 12;
    char text[sizeof ms * 2];
    const char* const end = std::to_chars(text, text + sizeof text, ms, hexadecimal).ptr;
    const std::string_view number(text, end);
    return std::string(digits - std::min(digits, number.size()), '0') + std::string(number);
}

std::string within(int64_t from, int64_t until) {
    return "session_id >= '" + first_id(from) + "' AND session_id < '" + first_id(until) + "'";
}

std::string_view options_of(ExportFormat format) {
    switch (format) {
        case ExportFormat::parquet:
            return "FORMAT parquet, COMPRESSION zstd";
        case ExportFormat::csv:
            return "FORMAT csv, HEADER";
        case ExportFormat::ndjson:
            break;
    }
    return "FORMAT json";
}

constexpr const char* create_events =
    "CREATE TABLE events (session_id VARCHAR, position BIGINT, event_type VARCHAR, ts BIGINT, "
    "playhead_ms BIGINT, received_at BIGINT, journal_offset BIGINT, outcome VARCHAR, code VARCHAR, "
    "mistakes VARCHAR, body VARCHAR)";

}  // namespace

Export::Export(Database database, Connection connection)
    : database_(std::make_unique<Database>(std::move(database))),
      connection_(std::move(connection)) {
}

base::Result<Export> Export::open(const std::string& store, const std::string& scratch) {
    auto database = Database::open_in_memory(scratch, "512MB");
    if (!database) return std::unexpected(database.error());
    auto connection = database->connect();
    if (!connection) return std::unexpected(connection.error());
    const std::string attach = "ATTACH " + sql_text(store) + " AS kept (READ_ONLY)";
    auto done = connection->run(attach.c_str());
    if (done) done = connection->run(create_events);
    if (!done) return std::unexpected(done.error());
    return Export(*std::move(database), *std::move(connection));
}

base::Result<std::optional<std::pair<int64_t, int64_t>>> Export::bounds() {
    using Bounds = std::optional<std::pair<int64_t, int64_t>>;
    auto found = connection_.ask("SELECT min(session_id), max(session_id) FROM kept.sessions");
    if (!found) return std::unexpected(found.error());
    if (!found->next() || found->is_null(0)) return Bounds();
    const auto first = event::session_id_from(found->text(0));
    const auto last = event::session_id_from(found->text(1));
    if (!first || !last) {
        return base::fail(base::ErrorCode::damaged, "the store holds an unknown session_id");
    }
    return Bounds({first->created_ms(), last->created_ms()});
}

base::Result<std::vector<std::string>> Export::session_tables() {
    return store::session_tables(connection_, "kept");
}

base::Result<std::vector<SessionRow>> Export::sessions(int64_t from, int64_t until,
                                                       const std::string& behind, size_t limit) {
    std::vector<Column<SessionRow>> wanted;
    for (const Column<SessionRow>& column : session_columns()) {
        if (std::ranges::find(needed_columns, column.name) != needed_columns.end()) {
            wanted.push_back(column);
        }
    }
    const std::string query = "SELECT " + names_of(std::span<const Column<SessionRow>>(wanted)) +
                              " FROM kept.sessions WHERE " + within(from, until) +
                              " AND session_id > '" + behind + "' ORDER BY session_id LIMIT " +
                              std::to_string(limit);
    auto answer = connection_.ask(query.c_str());
    if (!answer) return std::unexpected(answer.error());
    std::vector<SessionRow> rows;
    while (answer->next()) {
        SessionRow row;
        for (size_t i = 0; i < wanted.size(); ++i) {
            if (wanted[i].read(*answer, i, row)) continue;
            return base::fail(base::ErrorCode::damaged,
                              std::string("the store holds an unknown value of ") + wanted[i].name);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

base::Result<void> Export::add(std::span<const ExportedEvent> events) {
    auto table = connection_.append_to("events");
    if (!table) return std::unexpected(table.error());
    for (const ExportedEvent& event : events) {
        table->text(event.session_id);
        table->integer(event.position);
        table->text(event.event_type);
        table->integer(event.ts);
        table->integer(event.playhead_ms);
        table->integer(event.received_at);
        table->integer(event.journal_offset);
        table->text(event.outcome);
        table->text(event.code);
        table->text(event.mistakes);
        if (event.body) {
            table->text(*event.body);
        } else {
            table->null();
        }
        table->end_row();
    }
    return table->finish();
}

base::Result<uint64_t> Export::write_rows(const std::string& table, int64_t from, int64_t until,
                                          ExportFormat format, const std::string& path) {
    // The offsets are bytes that only playhead reads; the events carry theirs as numbers.
    const std::string_view columns = table == "sessions" ? "* EXCLUDE (offsets)" : "*";
    return copy("SELECT " + std::string(columns) + " FROM kept." + table + " WHERE " +
                    within(from, until) + " ORDER BY rowid",
                format, path);
}

base::Result<uint64_t> Export::write_events(ExportFormat format, const std::string& path) {
    auto written = copy("SELECT * FROM events ORDER BY rowid", format, path);
    if (!written) return written;
    const auto emptied = connection_.run("DELETE FROM events");
    if (!emptied) return std::unexpected(emptied.error());
    return written;
}

base::Result<uint64_t> Export::write_erasures(ExportFormat format, const std::string& path) {
    return copy("SELECT * FROM kept.erasures ORDER BY journal_offset", format, path);
}

base::Result<uint64_t> Export::copy(const std::string& query, ExportFormat format,
                                    const std::string& path) {
    const std::string statement =
        "COPY (" + query + ") TO " + sql_text(path) + " (" + std::string(options_of(format)) + ")";
    auto written = connection_.ask(statement.c_str());
    if (!written) return std::unexpected(written.error());
    CHECK(written->next());
    return static_cast<uint64_t>(written->integer(0));
}

}  // namespace playhead::store
