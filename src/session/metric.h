// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "session/row.h"

// Every metric of a session by the name under which it is published: the flat keys of `expect` in
// metrics 16. One table (metric.cc) gives each its key, its rule and its value.
namespace playhead::session {

enum class Metric : uint8_t {
    is_viewed,
    is_played,
    is_completed,
    has_resume,
    has_segment_view,
    segment,
    time_played,
    total_time_played,
    unique_time_played,
    average_minute_audience,
    estimated_streams,
    ad_count,
    chapter_count,
    pause_count,
    pause_time,
    has_pause_impacted_streams,
    has_progress_10,
    has_progress_25,
    has_progress_50,
    has_progress_75,
    has_progress_95,
    seconds_since_last_call,
    is_downloaded,
    is_federated,
    bitrate_average,
    bitrate_average_bucket,
    bitrate_change_count,
    has_bitrate_change_impacted_streams,
    buffer_count,
    buffer_time,
    has_buffer_impacted_streams,
    stall_count,
    stall_time,
    has_stall_impacted_streams,
    dropped_frames,
    has_dropped_frame_impacted_streams,
    error_count,
    has_error_impacted_streams,
    player_sdk_errors,
    external_errors,
    is_dropped_before_start,
    time_to_start,
    ad_completes,
    ad_time_played,
    chapter_completes,
    close_reason,
    close_ts,
    last_event_ts,
    events_after_close,
    duplicates_dropped,
    ads,
    chapters,
    states,
};

constexpr size_t metric_count = 53;

// A time that is published in whole seconds. Equal only when it is equal to the millisecond.
struct Duration {
    int64_t ms = 0;

    int64_t seconds() const { return published_seconds(ms); }

    friend bool operator==(const Duration&, const Duration&) = default;
};

// Nothing: absent, for example the average bitrate when none was known. Which of the others a
// metric has follows from its kind.
using MetricValue = std::variant<std::monostate, bool, int64_t, Duration, double, std::string,
                                 std::vector<std::string>, std::vector<AdRow>,
                                 std::vector<ChapterRow>, std::vector<StateRow>>;

enum class MetricKind : uint8_t {
    flag,       // bool
    count,      // int64_t
    seconds,    // Duration
    timestamp,  // int64_t, ms since the epoch; nothing while the session is open
    real,       // double or nothing
    text,       // std::string or nothing
    list,       // texts, or the rows of ads, chapters or states
};

struct MetricText {
    Metric metric{};
    std::string_view key;   // stable, for example "sessionDetails.timePlayed"
    std::string_view rule;  // for example "metrics 5.2"
    MetricKind kind{};
    MetricValue (*value)(const SessionRow& row) = nullptr;
};

// The whole table, in the order in which the metrics are published; indexed by Metric.
std::span<const MetricText> metric_texts();

// The table's entry for this metric.
const MetricText& text_of(Metric metric);

// Whether what is published is false, 0, empty or absent.
bool is_nothing(const MetricValue& value);

}  // namespace playhead::session
