// SPDX-License-Identifier: Apache-2.0
#include "store/report_sums.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/check.h"
#include "store/day_sums.h"
#include "store/minute_plan.h"
#include "store/report_filter.h"
#include "store/report_relations.h"
#include "store/sql_text.h"

namespace playhead::store {
namespace {

std::string text(int64_t number) {
    return std::to_string(number);
}

// A list of SQL with what stands between.
void add(std::string& list, std::string_view between, std::string_view more) {
    if (!list.empty()) list += between;
    list += more;
}

std::string condition_of(Segment segment) {
    const auto content_type = [](std::string_view type) {
        return "coalesce(lower(s.media_content_type) = '" + std::string(type) + "', false)";
    };
    switch (segment) {
        case Segment::all_media:
            break;
        case Segment::audio:
            return "coalesce(s.media_stream_type = 'audio', false)";
        case Segment::video:
            return "coalesce(s.media_stream_type <> 'audio', true)";
        case Segment::vod:
            return content_type("vod");
        case Segment::live:
            return content_type("live");
        case Segment::linear:
            return content_type("linear");
        case Segment::podcast:
            return content_type("podcast");
        case Segment::audiobook:
            return content_type("audiobook");
        case Segment::aod:
            return content_type("aod");
    }
    return "true";
}

// The condition that a session was there at some moment of the period.
std::string is_met(const Period& period) {
    std::string sql = "true";
    if (period.from != INT64_MIN) sql += " AND s.last_event_ts >= " + text(period.from);
    if (period.to != INT64_MAX) sql += " AND s.start_ts < " + text(period.to);
    return sql;
}

// Which records are read: those of these times, of sessions of this relation.
struct Extent {
    std::string_view sessions;
    std::vector<Period> times;
};

Extent all_within(const Period& period) {
    return {.sessions = relation_of(Part::session), .times = {period}};
}

std::string is_of(Record record, const Extent& extent) {
    if (record == Record::session_part) return is_met(extent.times.front());
    return is_within(std::string(time_of(record)), extent.times);
}

// Sessions with the programs that they met.
std::string programs_with_sessions(const std::vector<Program>& programs,
                                   std::vector<Value>& parameters) {
    std::string rows;
    Period all{.from = INT64_MAX, .to = INT64_MIN};
    for (const Program& program : programs) {
        add(rows, ", ",
            "(" + parameter(program.name, parameters) + ", " + text(program.from_ts) + ", " +
                text(program.to_ts) + ")");
        all.from = std::min(all.from, program.from_ts);
        all.to = std::max(all.to, program.to_ts);
    }
    return "(VALUES " + rows + ") r(name, from_ts, to_ts) JOIN (FROM " +
           std::string(relation_of(Part::session)) + " s WHERE " + is_met(all) +
           ") s ON s.start_ts < r.to_ts AND greatest(s.last_event_ts, s.start_ts + 1) > r.from_ts";
}

// Where the records are, and what else is joined to them for the sake of a dimension.
std::string sources(const RecordScope& scope, const Question& question, std::string_view sessions,
                    std::vector<Value>& parameters) {
    const std::string session(sessions);
    std::string from = session + " s";
    if (scope.own == Part::program) {
        from = programs_with_sessions(question.programs, parameters);
    } else if (scope.own != Part::session) {
        const std::string alias(alias_of(scope.own));
        from = std::string(relation_of(scope.own)) + " " + alias + " JOIN " + session +
               " s ON s.session_id = " + alias + ".session_id";
    }
    for (const Part part : scope.joined) {
        const std::string alias(alias_of(part));
        if (part == Part::genre) {
            from += " CROSS JOIN LATERAL (SELECT unnest(s.genres) AS genre) g";
            continue;
        }
        if (part == Part::verdict) {
            from += " CROSS JOIN LATERAL (SELECT unnest(s.codes) AS code) v";
            continue;
        }
        from += " LEFT JOIN " + std::string(relation_of(part)) + " " + alias + " ON " + alias +
                ".session_id = s.session_id";
    }
    return from;
}

// The parts of which a record may meet several rows.
RecordScope scope_of(Record record, const Question& question) {
    RecordScope scope{.own = part_of(record), .joined = {}};
    for (const DimensionName& dimension : question.dimensions) {
        const Part part = dimension.known == nullptr ? Part::session : dimension.known->part;
        if (part != Part::session && part != scope.own) scope.joined.insert(part);
    }
    return scope;
}

bool is_all(const Period& period) {
    return period.from == INT64_MIN && period.to == INT64_MAX;
}

// Kinds of record that are read together, because they are of one part and go into the same items.
// Of a period each is read by itself: with one time in the condition, and not one or another, most
// blocks of the store need not be looked at.
using Scan = std::vector<Record>;

// The same holds where sums of days stand for a part of them.
std::vector<Scan> scans_of(const Question& question, const Sums& sums, const Period& period,
                           bool has_sums) {
    std::vector<Scan> scans;
    for (const Record record : sums.records()) {
        const bool goes_with_last =
            !has_sums && question.granularity == Granularity::all && is_all(period) &&
            !scans.empty() && part_of(scans.back().back()) == part_of(record) &&
            !minute_value_of(record) && !minute_value_of(scans.back().back());
        if (!goes_with_last) scans.emplace_back();
        scans.back().push_back(record);
    }
    return scans;
}

// Of a sum to which a scan adds nothing.
std::string no_sum_of(const SumMetric& sum) {
    return sum.unit == Unit::audience ? "NULL::HUGEINT" : "0::HUGEINT";
}

// Content time in the period, in ms.
std::string content_within(const Period& period) {
    return "coalesce(list_sum(list_transform(s.content_spans, lambda span: greatest(0, "
           "least(span.to_ts, " +
           text(period.to) + ") - greatest(span.from_ts, " + text(period.from) + ")))), 0)::BIGINT";
}

// Builds the statement that reads one scan: what each record has (`inner`), added up by the keys of
// items (`outer`).
class ScanStatement {
  public:
    ScanStatement(const Scan& scan, const Question& question, const Period& period, Extent extent)
        : scan_(scan),
          question_(question),
          period_(period),
          extent_(std::move(extent)),
          scope_(scope_of(scan.front(), question)) {}

    std::string text(const Sums& sums, const TimeZone& zone, std::vector<Value>& parameters) {
        add_identity();
        add_keys(zone, parameters);
        for (const SumMetric* sum : sums.all()) add_sum(*sum, sums.column(sum->name));
        std::string sql = "SELECT " + outer_ + " FROM (SELECT " + inner_ + " FROM " +
                          sources(scope_, question_, extent_.sessions, parameters) + " WHERE " +
                          is_of(scan_.front(), extent_) + " AND " +
                          condition_of(question_.segment) + " AND " +
                          condition_of(question_.filter, scope_, parameters) + ")";
        const std::string keys = keys_of(question_);
        return keys.empty() ? sql : sql + " GROUP BY " + keys;
    }

  private:
    // A session that has two ads of one advertiser is one session with that advertiser.
    void add_identity() {
        if (scope_.joined.empty()) return;
        inner_ = "DISTINCT s.session_id";
        if (scope_.own != Part::session) {
            const bool is_named = scope_.own == Part::program;
            inner_ += ", " + std::string(alias_of(scope_.own)) + (is_named ? ".name" : ".position");
        }
    }

    void add_keys(const TimeZone& zone, std::vector<Value>& parameters) {
        outer_ = keys_of(question_);
        if (question_.granularity != Granularity::all) {
            const std::string time(time_of(scan_.front()));
            add(inner_, ", ", bucket_of(time, question_, period_, zone) + " AS time");
        }
        for (size_t i = 0; i < question_.dimensions.size(); ++i) {
            add(inner_, ", ",
                value_of(question_.dimensions[i], scope_, parameters) + " AS d" +
                    std::to_string(i));
        }
    }

    void add_sum(const SumMetric& sum, const std::string& name) {
        if (std::ranges::find(scan_, sum.record) == scan_.end()) {
            add(outer_, ", ", no_sum_of(sum) + " AS " + name);
            return;
        }
        add(inner_, ", ",
            (sum.unit == Unit::share ? content_within(period_) : value_of(sum)) + " AS " + name);
        add(outer_, ", ", sum_of(sum, name) + "::HUGEINT AS " + name);
    }

    const Scan& scan_;
    const Question& question_;
    const Period& period_;
    const Extent extent_;
    const RecordScope scope_;
    std::string inner_;
    std::string outer_;
};

// The sessions that are counted by the minute, each once for its dimensions.
std::string counted_sessions(MinuteValue value, const Minutes& minutes, const Question& question,
                             const RecordScope& scope, std::vector<Value>& parameters) {
    std::string columns = minute_columns(value);
    for (size_t i = 0; i < question.dimensions.size(); ++i) {
        columns += ", " + value_of(question.dimensions[i], scope, parameters) + " AS d" +
                   std::to_string(i);
    }
    // What is joined may meet a session several times with the same dimensions.
    const std::string once = scope.joined.empty() ? "" : "DISTINCT s.session_id, ";
    return "SELECT " + once + columns + " FROM " +
           sources(scope, question, relation_of(Part::session), parameters) + " WHERE " +
           condition_of(minutes) + " AND " + condition_of(question.segment) + " AND " +
           condition_of(question.filter, scope, parameters);
}

// Items of what is counted by the minute.
std::string by_minute(Record record, const Question& question, const Sums& sums,
                      const Period& period, const TimeZone& zone, std::vector<Value>& parameters) {
    CHECK(period.from != INT64_MIN && period.to != INT64_MAX);
    const MinuteValue value = *minute_value_of(record);
    const Minutes minutes = Minutes::of(period.from, period.to);
    std::vector<std::string> dimensions;
    std::string columns;
    if (question.granularity != Granularity::all) {
        columns = bucket_of("piece_ts", question, period, zone) + " AS time";
    }
    for (size_t i = 0; i < question.dimensions.size(); ++i) {
        dimensions.push_back("d" + std::to_string(i));
        add(columns, ", ", dimensions.back());
    }
    for (const SumMetric* sum : sums.all()) {
        const bool is_own = sum->record == record;
        add(columns, ", ",
            (is_own ? "coalesce(sum(value), 0)::HUGEINT" : no_sum_of(*sum)) + " AS " +
                sums.column(sum->name));
    }
    const std::string sessions =
        counted_sessions(value, minutes, question, scope_of(record, question), parameters);
    const std::string pieces = pieces_of(runs_of(value, sessions, dimensions, minutes), dimensions,
                                         piece_length(question, period, zone));
    const std::string keys = keys_of(question);
    const std::string sql = "SELECT " + columns + " FROM (" + pieces + ")";
    return keys.empty() ? sql : sql + " GROUP BY " + keys;
}

// What is kept of the records of whole days, by the keys of items.
std::string kept_sums(Record record, const Question& question, const Sums& sums,
                      const std::vector<Period>& days, const std::string& bucket) {
    std::string inner = question.granularity == Granularity::all ? "" : bucket + " AS time";
    std::string outer = keys_of(question);
    if (!question.dimensions.empty()) add(inner, ", ", "value AS d0");
    for (const SumMetric* sum : sums.all()) {
        const std::string name = sums.column(sum->name);
        if (sum->record != record) {
            add(outer, ", ", no_sum_of(*sum) + " AS " + name);
            continue;
        }
        for (const std::string& column : columns_in_sums(*sum)) add(inner, ", ", column);
        add(outer, ", ", sum_of_sums(*sum) + " AS " + name);
    }
    const std::string dimension =
        question.dimensions.empty() ? "" : question.dimensions.front().text();
    const std::string sql = "SELECT " + outer + " FROM (SELECT " + inner +
                            " FROM sums WHERE record = " + sql_text(name_in_sums(record)) +
                            " AND dimension = " + sql_text(dimension) + " AND " +
                            is_within("ts", days) + ")";
    const std::string keys = keys_of(question);
    return keys.empty() ? sql : sql + " GROUP BY " + keys;
}

// What is read beside the sums. Sessions that are not in the store are in none of these.
std::vector<Extent> extents_of(const SplitPeriod& split) {
    std::vector<Extent> extents;
    extents.reserve(split.rest.size() + 1);
    for (const Period& rest : split.rest) extents.push_back(all_within(rest));
    if (!split.summed.empty()) {
        extents.push_back({.sessions = unstored_sessions, .times = split.summed});
    }
    return extents;
}

}  // namespace

Sums::Sums(const Question& question) {
    for (const MetricName& metric : question.metrics) {
        if (metric.sum != nullptr) {
            add(metric.sum);
            continue;
        }
        for (const std::string_view name :
             {metric.ratio->plus, metric.ratio->minus, metric.ratio->divisor}) {
            if (!name.empty()) add(sum_metric_named(name));
        }
    }
}

std::string Sums::column(std::string_view name) const {
    const auto at = std::ranges::find(sums_, name, &SumMetric::name);
    return "m" + std::to_string(at - sums_.begin());
}

std::vector<Record> Sums::records() const {
    std::set<Record> found;
    for (const SumMetric* sum : sums_) found.insert(sum->record);
    return {found.begin(), found.end()};
}

void Sums::add(const SumMetric* sum) {
    if (std::ranges::find(sums_, sum) == sums_.end()) sums_.push_back(sum);
}

std::string keys_of(const Question& question) {
    std::string keys;
    if (question.granularity != Granularity::all) keys = "time";
    for (size_t i = 0; i < question.dimensions.size(); ++i) {
        add(keys, ", ", "d" + std::to_string(i));
    }
    return keys;
}

std::string added_up(const Sums& sums) {
    std::string columns;
    for (const SumMetric* sum : sums.all()) {
        const std::string name = sums.column(sum->name);
        const std::string total = "sum(" + name + ")";
        const bool has_always_one = sum->unit != Unit::audience;
        add(columns, ", ", (has_always_one ? "coalesce(" + total + ", 0)" : total) + " AS " + name);
    }
    return columns;
}

std::string all_items(const Question& question, const Period& period, const TimeZone& zone,
                      const SummedDays& days, std::vector<Value>& parameters) {
    const Sums sums(question);
    const SplitPeriod split = days.split_records(question, period, zone);
    const bool has_sums = !split.summed.empty();
    std::vector<std::string> parts;
    for (const Scan& scan : scans_of(question, sums, period, has_sums)) {
        const Record record = scan.front();
        if (minute_value_of(record)) {
            parts.push_back(by_minute(record, question, sums, period, zone, parameters));
            continue;
        }
        const bool is_split = has_sums && is_summed(record);
        if (is_split) {
            const bool is_all = question.granularity == Granularity::all;
            const std::string bucket = is_all ? "" : bucket_of("ts", question, period, zone);
            parts.push_back(kept_sums(record, question, sums, split.summed, bucket));
        }
        for (Extent& extent : is_split ? extents_of(split) : std::vector{all_within(period)}) {
            parts.push_back(ScanStatement(scan, question, period, std::move(extent))
                                .text(sums, zone, parameters));
        }
    }
    std::string each;
    for (const std::string& part : parts) add(each, " UNION ALL ", part);
    const std::string keys = keys_of(question);
    if (keys.empty()) return "SELECT " + added_up(sums) + " FROM (" + each + ")";
    const std::string grouped =
        "SELECT " + keys + ", " + added_up(sums) + " FROM (" + each + ") GROUP BY " + keys;
    return parts.size() == 1 ? each : grouped;
}

std::string extremes(Record record, const Question& question, const Period& period,
                     std::vector<Value>& parameters) {
    Question whole_period = question;
    whole_period.dimensions.clear();
    const MinuteValue value = *minute_value_of(record);
    const Minutes minutes = Minutes::of(period.from, period.to);
    return extremes_of(
        value,
        counted_sessions(value, minutes, whole_period, scope_of(record, whole_period), parameters),
        minutes);
}

bool is_once_in_items(const Question& question) {
    // A viewer may be in several items of a minute.
    return std::ranges::all_of(Sums(question).records(), [&](Record record) {
        return scope_of(record, question).joined.empty() &&
               (record != Record::viewer_minute || question.dimensions.empty());
    });
}

}  // namespace playhead::store
