// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/report_question.h"
#include "store/report_time.h"
#include "store/summed_days.h"
#include "store/time_zone.h"

// The sums that a report is made of, as SQL over the relations of report_relations.h.
namespace playhead::store {

// The sums that the metrics of a question are made of, each once. In SQL they are the columns m0,
// m1, ... .
class Sums {
  public:
    explicit Sums(const Question& question);

    const std::vector<const SumMetric*>& all() const { return sums_; }

    std::string column(std::string_view name) const;

    // In the order of Record.
    std::vector<Record> records() const;

  private:
    void add(const SumMetric* sum);

    std::vector<const SumMetric*> sums_;
};

// The columns that tell one item from another: time, unless the granularity is `all`, and d0, d1,
// ... for the dimensions.
std::string keys_of(const Question& question);

// SQL that adds up rows with the columns m0, m1, ..., none of which may be there.
std::string added_up(const Sums& sums);

// All items: their keys and sums. What can be is read from the sums of days (day_sums.h).
std::string all_items(const Question& question, const Period& period, const TimeZone& zone,
                      const SummedDays& days, std::vector<Value>& parameters);

// One row: the largest and the smallest number of a minute, each followed by the first minute that
// has it (extremes_of). For a record that is counted by the minute, and at least one minute.
std::string extremes(Record record, const Question& question, const Period& period,
                     std::vector<Value>& parameters);

// Whether every record is in one item, so that the items together are the totals.
bool is_once_in_items(const Question& question);

}  // namespace playhead::store
