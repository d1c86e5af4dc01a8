// SPDX-License-Identifier: Apache-2.0
#include "store/report_time.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "store/minute_plan.h"

namespace playhead::store {
namespace {

constexpr int64_t day_ms = 24 * 60 * minute_ms;

std::string text(int64_t number) {
    return std::to_string(number);
}

// The moment as the clock on the wall shows it.
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

// About, for weeks and months.
int64_t bucket_ms(const Question& question) {
    switch (question.granularity) {
        case Granularity::minutes:
            return question.bucket_minutes * minute_ms;
        case Granularity::day:
            return day_ms;
        case Granularity::week:
            return 7 * day_ms;
        case Granularity::month:
        case Granularity::all:
            break;
    }
    return INT64_MAX;
}

}  // namespace

Period period_of(const Question& question, const TimeZone& zone) {
    const auto utc = [&](const Moment& moment) {
        return moment.is_local ? zone.utc_of(moment.ms) : moment.ms;
    };
    Period period;
    if (question.from) period.from = utc(*question.from);
    if (question.to) period.to = utc(*question.to);
    return period;
}

std::string is_within(const std::string& time, const std::vector<Period>& periods) {
    std::string any;
    for (const Period& period : periods) {
        std::string sql = "true";
        if (period.from != INT64_MIN) sql += " AND " + time + " >= " + text(period.from);
        if (period.to != INT64_MAX) sql += " AND " + time + " < " + text(period.to);
        any += (any.empty() ? "(" : " OR (") + sql + ")";
    }
    return any.empty() ? "false" : "(" + any + ")";
}

std::string bucket_of(const std::string& time, const Question& question, const Period& period,
                      const TimeZone& zone) {
    const std::string wall = local(time, period, zone);
    if (question.granularity == Granularity::month) {
        return "epoch_ms(date_trunc('month', make_timestamp(" + wall + " * 1000)))";
    }
    if (question.granularity == Granularity::week) {
        // The epoch was a Thursday, the third day after a Monday.
        return "(" + wall + " - (" + wall + " + " + text(3 * day_ms) + ") % " + text(7 * day_ms) +
               ")";
    }
    const std::string since = wall + " % " + text(bucket_ms(question));
    if (question.granularity == Granularity::day) return "(" + wall + " - " + since + ")";
    return "(" + time + " - " + since + ")";
}

int64_t piece_length(const Question& question, const Period& period, const TimeZone& zone) {
    // Zones are at most a day ahead or behind.
    constexpr int64_t longest = last_moment / day_ms * day_ms + 2 * day_ms;
    if (question.granularity == Granularity::all) return longest;
    int64_t length = std::min(bucket_ms(question), day_ms);
    const auto shifts = zone.within(period.from, period.to);
    for (size_t i = 0; i < shifts.size(); ++i) {
        length = std::gcd(length, shifts[i].ahead);
        if (i > 0) length = std::gcd(length, shifts[i].since);
    }
    return length % minute_ms == 0 ? length : minute_ms;
}

bool is_by_minute(const MetricName& metric) {
    return metric.sum != nullptr && minute_value_of(metric.sum->record).has_value();
}

Question with_fewer_buckets(Question question, const Period& period) {
    const bool has_minutes = std::ranges::any_of(question.metrics, is_by_minute);
    if (question.granularity == Granularity::all || !has_minutes) return question;
    constexpr std::array<std::pair<Granularity, int64_t>, 6> larger = {{
        {Granularity::minutes, 5},
        {Granularity::minutes, 15},
        {Granularity::minutes, 60},
        {Granularity::day, 1},
        {Granularity::week, 1},
        {Granularity::month, 1},
    }};
    const auto fits = [&](const Question& asked) {
        return (period.to - period.from - 1) / bucket_ms(asked) < most_buckets_by_minute;
    };
    for (const auto& [granularity, minutes] : larger) {
        if (fits(question)) break;
        Question next = question;
        next.granularity = granularity;
        next.bucket_minutes = minutes;
        if (bucket_ms(next) > bucket_ms(question)) question = std::move(next);
    }
    return question;
}

}  // namespace playhead::store
