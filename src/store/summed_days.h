// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/database.h"
#include "store/report_question.h"
#include "store/report_time.h"
#include "store/time_zone.h"

namespace playhead::store {

struct SummedDimension;

// A period in two: what the sums of days (day_sums.h) answer, and what is left to the rows. Each in
// order; together they are the period, each moment once.
struct SplitPeriod {
    std::vector<Period> summed;  // whole days of UTC
    std::vector<Period> rest;
};

// Each rest is a scan of its own; so that there are few, of many stretches of summed days only the
// longest are taken.
constexpr size_t most_summed_stretches = 16;

// `days`: begins of days, ascending, all within the period.
SplitPeriod split(const Period& period, const std::vector<int64_t>& days);

// By what the days must be summed to answer for a question's sessions that started or closed. Null
// when rows must be read: it has a filter, a segment, other dimensions, or buckets that are not
// made of what is kept.
const SummedDimension* summed_dimension_for(const Question& question, const Period& period,
                                            const TimeZone& zone);

// The days within the period of a question that are summed, as its transaction sees them.
class SummedDays {
  public:
    // None.
    SummedDays() = default;

    static base::Result<SummedDays> read(Connection& connection, const Question& question,
                                         const Period& period);

    // For the numbers of sessions that started or closed within the period: this question's, or
    // that of its totals.
    SplitPeriod split_records(const Question& question, const Period& period,
                              const TimeZone& zone) const;

    // By the close, for sessions that touch the period: of its begin to ever. All sessions that
    // closed on a summed day touch it.
    SplitPeriod split_touching(const Period& period) const;

  private:
    std::map<std::string, std::vector<int64_t>, std::less<>> days_;  // by dimension
    std::vector<int64_t> closed_before_end_;
};

}  // namespace playhead::store
