// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

// The metrics that a report can be asked for: metrics sections 5 to 9 and 12.2, said once. From
// this table follow the SQL (report_plan.h), the names that are taken (web/report_request.h) and
// the page for analysts (docs/reports.md).
namespace playhead::store {

// What is counted: one row for each of these, with the time to which its numbers belong (metrics
// 11).
enum class Record : uint8_t {
    session_start,
    session_close,
    ad_start,
    ad_close,
    chapter_close,
    state_close,
    // What is counted by the minute (minute_plan.h).
    session_minute,
    viewer_minute,
    playback_minute,
    content_minute,
    // What ran of a session within the period of the question.
    session_part,
    // What ran of a session within a program that it met (metrics 12.8).
    program_part,
};

constexpr size_t record_count = 12;

// How the number of one record is published, before it is added up.
enum class Unit : uint8_t {
    flag,        // 1 where it holds
    count,       // as it is
    seconds,     // of milliseconds (metrics 1)
    half_hours,  // of milliseconds: half hours that were begun
    audience,    // of milliseconds: seconds / length of the content; nothing when that is unknown
    share,       // milliseconds, whose sum is divided by the length of the period
};

// A sum over records of one kind.
struct SumMetric {
    std::string_view name;
    Record record{};
    Unit unit{};
    // SQL of one record, a BOOLEAN for a flag and else a BIGINT, not NULL. Its parts are called by
    // the aliases of report_dimension.h.
    std::string_view value;
    std::string_view rule;     // for example "metrics 5.2"
    std::string_view meaning;  // for people
};

// SQL of what one record has: BOOLEAN for a flag, else BIGINT. An audience is no whole number; so
// that the order in which audiences are added changes nothing, it is a HUGEINT of 1e-12.
std::string value_of(const SumMetric& metric);

// The same as the number that is published.
std::string number_of(const SumMetric& metric);

// SQL of the sum, of a column with the values of records.
std::string sum_of(const SumMetric& metric, const std::string& values);

// What is calculated from sums: (plus - minus) / divisor. No value where the divisor is 0.
struct RatioMetric {
    std::string_view name;
    std::string_view plus;
    std::string_view minus;    // empty: nothing
    std::string_view divisor;  // empty: 1, and the value is a whole number
    std::string_view rule;
    std::string_view meaning;
};

std::span<const SumMetric> sum_metrics();
std::span<const RatioMetric> ratio_metrics();

// Null when there is none of this name.
const SumMetric* sum_metric_named(std::string_view name);
const RatioMetric* ratio_metric_named(std::string_view name);

// The tables of docs/reports.md.
std::string sum_metrics_as_markdown();
std::string ratio_metrics_as_markdown();

}  // namespace playhead::store
