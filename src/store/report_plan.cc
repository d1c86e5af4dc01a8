// SPDX-License-Identifier: Apache-2.0
#include "store/report_plan.h"

#include <algorithm>

#include "base/check.h"
#include "store/minute_plan.h"
#include "store/report_filter.h"
#include "store/report_relations.h"

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

// HUGEINT to BIGINT; what does not fit is the largest that does.
std::string whole(const std::string& sum) {
    return "greatest(least(" + sum + ", 9223372036854775807), -9223372036854775808)::BIGINT";
}

// The sum of one metric, as it is published.
std::string value_of(const SumMetric& metric, const std::string& sum, const Period& period) {
    if (metric.unit == Unit::audience) return sum + "::DOUBLE / 1e12";
    if (metric.unit != Unit::share) return whole(sum);
    return sum + "::DOUBLE / " + text(std::max<int64_t>(1, period.to - period.from)) + "::DOUBLE";
}

std::string value_of(const MetricName& metric, const Sums& sums, const Period& period) {
    if (metric.sum != nullptr) {
        return value_of(*metric.sum, sums.column(metric.sum->name), period);
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

// The metrics of the question, v0, v1, ..., of sums m0, m1, ... .
std::string values_of(const Question& question, const Sums& sums, const Period& period) {
    std::string values;
    for (size_t i = 0; i < question.metrics.size(); ++i) {
        add(values, ", ",
            value_of(question.metrics[i], sums, period) + " AS v" + std::to_string(i));
    }
    return values;
}

// Rows about the sessions that were there at some moment of the period, from three sources:
// `of_rows` is selected from their rows, `of_days` from the notes of days on which all that closed
// were there.
std::string about_touching(const Period& period, const SummedDays& days, const std::string& of_rows,
                           const std::string& of_days) {
    const SplitPeriod closes = days.split_touching(period);
    const std::string began = is_within("start_ts", {{.from = INT64_MIN, .to = period.to}});
    const auto rows = [&](std::string_view sessions, const std::vector<Period>& times) {
        return "SELECT " + of_rows + " FROM " + std::string(sessions) + " WHERE " + began +
               " AND " + is_within("close_ts", times);
    };
    std::string all;
    for (const Period& rest : closes.rest) {
        add(all, " UNION ALL ", rows(relation_of(Part::session), {rest}));
    }
    if (closes.summed.empty()) return all;
    add(all, " UNION ALL ", rows(unstored_sessions, closes.summed));
    add(all, " UNION ALL ",
        "SELECT " + of_days + " FROM summed_days WHERE dimension = '' AND " +
            is_within("day_ts", closes.summed));
    return all;
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

Plan plan_items(const Question& question, const Period& period, const TimeZone& zone,
                const SummedDays& days) {
    Plan plan;
    plan.sql = "CREATE OR REPLACE TEMP TABLE report_items AS " +
               all_items(question, period, zone, days, plan.parameters);
    return plan;
}

Plan plan_page(const Question& question, const Period& period) {
    Plan plan;
    std::string columns = keys_of(question);
    add(columns, ", ", values_of(question, Sums(question), period));
    plan.sql = "SELECT * FROM (SELECT " + columns + " FROM report_items)";
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

Plan plan_totals(const Question& question, const Period& period, const SummedDays& days) {
    const Sums sums(question);
    Plan plan;
    std::string total = "SELECT " + added_up(sums) + " FROM report_items";
    if (!is_once_in_items(question)) {
        Question whole_period;
        whole_period.metrics = question.metrics;
        whole_period.filter = question.filter;
        whole_period.segment = question.segment;
        whole_period.programs = question.programs;
        total = all_items(whole_period, period, TimeZone(), days, plan.parameters);
    }
    plan.sql = "SELECT " + values_of(question, sums, period) + " FROM (" + total + ")";
    return plan;
}

std::vector<Plan> plan_extremes(const Question& question, const Period& period) {
    std::vector<Plan> plans;
    for (const MetricName& metric : question.metrics) {
        if (!is_by_minute(metric) || Minutes::of(period.from, period.to).are_none()) continue;
        Plan& plan = plans.emplace_back();
        plan.sql = extremes(metric.sum->record, question, period, plan.parameters);
    }
    return plans;
}

Plan plan_completeness(const Period& period, const SummedDays& days) {
    const std::string all =
        about_touching(period, days,
                       "count(*) AS sessions, count_if(is_open) AS open, min(rule_set) AS "
                       "smallest, max(rule_set) AS largest",
                       "sum(closed_sessions), 0, min(list_min(rule_sets)), "
                       "max(list_max(rule_sets))");
    return {.sql =
                "SELECT coalesce(sum(sessions), 0)::BIGINT, coalesce(sum(open), 0)::BIGINT, "
                "min(smallest), max(largest) FROM (" +
                all + ")",
            .parameters = {}};
}

Plan plan_without_spans(const Period& period, const SummedDays& days) {
    const std::string all = about_touching(
        period, days, "count_if(content_spans IS NULL AND time_played_ms > 0) AS sessions",
        "sum(sessions_without_spans)");
    return {.sql = "SELECT coalesce(sum(sessions), 0)::BIGINT FROM (" + all + ")",
            .parameters = {}};
}

Plan plan_rule_sets(const Period& period, const SummedDays& days) {
    const std::string all = about_touching(period, days, "rule_set", "unnest(rule_sets)");
    return {.sql = "SELECT DISTINCT rule_set FROM (" + all + ") ORDER BY rule_set",
            .parameters = {}};
}

}  // namespace playhead::store
