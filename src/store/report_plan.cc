// SPDX-License-Identifier: Apache-2.0
#include "store/report_plan.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "store/report_filter.h"

namespace playhead::store {
namespace {

constexpr int64_t minute_ms = 60'000;
constexpr int64_t hour_ms = 60 * minute_ms;
constexpr int64_t day_ms = 24 * hour_ms;

std::string text(int64_t number) {
    return std::to_string(number);
}

// A list of SQL with what stands between.
void add(std::string& list, std::string_view between, std::string_view more) {
    if (!list.empty()) list += between;
    list += more;
}

// Of a calendar unit: the moment, as the clock on the wall shows it.
std::string local(const std::string& time, const Period& period, const TimeZone& zone) {
    const auto shifts = zone.within(period.from, period.to);
    if (shifts.size() == 1) return "(" + time + " + " + text(shifts[0].ahead) + ")";
    std::string ahead = "CASE";
    for (size_t i = 0; i + 1 < shifts.size(); ++i) {
        ahead +=
            " WHEN " + time + " < " + text(shifts[i + 1].since) + " THEN " + text(shifts[i].ahead);
    }
    return "(" + time + " + " + ahead + " ELSE " + text(shifts.back().ahead) + " END)";
}

int64_t length_of(Granularity granularity) {
    switch (granularity) {
        case Granularity::minute:
            return minute_ms;
        case Granularity::five_minutes:
            return 5 * minute_ms;
        case Granularity::fifteen_minutes:
            return 15 * minute_ms;
        case Granularity::hour:
            return hour_ms;
        default:
            return day_ms;
    }
}

// Begin of the bucket in which `time` lies. Times are not negative (first_moment).
std::string bucket(const std::string& time, Granularity granularity, const Period& period,
                   const TimeZone& zone) {
    const std::string wall = local(time, period, zone);
    if (granularity == Granularity::month) {
        return "epoch_ms(date_trunc('month', make_timestamp(" + wall + " * 1000)))";
    }
    if (granularity == Granularity::week) {
        // The epoch was a Thursday, the third day after a Monday.
        return "(" + wall + " - (" + wall + " + " + text(3 * day_ms) + ") % " + text(7 * day_ms) +
               ")";
    }
    const std::string length = text(length_of(granularity));
    const std::string since = wall + " % " + length;
    if (granularity == Granularity::day) return "(" + wall + " - " + since + ")";
    return "(" + time + " - " + since + ")";
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

std::string is_within(const std::string& time, const Period& period) {
    std::string sql = "true";
    if (period.from != INT64_MIN) sql += " AND " + time + " >= " + text(period.from);
    if (period.to != INT64_MAX) sql += " AND " + time + " < " + text(period.to);
    return sql;
}

// The sums that the metrics of a question are made of, each once.
class Sums {
  public:
    explicit Sums(const Question& question) {
        for (const MetricName& metric : question.metrics) {
            if (metric.sum != nullptr) {
                add(metric.sum);
                continue;
            }
            add(sum_metric_named(metric.ratio->plus));
            if (!metric.ratio->minus.empty()) add(sum_metric_named(metric.ratio->minus));
            if (!metric.ratio->divisor.empty()) add(sum_metric_named(metric.ratio->divisor));
        }
    }

    const std::vector<const SumMetric*>& all() const { return sums_; }

    std::string column(std::string_view name) const {
        const auto at = std::ranges::find(sums_, name, &SumMetric::name);
        return "m" + text(at - sums_.begin());
    }

    // In the order of Record.
    std::vector<Record> records() const {
        std::set<Record> found;
        for (const SumMetric* sum : sums_) found.insert(sum->record);
        return {found.begin(), found.end()};
    }

  private:
    void add(const SumMetric* sum) {
        if (std::ranges::find(sums_, sum) == sums_.end()) sums_.push_back(sum);
    }

    static std::string text(ptrdiff_t number) { return std::to_string(number); }

    std::vector<const SumMetric*> sums_;
};

// Where the records are, and what else is joined to them for the sake of a dimension.
std::string sources(const RecordScope& scope) {
    const std::string session(relation_of(Part::session));
    std::string from = session + " s";
    if (scope.own != Part::session) {
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

// The sums of one kind of record, by time and dimensions; 0 or nothing for those of others.
std::string sums_of(Record record, const Question& question, const Sums& sums, const Period& period,
                    const TimeZone& zone, std::vector<Value>& parameters) {
    const RecordScope scope = scope_of(record, question);
    const std::string time(time_of(record));
    std::string inner;
    std::string outer;
    std::string keys;
    // A session that has two ads of one advertiser is one session with that advertiser.
    if (!scope.joined.empty()) {
        inner = "DISTINCT s.session_id";
        if (scope.own != Part::session)
            inner += ", " + std::string(alias_of(scope.own)) + ".position";
    }
    const auto add_key = [&](const std::string& value, const std::string& name) {
        add(inner, ", ", value + " AS " + name);
        add(outer, ", ", name);
        add(keys, ", ", name);
    };
    if (question.granularity != Granularity::all) {
        add_key(bucket(time, question.granularity, period, zone), "time");
    }
    for (size_t i = 0; i < question.dimensions.size(); ++i) {
        add_key(value_of(question.dimensions[i], scope, parameters), "d" + std::to_string(i));
    }
    for (const SumMetric* sum : sums.all()) {
        const std::string name = sums.column(sum->name);
        if (sum->record == record) {
            add(inner, ", ", published(*sum) + " AS " + name);
            add(outer, ", ", "sum(" + name + ") AS " + name);
        } else {
            const bool has_always_one = sum->unit != Unit::audience;
            add(outer, ", ", (has_always_one ? "0::HUGEINT AS " : "NULL::HUGEINT AS ") + name);
        }
    }
    std::string sql = "SELECT " + outer + " FROM (SELECT " + inner + " FROM " + sources(scope) +
                      " WHERE " + is_within(time, period) + " AND " +
                      condition_of(question.segment) + " AND " +
                      condition_of(question.filter, scope, parameters) + ")";
    if (!keys.empty()) sql += " GROUP BY " + keys;
    return sql;
}

// HUGEINT to BIGINT; what does not fit is the largest that does.
std::string whole(const std::string& sum) {
    return "greatest(least(" + sum + ", 9223372036854775807), -9223372036854775808)::BIGINT";
}

std::string value_of(const MetricName& metric, const Sums& sums) {
    if (metric.sum != nullptr) {
        const std::string column = sums.column(metric.sum->name);
        return metric.sum->unit == Unit::audience ? column + "::DOUBLE / 1e12" : whole(column);
    }
    std::string top = sums.column(metric.ratio->plus);
    if (!metric.ratio->minus.empty()) top += " - " + sums.column(metric.ratio->minus);
    if (metric.ratio->divisor.empty()) return whole("(" + top + ")");
    const std::string divisor = sums.column(metric.ratio->divisor);
    return "CASE WHEN " + divisor + " <> 0 THEN (" + top + ")::DOUBLE / " + divisor +
           "::DOUBLE END";
}

std::string column_of(const SortKey& key) {
    switch (key.by) {
        case SortKey::By::time:
            return "time";
        case SortKey::By::dimension:
            return "d" + std::to_string(key.index);
        case SortKey::By::metric:
            return "v" + std::to_string(key.index);
    }
    CHECK(false);
}

// Where the items behind `behind` are, in the order of these keys.
std::string behind(const std::vector<SortKey>& keys, const std::vector<Value>& behind,
                   std::vector<Value>& parameters) {
    CHECK(keys.size() == behind.size());
    std::string any;
    std::string equal_so_far;
    for (size_t i = 0; i < keys.size(); ++i) {
        const std::string column = column_of(keys[i]);
        std::string here;
        if (std::holds_alternative<std::monostate>(behind[i])) {
            here = "false";  // nothing is last
            add(equal_so_far, " AND ", column + " IS NULL");
        } else {
            const std::string value = parameter(behind[i], parameters);
            here = "(" + column + (keys[i].descending ? " < " : " > ") + value + " OR " + column +
                   " IS NULL)";
            if (!equal_so_far.empty()) here = "(" + equal_so_far + " AND " + here + ")";
            add(equal_so_far, " AND ", column + " = " + value);
        }
        add(any, " OR ", here);
    }
    return any.empty() ? "false" : any;
}

// All items, with the columns time, d0, d1, ... and m0, m1, ...
std::string all_items(const Question& question, const Sums& sums, const Period& period,
                      const TimeZone& zone, std::vector<Value>& parameters) {
    const std::vector<Record> records = sums.records();
    std::string each;
    for (const Record record : records) {
        add(each, " UNION ALL ", sums_of(record, question, sums, period, zone, parameters));
    }
    std::string keys;
    if (question.granularity != Granularity::all) keys = "time";
    for (size_t i = 0; i < question.dimensions.size(); ++i) {
        add(keys, ", ", "d" + std::to_string(i));
    }
    std::string columns = keys;
    for (const SumMetric* sum : sums.all()) {
        const std::string name = sums.column(sum->name);
        const std::string total = records.size() == 1 ? name : "sum(" + name + ")";
        const bool has_always_one = sum->unit != Unit::audience;
        add(columns, ", ", (has_always_one ? "coalesce(" + total + ", 0)" : total) + " AS " + name);
    }
    std::string sql = "SELECT " + columns + " FROM (" + each + ")";
    if (records.size() > 1 && !keys.empty()) sql += " GROUP BY " + keys;
    return sql;
}

}  // namespace

std::vector<SortKey> sort_keys(const Question& question) {
    std::vector<SortKey> keys = question.sort;
    const auto has = [&](SortKey::By by, size_t index) {
        return std::ranges::any_of(
            keys, [&](const SortKey& key) { return key.by == by && key.index == index; });
    };
    if (question.granularity != Granularity::all && !has(SortKey::By::time, 0)) {
        keys.push_back({.by = SortKey::By::time});
    }
    for (size_t i = 0; i < question.dimensions.size(); ++i) {
        if (!has(SortKey::By::dimension, i)) {
            keys.push_back({.by = SortKey::By::dimension, .index = i});
        }
    }
    return keys;
}

Period period_of(const Question& question, const TimeZone& zone) {
    const auto utc = [&](const Moment& moment) {
        return moment.is_local ? zone.utc_of(moment.ms) : moment.ms;
    };
    Period period;
    if (question.from) period.from = utc(*question.from);
    if (question.to) period.to = utc(*question.to);
    return period;
}

Plan plan_items(const Question& question, const Period& period, const TimeZone& zone) {
    const Sums sums(question);
    Plan plan;
    const std::string items = all_items(question, sums, period, zone, plan.parameters);
    std::string columns;
    if (question.granularity != Granularity::all) columns = "time";
    for (size_t i = 0; i < question.dimensions.size(); ++i) {
        add(columns, ", ", "d" + std::to_string(i));
    }
    for (size_t i = 0; i < question.metrics.size(); ++i) {
        add(columns, ", ", value_of(question.metrics[i], sums) + " AS v" + std::to_string(i));
    }
    plan.sql = "SELECT * FROM (SELECT " + columns + " FROM (" + items + "))";
    const std::vector<SortKey> keys = sort_keys(question);
    if (question.behind) {
        plan.sql += " WHERE " + behind(keys, *question.behind, plan.parameters);
    }
    std::string order;
    for (const SortKey& key : keys) {
        add(order, ", ", column_of(key) + (key.descending ? " DESC" : " ASC") + " NULLS LAST");
    }
    if (!order.empty()) plan.sql += " ORDER BY " + order;
    plan.sql += " LIMIT " + std::to_string(question.limit + 1);
    return plan;
}

Plan plan_totals(const Question& question, const Period& period) {
    Question whole_period;
    whole_period.metrics = question.metrics;
    whole_period.filter = question.filter;
    whole_period.segment = question.segment;
    return plan_items(whole_period, period, TimeZone());
}

Plan plan_completeness(const Period& period) {
    std::string sql =
        "SELECT rule_set, count(*) FILTER (NOT is_open), count(*) FILTER (is_open) FROM " +
        std::string(relation_of(Part::session)) + " WHERE true";
    if (period.to != INT64_MAX) sql += " AND start_ts < " + text(period.to);
    if (period.from != INT64_MIN) sql += " AND close_ts >= " + text(period.from);
    return {.sql = sql + " GROUP BY rule_set ORDER BY rule_set", .parameters = {}};
}

}  // namespace playhead::store
