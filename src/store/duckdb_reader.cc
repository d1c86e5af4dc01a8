// SPDX-License-Identifier: Apache-2.0
#include "store/duckdb_reader.h"

#include <algorithm>

#include "base/check.h"
#include "store/delta_varint.h"
#include "store/schema.h"
#include "store/session_condition.h"
#include "store/session_tables.h"

namespace playhead::store {

using session::SessionRow;

struct DuckdbReader::Statements {
    Statement session;   // $1: id
    Statement sessions;  // $1: ids smaller than this, $2: limit
    Statement details;   // the same with spans, events and offsets
    Statement ads;       // $1: smallest id, $2: largest id
    Statement chapters;  // the same
    Statement states;    // the same
    Statement errors;    // the same
};

namespace {

// No id is greater: ids are hexadecimal digits.
constexpr std::string_view behind_all_ids = "g";

std::unexpected<base::Error> damaged(const char* column) {
    return base::fail(base::ErrorCode::damaged,
                      std::string("the store holds an unknown value of ") + column);
}

// `first`: the place of the first of `columns` in the answer.
template <class Row>
base::Result<Row> read_row(const Answer& from, std::span<const Column<Row>> columns,
                           size_t first = 0) {
    Row row;
    for (size_t i = 0; i < columns.size(); ++i) {
        if (!columns[i].read(from, first + i, row)) return damaged(columns[i].name);
    }
    return row;
}

// Finds sessions in a page, asked in the order of the page: newest first.
class PageWalk {
  public:
    explicit PageWalk(std::span<SessionRow> page) : rest_(page) {}

    // Null when it is not in the page: it was committed after the page was read.
    SessionRow* find(const event::SessionId& id) {
        while (!rest_.empty() && rest_.front().id > id) rest_ = rest_.subspan(1);
        return !rest_.empty() && rest_.front().id == id ? &rest_.front() : nullptr;
    }

  private:
    std::span<SessionRow> rest_;
};

// Runs a statement over the ids of a page. Each row of the answer begins with an id, and `take`
// gets it with the session.
template <class Take>
base::Result<void> read_for_page(Statement& statement, std::span<SessionRow> newest_first,
                                 const Take& take) {
    if (newest_first.empty()) return {};
    const std::string smallest = newest_first.back().id.text();
    const std::string largest = newest_first.front().id.text();
    statement.bind(1, smallest);
    statement.bind(2, largest);
    auto answer = statement.run();
    if (!answer) return std::unexpected(answer.error());
    PageWalk walk(newest_first);
    while (answer->next()) {
        const auto id = event::session_id_from(answer->text(0));
        if (!id) return damaged("session_id");
        SessionRow* const row = walk.find(*id);
        if (row == nullptr) continue;
        const base::Result<void> taken = take(*answer, *row);
        if (!taken) return taken;
    }
    return {};
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
base::Result<void> read_parts(Statement& statement, std::span<SessionRow> newest_first,
                              std::span<const Column<Row>> columns,
                              std::vector<Row> SessionRow::* parts) {
    return read_for_page(statement, newest_first,
                         [&](const Answer& answer, SessionRow& row) -> base::Result<void> {
                             auto part = read_row(answer, columns, 1);
                             if (!part) return std::unexpected(part.error());
                             (row.*parts).push_back(*std::move(part));
                             return {};
                         });
}

base::Result<Statement> prepare_parts(Connection& connection, const std::string& table,
                                      const std::string& names) {
    return connection.prepare("SELECT session_id, " + names + " FROM " + table +
                              " WHERE session_id BETWEEN $1 AND $2 "
                              "ORDER BY session_id DESC, position");
}

base::Result<Statement> prepare_page(Connection& connection,
                                     std::span<const Column<SessionRow>> columns) {
    return connection.prepare("SELECT " + names_of(columns) +
                              " FROM sessions WHERE session_id < $1 "
                              "ORDER BY session_id DESC LIMIT $2");
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
    auto sessions = prepare_page(*connection, listed_session_columns());
    auto details = prepare_page(*connection, session_columns());
    auto ads = prepare_parts(*connection, "ads", names_of(ad_columns()));
    auto chapters = prepare_parts(*connection, "chapters", names_of(chapter_columns()));
    auto states = prepare_parts(*connection, "states", names_of(state_columns()));
    auto errors = prepare_parts(*connection, "errors", "source, error_id");
    for (const auto* each : {&session, &sessions, &details, &ads, &chapters, &states, &errors}) {
        if (!*each) return std::unexpected(each->error());
    }
    auto statements = std::make_unique<Statements>(
        *std::move(session), *std::move(sessions), *std::move(details), *std::move(ads),
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
    const auto read = read_details({&found->front(), 1});
    if (!read) return std::unexpected(read.error());
    return std::move(found->front());
}

base::Result<void> DuckdbReader::read_details(std::span<SessionRow> newest_first) {
    const base::Result<void> parts[] = {
        read_parts(statements_->ads, newest_first, ad_columns(), &SessionRow::ads),
        read_parts(statements_->chapters, newest_first, chapter_columns(), &SessionRow::chapters),
        read_parts(statements_->states, newest_first, state_columns(), &SessionRow::states),
        read_errors(newest_first),
    };
    for (const base::Result<void>& read : parts) {
        if (!read) return read;
    }
    return {};
}

base::Result<std::vector<SessionRow>> DuckdbReader::page(
    Statement& statement, const std::optional<event::SessionId>& before, size_t limit,
    std::span<const Column<SessionRow>> columns) {
    const std::string end = before ? before->text() : std::string(behind_all_ids);
    statement.bind(1, end);
    statement.bind(2, static_cast<uint64_t>(limit));
    return read_rows(statement, columns);
}

base::Result<std::vector<SessionRow>> DuckdbReader::sessions(
    const session::SessionFilter& filter, const std::optional<event::SessionId>& before,
    size_t limit) {
    auto rows = filter == session::SessionFilter()
                    ? page(statements_->sessions, before, limit, listed_session_columns())
                    : filtered_page(filter, before, limit);
    if (!rows) return rows;
    const auto read = read_errors(*rows);
    if (!read) return std::unexpected(read.error());
    return rows;
}

base::Result<std::vector<SessionRow>> DuckdbReader::sessions_with_details(
    const std::optional<event::SessionId>& before, size_t limit) {
    auto rows = page(statements_->details, before, limit, session_columns());
    if (!rows) return rows;
    const auto read = read_details(*rows);
    if (!read) return std::unexpected(read.error());
    return rows;
}

base::Result<std::vector<SessionRow>> DuckdbReader::filtered_page(
    const session::SessionFilter& filter, const std::optional<event::SessionId>& before,
    size_t limit) {
    std::vector<Value> parameters{before ? before->text() : std::string(behind_all_ids),
                                  static_cast<int64_t>(std::min<size_t>(limit, INT64_MAX))};
    const std::string condition = condition_of(filter, parameters);
    auto statement = connection_.prepare("SELECT " + names_of(listed_session_columns()) +
                                         " FROM sessions WHERE session_id < $1 AND " + condition +
                                         " ORDER BY session_id DESC LIMIT $2");
    if (!statement) return std::unexpected(statement.error());
    for (size_t i = 0; i < parameters.size(); ++i) statement->bind_value(i + 1, parameters[i]);
    return read_rows(*statement, listed_session_columns());
}

base::Result<std::vector<ViewerSession>> DuckdbReader::sessions_of_viewer(std::string_view id,
                                                                          size_t limit) {
    const auto tables = session_tables(connection_);
    if (!tables) return std::unexpected(tables.error());
    std::string all_ids;
    for (const std::string& table : *tables) {
        if (!all_ids.empty()) all_ids += " UNION ALL ";
        all_ids += "SELECT session_id FROM " + table;
    }
    auto statement = connection_.prepare(
        "WITH found AS MATERIALIZED (SELECT session_id, offsets FROM sessions WHERE "
        "visitor_marketing_cloud_user_id = $1 OR analytics_visitor_id = $1 OR analytics_aid = $1 "
        "OR app_installation_id = $1 OR session_id = $1 LIMIT $2), every AS (" +
        all_ids +
        ") SELECT found.session_id, offsets, (SELECT count(*)::UBIGINT FROM every WHERE "
        "every.session_id = found.session_id) FROM found");
    if (!statement) return std::unexpected(statement.error());
    statement->bind(1, id);
    statement->bind(2, static_cast<uint64_t>(limit));
    auto answer = statement->run();
    if (!answer) return std::unexpected(answer.error());
    std::vector<ViewerSession> found;
    while (answer->next()) {
        const auto session = event::session_id_from(answer->text(0));
        const auto offsets = decode_offsets(answer->text(1));
        if (!session || !offsets) return damaged("sessions");
        found.push_back({.id = *session,
                         .first_offset = offsets->empty() ? 0 : offsets->front(),
                         .records = offsets->size(),
                         .rows = answer->natural(2)});
    }
    return found;
}

base::Result<std::vector<Erasure>> DuckdbReader::erasures() {
    auto answer = connection_.ask(
        "SELECT erasure_id, erased_at, sessions, records, rows, journal_offset, finished_at "
        "FROM erasures ORDER BY journal_offset DESC");
    if (!answer) return std::unexpected(answer.error());
    std::vector<Erasure> all;
    while (answer->next()) {
        Erasure one{.id = std::string(answer->text(0)),
                    .erased_at = answer->integer(1),
                    .sessions = answer->natural(2),
                    .records = answer->natural(3),
                    .rows = answer->natural(4),
                    .journal_offset = answer->natural(5),
                    .finished_at = {}};
        if (!answer->is_null(6)) one.finished_at = answer->integer(6);
        all.push_back(std::move(one));
    }
    return all;
}

base::Result<void> DuckdbReader::read_errors(std::span<SessionRow> newest_first) {
    const bool any = std::ranges::any_of(newest_first,
                                         [](const SessionRow& row) { return row.error_count > 0; });
    if (!any) return {};
    return read_for_page(statements_->errors, newest_first,
                         [](const Answer& answer, SessionRow& row) -> base::Result<void> {
                             const bool external = answer.text(1) == external_source;
                             auto& ids = external ? row.external_errors : row.player_sdk_errors;
                             ids.emplace_back(answer.text(2));
                             return {};
                         });
}

}  // namespace playhead::store
