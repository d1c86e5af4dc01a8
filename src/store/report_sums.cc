// SPDX-License-Identifier: Apache-2.0
#include "store/report_sums.h"

#include <algorithm>
#include <set>

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

// Kinds of record that are read together, because they are of one part and, where there is no time
// in the items, go into the same ones.
using Scan = std::vector<Record>;

std::vector<Scan> scans_of(const Question& question, const Sums& sums) {
    std::vector<Scan> scans;
    for (const Record record : sums.records()) {
        const bool goes_with_last = question.granularity == Granularity::all && !scans.empty() &&
                                    part_of(scans.back().back()) == part_of(record);
        if (!goes_with_last) scans.emplace_back();
        scans.back().push_back(record);
    }
    return scans;
}

// Builds the statement that reads one scan: what each record has (`inner`), added up by the keys of
// items (`outer`).
class ScanStatement {
  public:
    ScanStatement(const Scan& scan, const Question& question, const Period& period)
        : scan_(scan),
          question_(question),
          period_(period),
          scope_(scope_of(scan.front(), question)) {}

    std::string text(const Sums& sums, const TimeZone& zone, std::vector<Value>& parameters) {
        add_identity();
        add_keys(zone, parameters);
        const std::string time = add_times();
        for (const SumMetric* sum : sums.all()) add_sum(*sum, sums.column(sum->name));
        std::string sql = "SELECT " + outer_ + " FROM (SELECT " + inner_ + " FROM " +
                          sources(scope_) + " WHERE " + time + " AND " +
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
            inner_ += ", " + std::string(alias_of(scope_.own)) + ".position";
        }
    }

    void add_keys(const TimeZone& zone, std::vector<Value>& parameters) {
        outer_ = keys_of(question_);
        if (question_.granularity != Granularity::all) {
            const std::string time(time_of(scan_.front()));
            add(inner_, ", ", bucket(time, question_.granularity, period_, zone) + " AS time");
        }
        for (size_t i = 0; i < question_.dimensions.size(); ++i) {
            add(inner_, ", ",
                value_of(question_.dimensions[i], scope_, parameters) + " AS d" +
                    std::to_string(i));
        }
    }

    // The condition that one of the records lies in the period.
    std::string add_times() {
        std::string any;
        for (size_t i = 0; i < scan_.size(); ++i) {
            const std::string is_in = is_within(std::string(time_of(scan_[i])), period_);
            add(any, " OR ", "(" + is_in + ")");
            if (needs_filter()) add(inner_, ", ", is_in + " AS r" + std::to_string(i));
        }
        return "(" + any + ")";
    }

    bool needs_filter() const {
        return scan_.size() > 1 && (period_.from != INT64_MIN || period_.to != INT64_MAX);
    }

    void add_sum(const SumMetric& sum, const std::string& name) {
        const auto record = std::ranges::find(scan_, sum.record);
        if (record == scan_.end()) {
            const bool has_always_one = sum.unit != Unit::audience;
            add(outer_, ", ", (has_always_one ? "0::HUGEINT AS " : "NULL::HUGEINT AS ") + name);
            return;
        }
        add(inner_, ", ", value_of(sum) + " AS " + name);
        std::string total = sum_of(sum, name);
        if (needs_filter()) {
            total += " FILTER (WHERE r" + std::to_string(record - scan_.begin()) + ")";
        }
        add(outer_, ", ", total + "::HUGEINT AS " + name);
    }

    const Scan& scan_;
    const Question& question_;
    const Period& period_;
    const RecordScope scope_;
    std::string inner_;
    std::string outer_;
};

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
                      std::vector<Value>& parameters) {
    const Sums sums(question);
    const std::vector<Scan> scans = scans_of(question, sums);
    std::string each;
    for (const Scan& scan : scans) {
        add(each, " UNION ALL ",
            ScanStatement(scan, question, period).text(sums, zone, parameters));
    }
    const std::string keys = keys_of(question);
    if (keys.empty()) return "SELECT " + added_up(sums) + " FROM (" + each + ")";
    const std::string grouped =
        "SELECT " + keys + ", " + added_up(sums) + " FROM (" + each + ") GROUP BY " + keys;
    return scans.size() == 1 ? each : grouped;
}

bool is_once_in_items(const Question& question) {
    return std::ranges::all_of(Sums(question).records(), [&](Record record) {
        return scope_of(record, question).joined.empty();
    });
}

}  // namespace playhead::store
