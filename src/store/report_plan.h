// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "store/report_question.h"
#include "store/time_zone.h"

// From a question to SQL. The relations that it names are those of report_relations.h.
namespace playhead::store {

// One statement, and the values of its parameters $1, $2, ...: nothing of the question stands in
// its text but numbers, and patterns in quotes.
struct Plan {
    std::string sql;
    std::vector<Value> parameters;
};

// The moments of a question, in ms since the epoch: from <= t < to.
struct Period {
    int64_t from = INT64_MIN;
    int64_t to = INT64_MAX;
};

Period period_of(const Question& question, const TimeZone& zone);

// The items in their order, one more than asked for when there are more. Columns: the time, unless
// the granularity is `all`; the dimensions; the metrics. The time is of UTC up to an hour, and of
// the clock on the wall from a day on, both in ms.
Plan plan_items(const Question& question, const Period& period, const TimeZone& zone);

// One row with the metrics over everything that the question is about.
Plan plan_totals(const Question& question, const Period& period);

// For each rule set of a session that touches the period: its number, how many are closed, and how
// many are open.
Plan plan_completeness(const Period& period);

}  // namespace playhead::store
