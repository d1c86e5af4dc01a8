// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/report_question.h"
#include "store/time_zone.h"

// The time of a report: its period, and the buckets in it.
namespace playhead::store {

// The moments of a question, in ms since the epoch: from <= t < to.
struct Period {
    int64_t from = INT64_MIN;
    int64_t to = INT64_MAX;

    friend bool operator==(const Period&, const Period&) = default;
};

Period period_of(const Question& question, const TimeZone& zone);

// The condition that `time` is of one of these.
std::string is_within(const std::string& time, const std::vector<Period>& periods);

// SQL of the begin of the bucket in which `time` lies, which is not negative (first_moment): of UTC
// where buckets are counted in minutes, else of the clock on the wall. Not for `all`.
std::string bucket_of(const std::string& time, const Question& question, const Period& period,
                      const TimeZone& zone);

// No bucket begins within a piece of so many ms, where pieces begin at multiples of it. At least a
// minute, and whole minutes. For `all`, a piece that no period is longer than.
int64_t piece_length(const Question& question, const Period& period, const TimeZone& zone);

// Counted by the minute (minute_plan.h).
bool is_by_minute(const MetricName& metric);

// Metrics 12.4: who asks for numbers by the minute gets at most so many buckets.
constexpr int64_t most_buckets_by_minute = 1'440;

// The question with larger buckets, if it is about minutes and has too many: of 5 or 15 minutes, an
// hour, a day, a week, or at last a month.
Question with_fewer_buckets(Question question, const Period& period);

}  // namespace playhead::store
