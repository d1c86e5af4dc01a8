// SPDX-License-Identifier: Apache-2.0
#include "store/minute_plan.h"

#include <algorithm>

namespace playhead::store {
namespace {

const std::string minute = std::to_string(minute_ms);

std::string text(int64_t number) {
    return std::to_string(number);
}

// The keys, each with a comma behind it.
std::string listed(const std::vector<std::string>& keys) {
    std::string list;
    for (const std::string& key : keys) list += key + ", ";
    return list;
}

// PARTITION BY the keys and `more`.
std::string partition_by(const std::vector<std::string>& keys, const std::string& more = {}) {
    std::string list = listed(keys) + more;
    if (list.empty()) return list;
    if (more.empty()) list.resize(list.size() - 2);
    return "PARTITION BY " + list + " ";
}

std::string begin_of_minute(const std::string& time) {
    return time + " - " + time + " % " + minute;
}

bool counts(MinuteValue value) {
    return value == MinuteValue::sessions || value == MinuteValue::viewers;
}

// Times within the minutes of a report: (keys, more, from_ts, to_ts).
std::string clipped(const std::string& times, const std::string& columns, const Minutes& minutes) {
    return "SELECT " + columns + "greatest(from_ts, " + text(minutes.from) +
           ") AS from_ts, least(to_ts, " + text(minutes.to) + ") AS to_ts FROM (" + times +
           ") WHERE from_ts < " + text(minutes.to) + " AND to_ts > " + text(minutes.from);
}

// Active spans, widened to whole minutes.
std::string whole_minutes(const std::string& sessions, const std::string& columns,
                          const Minutes& minutes) {
    return "SELECT " + columns + begin_of_minute("from_ts") + " AS from_ts, to_ts + " + minute +
           " - 1 - (to_ts - 1) % " + minute + " AS to_ts FROM (" +
           clipped(sessions, columns, minutes) + ")";
}

// Of each viewer the minutes that no session of before has: what is left is each minute once.
std::string of_each_viewer_once(const std::string& sessions, const std::vector<std::string>& keys,
                                const Minutes& minutes) {
    const std::string columns = listed(keys);
    return "SELECT " + columns +
           "greatest(from_ts, coalesce(covered_to, from_ts)) AS from_ts, to_ts FROM (SELECT " +
           columns + "from_ts, to_ts, max(to_ts) OVER (" + partition_by(keys, "viewer") +
           "ORDER BY from_ts, to_ts ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS "
           "covered_to FROM (" +
           whole_minutes(sessions, columns + "viewer, ", minutes) +
           ")) WHERE covered_to IS NULL OR to_ts > covered_to";
}

// The intervals that are added up: (keys, from_ts, to_ts).
std::string intervals(MinuteValue value, const std::string& sessions,
                      const std::vector<std::string>& keys, const Minutes& minutes) {
    const std::string columns = listed(keys);
    switch (value) {
        case MinuteValue::sessions:
            return whole_minutes(sessions, columns, minutes);
        case MinuteValue::viewers:
            return of_each_viewer_once(sessions, keys, minutes);
        case MinuteValue::playback:
            return clipped(sessions, columns, minutes);
        case MinuteValue::content:
            break;
    }
    return clipped("SELECT " + columns +
                       "span.from_ts AS from_ts, span.to_ts AS to_ts FROM (SELECT " + columns +
                       "unnest(content_spans) AS span FROM (" + sessions + "))",
                   columns, minutes);
}

// (keys, minute, level, step, point): how many intervals are open at the end of the minute, how
// many more than at its begin, and what those that begin or end within it change of its time.
std::string levels(const std::string& changes, const std::vector<std::string>& keys) {
    const std::string columns = listed(keys);
    std::string group;
    for (size_t i = 1; i <= keys.size() + 1; ++i) group += (i == 1 ? "" : ", ") + std::to_string(i);
    return "SELECT " + columns + "minute, step, point, (sum(step) OVER (" + partition_by(keys) +
           "ORDER BY minute))::BIGINT AS level, lead(minute) OVER (" + partition_by(keys) +
           "ORDER BY minute) AS next FROM (SELECT " + columns + begin_of_minute("ts") +
           " AS minute, sum(step)::BIGINT AS step, sum(step * (" + minute + " - ts % " + minute +
           "))::BIGINT AS point FROM (" + changes + ") GROUP BY " + group + ")";
}

std::string runs_of_changes(MinuteValue value, const std::string& changes,
                            const std::vector<std::string>& keys, const Minutes& minutes) {
    // Published seconds of a minute (metrics 1). Those of whole minutes need no rounding.
    const std::string first =
        counts(value) ? "level" : "(" + minute + " * (level - step) + point + 500) // 1000";
    const std::string rest = counts(value) ? "level" : text(minute_ms / 1'000) + " * level";
    return "SELECT " + listed(keys) + "minute, coalesce(next, " + text(minutes.to) + ") AS next, " +
           first + " AS first, " + rest + " AS rest FROM (" + levels(changes, keys) +
           ") WHERE minute < " + text(minutes.to);
}

std::string changes_of(MinuteValue value, const std::string& sessions,
                       const std::vector<std::string>& keys, const Minutes& minutes) {
    return "SELECT " + listed(keys) +
           "unnest([from_ts, to_ts]) AS ts, unnest([1, -1]) AS step FROM (" +
           intervals(value, sessions, keys, minutes) + ")";
}

}  // namespace

std::optional<MinuteValue> minute_value_of(Record record) {
    switch (record) {
        case Record::session_minute:
            return MinuteValue::sessions;
        case Record::viewer_minute:
            return MinuteValue::viewers;
        case Record::playback_minute:
            return MinuteValue::playback;
        case Record::content_minute:
            return MinuteValue::content;
        default:
            return std::nullopt;
    }
}

Minutes Minutes::of(int64_t from, int64_t to) {
    const auto up = [](int64_t time) {
        return (std::max<int64_t>(0, time) + minute_ms - 1) / minute_ms * minute_ms;
    };
    return {.from = up(from), .to = up(to)};
}

std::string condition_of(const Minutes& minutes) {
    return "s.start_ts < " + text(minutes.to) + " AND s.last_event_ts >= " + text(minutes.from);
}

std::string minute_columns(MinuteValue value) {
    if (value == MinuteValue::content) return "s.content_spans AS content_spans";
    std::string active =
        "s.start_ts AS from_ts, greatest(s.last_event_ts, s.start_ts + 1) AS to_ts";
    if (value != MinuteValue::viewers) return active;
    return active +
           ", coalesce(nullif(s.visitor_marketing_cloud_user_id, ''), "
           "nullif(s.analytics_visitor_id, ''), nullif(s.analytics_aid, ''), "
           "nullif(s.app_installation_id, ''), s.session_id) AS viewer";
}

std::string runs_of(MinuteValue value, const std::string& sessions,
                    const std::vector<std::string>& keys, const Minutes& minutes) {
    return runs_of_changes(value, changes_of(value, sessions, keys, minutes), keys, minutes);
}

std::string pieces_of(const std::string& runs, const std::vector<std::string>& keys,
                      int64_t length) {
    const std::string columns = listed(keys);
    const std::string begin = "greatest(piece_ts, minute)";
    const std::string minutes_of_piece =
        "(least(piece_ts + " + text(length) + ", next) - " + begin + ") // " + minute;
    return "SELECT " + columns + "piece_ts, value FROM (SELECT " + columns + begin +
           " AS piece_ts, rest * (" + minutes_of_piece +
           ") + CASE WHEN piece_ts <= minute THEN "
           "first - rest ELSE 0 END AS value FROM (SELECT *, unnest(range(minute - minute % " +
           text(length) + ", next, " + text(length) + ")) AS piece_ts FROM (" + runs +
           ") WHERE first <> 0 OR rest <> 0)) WHERE value <> 0";
}

std::string extremes_of(MinuteValue value, const std::string& sessions, const Minutes& minutes) {
    const std::string from_the_first = changes_of(value, sessions, {}, minutes) +
                                       " UNION ALL SELECT " + text(minutes.from) + ", 0";
    const std::string both = "SELECT unnest([first, rest]) AS value, unnest([minute, minute + " +
                             minute + "]) AS minute, next FROM (" +
                             runs_of_changes(value, from_the_first, {}, minutes) + ")";
    return "WITH each_minute AS MATERIALIZED (FROM (" + both +
           ") WHERE minute < next) SELECT largest.value, largest.minute, smallest.value, "
           "smallest.minute FROM "
           "(FROM each_minute ORDER BY value DESC, minute LIMIT 1) AS largest, "
           "(FROM each_minute ORDER BY value, minute LIMIT 1) AS smallest";
}

}  // namespace playhead::store
