// SPDX-License-Identifier: Apache-2.0
#include "store/duckdb_reader.h"

#include "base/check.h"
#include "store/schema.h"

namespace playhead::store {

using session::SessionRow;

struct DuckdbReader::Statements {
    Statement session;   // $1: id
    Statement sessions;  // $1: ids smaller than this, $2: limit
    Statement ads;       // $1: id
    Statement chapters;  // $1: id
    Statement states;    // $1: id
    Statement errors;    // $1: smallest id, $2: largest id
};

namespace {

// No id is greater: ids are hexadecimal digits.
constexpr std::string_view behind_all_ids = "g";

std::span<const Column<SessionRow>> listed_columns() {
    return session_columns().first(session_columns().size() - 1);
}

std::unexpected<base::Error> damaged(const char* column) {
    return base::fail(base::ErrorCode::damaged,
                      std::string("the store holds an unknown value of ") + column);
}

template <class Row>
base::Result<Row> read_row(const Answer& from, std::span<const Column<Row>> columns) {
    Row row;
    for (size_t place = 0; place < columns.size(); ++place) {
        if (!columns[place].read(from, place, row)) return damaged(columns[place].name);
    }
    return row;
}

template <class Row>
base::Result<std::vector<Row>> read_rows(Statement& statement,
                                         std::span<const Column<Row>> columns) {
    auto answer = statement.run();
    if (!answer) return std::unexpected(answer.error());
    std::vector<Row> rows;
    while (answer->next()) {
        auto row = read_row(*answer, columns);
        if (!row) return std::unexpected(row.error());
        rows.push_back(*std::move(row));
    }
    return rows;
}

template <class Row>
base::Result<void> read_parts(Statement& statement, const std::string& id,
                              std::span<const Column<Row>> columns, std::vector<Row>& into) {
    statement.bind(1, id);
    auto rows = read_rows(statement, columns);
    if (!rows) return std::unexpected(rows.error());
    into = *std::move(rows);
    return {};
}

template <class Row>
base::Result<Statement> prepare_parts(Connection& connection, const char* table,
                                      std::span<const Column<Row>> columns) {
    return connection.prepare("SELECT " + names_of(columns) + " FROM " + table +
                              " WHERE session_id = $1 ORDER BY position");
}

}  // namespace

DuckdbReader::DuckdbReader(std::shared_ptr<Database> database, Connection connection,
                           std::unique_ptr<Statements> statements)
    : database_(std::move(database)),
      connection_(std::move(connection)),
      statements_(std::move(statements)) {
}

DuckdbReader::~DuckdbReader() = default;

base::Result<std::unique_ptr<DuckdbReader>> DuckdbReader::make(std::shared_ptr<Database> database) {
    auto connection = database->connect();
    if (!connection) return std::unexpected(connection.error());
    auto session = connection->prepare("SELECT " + names_of(session_columns()) +
                                       " FROM sessions WHERE session_id = $1");
    auto sessions = connection->prepare(
        "SELECT " + names_of(listed_columns()) +
        " FROM sessions WHERE session_id < $1 ORDER BY session_id DESC LIMIT $2");
    auto ads = prepare_parts(*connection, "ads", ad_columns());
    auto chapters = prepare_parts(*connection, "chapters", chapter_columns());
    auto states = prepare_parts(*connection, "states", state_columns());
    auto errors = connection->prepare(
        "SELECT session_id, source, error_id FROM errors WHERE session_id BETWEEN $1 AND $2 "
        "ORDER BY session_id DESC, position");
    for (const auto* each : {&session, &sessions, &ads, &chapters, &states, &errors}) {
        if (!*each) return std::unexpected(each->error());
    }
    auto statements =
        std::make_unique<Statements>(*std::move(session), *std::move(sessions), *std::move(ads),
                                     *std::move(chapters), *std::move(states), *std::move(errors));
    return std::unique_ptr<DuckdbReader>(
        new DuckdbReader(std::move(database), *std::move(connection), std::move(statements)));
}

base::Result<std::optional<SessionRow>> DuckdbReader::session(const event::SessionId& id) {
    const std::string text = id.text();
    statements_->session.bind(1, text);
    auto found = read_rows(statements_->session, session_columns());
    if (!found) return std::unexpected(found.error());
    if (found->empty()) return std::nullopt;
    SessionRow& row = found->front();
    const base::Result<void> parts[] = {
        read_parts(statements_->ads, text, ad_columns(), row.ads),
        read_parts(statements_->chapters, text, chapter_columns(), row.chapters),
        read_parts(statements_->states, text, state_columns(), row.states),
        read_errors({&row, 1}),
    };
    for (const base::Result<void>& read : parts) {
        if (!read) return std::unexpected(read.error());
    }
    return std::move(row);
}

base::Result<std::vector<SessionRow>> DuckdbReader::sessions(
    const std::optional<event::SessionId>& before, size_t limit) {
    const std::string end = before ? before->text() : std::string(behind_all_ids);
    statements_->sessions.bind(1, end);
    statements_->sessions.bind(2, static_cast<uint64_t>(limit));
    auto rows = read_rows(statements_->sessions, listed_columns());
    if (!rows) return rows;
    const auto read = read_errors(*rows);
    if (!read) return std::unexpected(read.error());
    return rows;
}

base::Result<void> DuckdbReader::read_errors(std::span<SessionRow> newest_first) {
    bool any = false;
    for (const SessionRow& row : newest_first) any = any || row.error_count > 0;
    if (!any) return {};
    const std::string smallest = newest_first.back().id.text();
    const std::string largest = newest_first.front().id.text();
    statements_->errors.bind(1, smallest);
    statements_->errors.bind(2, largest);
    auto answer = statements_->errors.run();
    if (!answer) return std::unexpected(answer.error());
    auto row = newest_first.begin();
    while (answer->next()) {
        const auto id = event::session_id_from(answer->text(0));
        if (!id) return damaged("session_id");
        while (row != newest_first.end() && row->id > *id) ++row;
        // A session that was committed after the page was read.
        if (row == newest_first.end() || row->id != *id) continue;
        const bool external = answer->text(1) == external_source;
        auto& ids = external ? row->external_errors : row->player_sdk_errors;
        ids.emplace_back(answer->text(2));
    }
    return {};
}

}  // namespace playhead::store
