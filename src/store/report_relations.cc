// SPDX-License-Identifier: Apache-2.0
#include "store/report_relations.h"

#include <string>
#include <string_view>

#include "store/report_dimension.h"
#include "store/schema.h"

namespace playhead::store {
namespace {

using session::CloseReason;
using session::SessionRow;

// Tables of open sessions have the columns of the store's, all of which may be NULL.
constexpr const char* make_tables =
    "CREATE OR REPLACE TEMP TABLE open_sessions AS SELECT * EXCLUDE (offsets) FROM sessions LIMIT "
    "0; "
    "CREATE OR REPLACE TEMP TABLE open_ads AS FROM ads LIMIT 0; "
    "CREATE OR REPLACE TEMP TABLE open_chapters AS FROM chapters LIMIT 0; "
    "CREATE OR REPLACE TEMP TABLE open_states AS FROM states LIMIT 0; "
    "CREATE OR REPLACE TEMP TABLE open_errors AS FROM errors LIMIT 0;";

constexpr std::string_view make_other_views =
    "CREATE OR REPLACE TEMP VIEW report_ads AS FROM (FROM ads UNION ALL FROM open_ads) "
    "WHERE name <> ''; "
    "CREATE OR REPLACE TEMP VIEW report_chapters AS FROM chapters UNION ALL FROM open_chapters; "
    "CREATE OR REPLACE TEMP VIEW report_states AS FROM states UNION ALL FROM open_states; "
    "CREATE OR REPLACE TEMP VIEW report_errors AS FROM errors UNION ALL FROM open_errors; "
    "CREATE OR REPLACE TEMP VIEW report_player_errors AS FROM report_errors WHERE source = "
    "'player'; "
    "CREATE OR REPLACE TEMP VIEW report_external_errors AS FROM report_errors WHERE source = "
    "'external'; "
    "CREATE OR REPLACE TEMP VIEW report_genres AS SELECT session_id, unnest(genres) AS genre FROM "
    "report_sessions; "
    "CREATE OR REPLACE TEMP VIEW report_verdicts AS SELECT session_id, unnest(codes) AS code FROM "
    "report_sessions;";

constexpr std::string_view open_rows =
    "SELECT close_reason IS NULL AS is_open, * FROM open_sessions";

// The first column stands for the row where none is asked for, so it is one that costs nothing to
// read. A session without content id is in no report, and an ad without one neither (metrics 6 and
// 11).
std::string make_view_of_sessions(std::string_view name, const std::string& rows) {
    return "CREATE OR REPLACE TEMP VIEW " + std::string(name) +
           " AS SELECT *, CASE WHEN trim(media_genre, ', ') <> '' THEN "
           "list_distinct(list_filter(list_transform(string_split(media_genre, ','), lambda x: "
           "trim(x)), lambda x: x <> '')) ELSE [NULL] END AS genres, "
           "coalesce(list_distinct(list_transform(events, lambda x: x.code)), [NULL]) AS codes "
           "FROM (" +
           rows + ") WHERE reported; ";
}

std::string make_views() {
    const std::string open(open_rows);
    const std::string all =
        "SELECT false AS is_open, * EXCLUDE (offsets) FROM sessions UNION ALL " + open;
    return make_view_of_sessions(relation_of(Part::session), all) +
           make_view_of_sessions(unstored_sessions, open) + std::string(make_other_views);
}

constexpr const char* delete_left =
    "DELETE FROM open_sessions WHERE session_id IN (FROM left_sessions); "
    "DELETE FROM open_ads WHERE session_id IN (FROM left_sessions); "
    "DELETE FROM open_chapters WHERE session_id IN (FROM left_sessions); "
    "DELETE FROM open_states WHERE session_id IN (FROM left_sessions); "
    "DELETE FROM open_errors WHERE session_id IN (FROM left_sessions);";

template <class Row>
void append_values(Appender& to, std::span<const Column<Row>> columns, const Row& row) {
    for (const Column<Row>& column : columns) column.append(to, row);
    to.end_row();
}

// What an open session has not reached yet is the time of its last event.
void append_session(Appender& to, const SessionRow& row) {
    const bool is_open = row.close_reason == CloseReason::open;
    const auto columns = session_columns();
    for (const Column<SessionRow>& column : columns.first(columns.size() - 1)) {
        const std::string_view name(column.name);
        if (is_open && name == "close_reason") {
            to.null();
        } else if (is_open && name == "close_ts") {
            to.integer(row.last_event_ts);
        } else {
            column.append(to, row);
        }
    }
    to.end_row();
}

template <class Row>
Row so_far(Row part, const SessionRow& row) {
    if (part.closed_ts == 0) part.closed_ts = row.last_event_ts;
    return part;
}

session::StateRow so_far(const session::StateRow& part, const SessionRow& /*row*/) {
    return part;
}

template <class Row>
base::Result<void> add_parts(Connection& connection, const char* table,
                             std::span<const SessionRow> rows, std::vector<Row> SessionRow::* parts,
                             std::span<const Column<Row>> columns) {
    auto to = connection.append_to_temporary(table);
    if (!to) return std::unexpected(to.error());
    for (const SessionRow& row : rows) {
        int64_t position = 0;
        for (const Row& part : row.*parts) {
            to->text(row.id.text());
            to->integer(position++);
            append_values(*to, columns, so_far(part, row));
        }
    }
    return to->finish();
}

void append_errors(Appender& to, const SessionRow& row, std::string_view source,
                   const std::vector<std::string>& ids) {
    int64_t position = 0;
    for (const std::string& id : ids) {
        to.text(row.id.text());
        to.integer(position++);
        to.text(source);
        to.text(id);
        to.end_row();
    }
}

base::Result<void> add_errors(Connection& connection, std::span<const SessionRow> rows) {
    auto to = connection.append_to_temporary("open_errors");
    if (!to) return std::unexpected(to.error());
    for (const SessionRow& row : rows) {
        append_errors(*to, row, player_sdk_source, row.player_sdk_errors);
        append_errors(*to, row, external_source, row.external_errors);
    }
    return to->finish();
}

base::Result<void> add_left(Connection& connection, std::span<const SessionRow> rows) {
    auto to = connection.append_to_temporary("left_sessions");
    if (!to) return std::unexpected(to.error());
    for (const SessionRow& row : rows) {
        to->text(row.id.text());
        to->end_row();
    }
    return to->finish();
}

base::Result<void> add_sessions(Connection& connection, std::span<const SessionRow> rows) {
    auto to = connection.append_to_temporary("open_sessions");
    if (!to) return std::unexpected(to.error());
    for (const SessionRow& row : rows) append_session(*to, row);
    return to->finish();
}

}  // namespace

base::Result<void> make_report_relations(Connection& connection) {
    auto made = connection.run(make_tables);
    if (made) made = connection.run(make_views().c_str());
    return made;
}

base::Result<void> clear_open_sessions(Connection& connection) {
    return connection.run(make_tables);
}

base::Result<void> add_open_sessions(Connection& connection, std::span<const SessionRow> rows) {
    auto added = add_sessions(connection, rows);
    if (added) {
        added = add_parts(connection, "open_ads", rows, &SessionRow::ads, ad_columns());
    }
    if (added) {
        added =
            add_parts(connection, "open_chapters", rows, &SessionRow::chapters, chapter_columns());
    }
    if (added) {
        added = add_parts(connection, "open_states", rows, &SessionRow::states, state_columns());
    }
    if (added) added = add_errors(connection, rows);
    return added;
}

base::Result<void> replace_open_sessions(Connection& connection, std::span<const SessionRow> rows) {
    auto done = connection.run("CREATE OR REPLACE TEMP TABLE left_sessions (session_id VARCHAR)");
    if (done) done = add_left(connection, rows);
    if (done) done = connection.run(delete_left);
    if (done) done = add_open_sessions(connection, rows);
    return done;
}

base::Result<void> forget_stored_sessions(Connection& connection) {
    // The smallest id says which blocks of the store need not be looked at.
    auto done = connection.run(
        "CREATE OR REPLACE TEMP TABLE left_sessions AS SELECT session_id FROM sessions WHERE "
        "session_id >= (SELECT min(session_id) FROM open_sessions) AND session_id IN (SELECT "
        "session_id FROM open_sessions)");
    if (done) done = connection.run(delete_left);
    return done;
}

}  // namespace playhead::store
