// SPDX-License-Identifier: Apache-2.0
#include "store/views.h"

namespace playhead::store {
namespace {

constexpr const char* spans =
    "CREATE OR REPLACE VIEW spans AS "
    "SELECT session_id, 'content' AS kind, span.from_ts AS from_ts, span.to_ts AS to_ts FROM "
    "(SELECT session_id, unnest(content_spans) AS span FROM sessions) "
    "UNION ALL "
    "SELECT session_id, 'ad' AS kind, span.from_ts AS from_ts, span.to_ts AS to_ts FROM "
    "(SELECT session_id, unnest(ad_spans) AS span FROM sessions); ";

constexpr const char* events =
    "CREATE OR REPLACE VIEW events AS "
    "SELECT session_id, event.event_type AS event_type, event.outcome AS outcome, "
    "event.code AS code, event.\"count\" AS \"count\", event.first_offset AS first_offset FROM "
    "(SELECT session_id, unnest(events) AS event FROM sessions); ";

// How much of these spans lies in the minute. Without any: 0 when the session says so too, NULL
// when it does not (rows of before schema 3).
std::string ms_in_minute(const std::string& list, const std::string& total) {
    return "coalesce(list_sum(list_transform(" + list +
           ", lambda span: greatest(0, least(span.to_ts, minute_ts + 60000) - "
           "greatest(span.from_ts, minute_ts))))::BIGINT, CASE WHEN " +
           total + " = 0 THEN 0::BIGINT END)";
}

std::string minutes() {
    const std::string longest = std::to_string(longest_session_minutes) + " * 60000";
    // The remainder has the sign of the dividend, and a clock may stand before 1970.
    const std::string first_minute = "start_ts - (start_ts % 60000 + 60000) % 60000";
    return "CREATE OR REPLACE VIEW minutes AS "
           "SELECT session_id, start_ts, last_event_ts, minute_ts, " +
           ms_in_minute("content_spans", "time_played_ms") + " AS content_ms, " +
           ms_in_minute("ad_spans", "ad_time_played_ms") +
           " AS ad_ms, least(active_to_ts, minute_ts + 60000) - greatest(start_ts, minute_ts) AS "
           "active_ms FROM "
           "(SELECT *, unnest(range(" +
           first_minute + ", least(active_to_ts, " + first_minute + " + " + longest +
           "), 60000)) AS minute_ts FROM "
           "(SELECT session_id, start_ts, last_event_ts, content_spans, ad_spans, time_played_ms, "
           "ad_time_played_ms, greatest(last_event_ts, start_ts + 1) AS active_to_ts FROM "
           "sessions)); ";
}

}  // namespace

std::string view_statements() {
    return spans + std::string(events) + minutes();
}

}  // namespace playhead::store
