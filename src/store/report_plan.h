// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "store/report_question.h"
#include "store/report_sums.h"
#include "store/summed_days.h"
#include "store/time_zone.h"

// From a question to SQL. The relations that it names are those of report_relations.h.
namespace playhead::store {

// One statement, and the values of its parameters $1, $2, ...: nothing of the question stands in
// its text but numbers, and patterns in quotes.
struct Plan {
    std::string sql;
    std::vector<Value> parameters;
};

// Puts all items of the question, with the sums that its metrics are made of, into the temporary
// table report_items, from which the next two read.
Plan plan_items(const Question& question, const Period& period, const TimeZone& zone,
                const SummedDays& days);

// The items in their order from where the page begins, one more than asked for when there are more.
// Columns: the time, unless the granularity is `all`; the dimensions; the metrics. The time is of
// UTC up to an hour, and of the clock on the wall from a day on, both in ms.
Plan plan_page(const Question& question, const Period& period);

// One row with the metrics over everything that the question is about.
Plan plan_totals(const Question& question, const Period& period, const SummedDays& days);

// For the metrics that are counted by the minute, in the order of the question, one statement each
// (extremes_of in minute_plan.h). None when no minute begins in the period.
std::vector<Plan> plan_extremes(const Question& question, const Period& period);

// Of the sessions that touch the period: how many, how many are open, the smallest and the largest
// number of a rule set. This and what follows needs no rows of days that are summed.
Plan plan_completeness(const Period& period, const SummedDays& days);

// How many of them do not say when their content ran, because they are rows of before schema 3.
Plan plan_without_spans(const Period& period, const SummedDays& days);

// All their rule sets.
Plan plan_rule_sets(const Period& period, const SummedDays& days);

}  // namespace playhead::store
