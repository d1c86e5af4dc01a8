// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/report_dimension.h"
#include "store/report_metric.h"

// What is kept of whole days (docs/adr/0023): the numbers of all reported sessions that started or
// closed on a day of UTC, added up, so that a report over many days need not read each session.
// Sums are whole numbers, as in a report, so that adding them gives the same as adding the
// sessions. The tables are `sums` and `summed_days` (docs/format/store.md).
namespace playhead::store {

constexpr int64_t day_ms = 86'400'000;

// A day is kept without a dimension, by the quarter of an hour, and for each of some dimensions, as
// a whole; the first of these is the empty one.
constexpr int64_t quarter_hour_ms = 900'000;
constexpr size_t summed_dimension_count = 17;

// Of a day on which a dimension has more values, no sums by it are kept.
constexpr uint64_t most_summed_values = 10'000;

// One dimension, or none, by which days are kept.
struct SummedDimension {
    std::string_view name;   // as reports call it; empty: none
    int64_t step_ms = 0;     // sums.ts is a multiple of it
    std::string_view value;  // SQL of its value in the session `s`
};

std::span<const SummedDimension> summed_dimensions();

// Null when days are not kept by this dimension.
const SummedDimension* summed_dimension_named(std::string_view name);

// Whether `sums` has the metrics of this kind of record.
bool is_summed(Record record);

// sums.record
std::string_view name_in_sums(Record record);

// The columns of `sums`: one, or for a number that may grow beyond a BIGINT the low and the high
// part of it. (DuckDB unpacks a HUGEINT some ten times slower.)
std::vector<std::string> columns_in_sums(const SumMetric& metric);

// SQL of the sum, a HUGEINT, of rows of `sums`.
std::string sum_of_sums(const SumMetric& metric);

// Statements that make both tables.
std::string create_sums_statements();

// What the sums mean, as a name that changes with each statement that makes them and with the
// version of the database. What is kept under another name counts for nothing.
const std::string& sums_meaning();

// The condition that the time of a record is of the day that begins at `day_ts`.
std::string is_of_day(Record record, int64_t day_ts);

// SQL of how many values the dimension has in the sessions of a day; nothing is one too.
std::string count_values(const SummedDimension& dimension, int64_t day_ts);

// Statements that add the sums of a day.
std::string sum_statements(const SummedDimension& dimension, int64_t day_ts);

// A statement that says that a day is summed, or that it has no sums by this dimension. $1 is
// sums_meaning().
std::string note_statement(const SummedDimension& dimension, int64_t day_ts, bool has_sums);

// The same of a day without any session, for all dimensions.
std::string note_empty_statement(int64_t day_ts);

// Statements that forget all of a day.
std::string forget_statements(int64_t day_ts);

}  // namespace playhead::store
