// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "store/report_dimension.h"
#include "store/report_metric.h"
#include "store/value.h"

// What a report is asked for, as plain values. Whoever makes one keeps these limits; report_plan.h
// turns it into SQL.
namespace playhead::store {

constexpr size_t most_report_metrics = 100;
constexpr size_t most_report_dimensions = 4;
constexpr size_t most_filter_conditions = 100;
constexpr size_t most_filter_depth = 10;
constexpr size_t most_filter_values = 1'000;
constexpr size_t most_pattern_bytes = 256;
constexpr size_t usual_report_items = 1'000;
constexpr size_t most_report_items = 50'000;
constexpr size_t most_programs = 1'000;
constexpr size_t most_program_name_bytes = 256;
constexpr int64_t most_bucket_minutes = 1'440;

// A dimension of the table, or custom metadata of a key.
struct DimensionName {
    const ReportDimension* known = nullptr;  // null: custom metadata
    std::string key;

    std::string text() const {
        return known != nullptr ? std::string(known->name) : std::string(custom_prefix) + key;
    }

    ValueKind kind() const { return known != nullptr ? known->kind : ValueKind::text; }

    friend bool operator==(const DimensionName&, const DimensionName&) = default;
};

// One of the two.
struct MetricName {
    const SumMetric* sum = nullptr;
    const RatioMetric* ratio = nullptr;

    std::string_view text() const { return sum != nullptr ? sum->name : ratio->name; }

    friend bool operator==(const MetricName&, const MetricName&) = default;
};

// A condition on one record, or conditions joined. Every condition is true or false: nothing equals
// nothing, and is in no range.
struct Filter {
    enum class Kind : uint8_t {
        all_of,   // of `parts`; true without any
        any_of,   // of `parts`; false without any
        none_of,  // of `parts`
        in,       // the value is one of `values`
        contains,
        matches,  // values.front(), a pattern of RE2 without a zero byte, fits somewhere in the
                  // value
        range,    // from <= value < to
    };

    Kind kind = Kind::all_of;
    std::vector<Filter> parts;
    std::variant<DimensionName, const SumMetric*> subject;
    std::vector<Value> values;
    std::optional<double> from;
    std::optional<double> to;
};

// Metrics 12.3.
enum class Segment : uint8_t {
    all_media,
    audio,
    video,
    vod,
    live,
    linear,
    podcast,
    audiobook,
    aod,
};

enum class Granularity : uint8_t {
    all,
    minutes,  // Question::bucket_minutes of them
    day,
    week,  // from Monday
    month,
};

// A moment in milliseconds since the epoch, or of the clock on the wall of the question's zone.
struct Moment {
    int64_t ms = 0;
    bool is_local = false;

    friend bool operator==(const Moment&, const Moment&) = default;
};

// Moments that a question may name: 1970 to 2100, with room for all zones.
constexpr int64_t first_moment = 0;
constexpr int64_t last_moment = 4'102'444'800'000;

struct SortKey {
    enum class By : uint8_t { time, dimension, metric };

    By by = By::time;
    size_t index = 0;  // into the question's dimensions or metrics
    bool descending = false;

    friend bool operator==(const SortKey&, const SortKey&) = default;
};

// A program of a schedule (metrics 12.8): from_ts <= t < to_ts.
struct Program {
    std::string name;
    int64_t from_ts = 0;
    int64_t to_ts = 0;
};

struct Question {
    std::vector<MetricName> metrics;  // at least one
    std::vector<DimensionName> dimensions;
    Filter filter;
    Segment segment = Segment::all_media;
    std::optional<Moment> from;  // both are there when granularity is not `all`
    std::optional<Moment> to;    // exclusive
    std::string time_zone = "UTC";
    Granularity granularity = Granularity::all;
    int64_t bucket_minutes = 1;  // 1 to most_bucket_minutes
    // In which sessions were there: for metrics of schedules. None of them overlap.
    std::vector<Program> programs;
    // Items that are equal by these follow each other by time and then dimensions, ascending.
    // Nothing is last in either direction.
    std::vector<SortKey> sort;
    size_t limit = usual_report_items;
    // The values by which the last item of the part before was sorted, one for each of sort_keys().
    std::optional<std::vector<Value>> behind;
};

// All that items are sorted by: `sort`, then what is missing of time and dimensions, so that no two
// items are equal.
std::vector<SortKey> sort_keys(const Question& question);

}  // namespace playhead::store
