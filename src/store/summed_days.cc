// SPDX-License-Identifier: Apache-2.0
#include "store/summed_days.h"

#include <algorithm>
#include <utility>

#include "store/day_sums.h"

namespace playhead::store {
namespace {

bool is_always_true(const Filter& filter) {
    return filter.kind == Filter::Kind::all_of && filter.parts.empty();
}

std::string name_of_dimension(const Question& question) {
    return question.dimensions.empty() ? "" : question.dimensions.front().text();
}

}  // namespace

SplitPeriod split(const Period& period, const std::vector<int64_t>& days) {
    std::vector<Period> stretches;
    for (const int64_t day : days) {
        if (stretches.empty() || stretches.back().to != day) {
            stretches.push_back({.from = day, .to = day});
        }
        stretches.back().to = day + day_ms;
    }
    if (stretches.size() > most_summed_stretches) {
        std::ranges::sort(stretches, {}, [](const Period& each) {
            return std::pair(each.from - each.to, each.from);
        });
        stretches.resize(most_summed_stretches);
        std::ranges::sort(stretches, {}, &Period::from);
    }
    SplitPeriod both;
    int64_t begin = period.from;
    for (const Period& stretch : stretches) {
        if (begin < stretch.from) both.rest.push_back({.from = begin, .to = stretch.from});
        begin = stretch.to;
    }
    if (begin < period.to) both.rest.push_back({.from = begin, .to = period.to});
    both.summed = std::move(stretches);
    return both;
}

const SummedDimension* summed_dimension_for(const Question& question, const Period& period,
                                            const TimeZone& zone) {
    if (question.segment != Segment::all_media || !is_always_true(question.filter)) return nullptr;
    if (question.dimensions.size() > 1) return nullptr;
    const SummedDimension* dimension = summed_dimension_named(name_of_dimension(question));
    if (dimension == nullptr) return nullptr;
    const bool is_made_of_steps = piece_length(question, period, zone) % dimension->step_ms == 0;
    return is_made_of_steps ? dimension : nullptr;
}

base::Result<SummedDays> SummedDays::read(Connection& connection, const Question& question,
                                          const Period& period) {
    SummedDays found;
    const int64_t from = std::max(period.from, first_moment);
    const int64_t to = std::min(period.to, last_moment);
    if (to - from < day_ms) return found;
    auto statement = connection.prepare(
        "SELECT DISTINCT dimension, day_ts, latest_start_ts FROM summed_days WHERE has_sums AND "
        "meaning = $1 AND dimension IN ('', $2) AND day_ts >= $3 AND day_ts <= $4 ORDER BY day_ts");
    if (!statement) return std::unexpected(statement.error());
    statement->bind(1, sums_meaning());
    statement->bind(2, name_of_dimension(question));
    statement->bind_value(3, from);
    statement->bind_value(4, to - day_ms);
    auto days = statement->run();
    if (!days) return std::unexpected(days.error());
    while (days->next()) {
        const std::string dimension(days->text(0));
        const int64_t day = days->integer(1);
        found.days_[dimension].push_back(day);
        const bool is_before_end = days->is_null(2) || days->integer(2) < period.to;
        if (dimension.empty() && is_before_end) found.closed_before_end_.push_back(day);
    }
    return found;
}

SplitPeriod SummedDays::split_records(const Question& question, const Period& period,
                                      const TimeZone& zone) const {
    const SummedDimension* dimension = summed_dimension_for(question, period, zone);
    if (dimension == nullptr) return {.summed = {}, .rest = {period}};
    const auto days = days_.find(dimension->name);
    if (days == days_.end()) return {.summed = {}, .rest = {period}};
    return split(period, days->second);
}

SplitPeriod SummedDays::split_touching(const Period& period) const {
    return split({.from = period.from, .to = INT64_MAX}, closed_before_end_);
}

}  // namespace playhead::store
