// SPDX-License-Identifier: Apache-2.0
#include "session/metric.h"

#include <array>
#include <optional>
#include <type_traits>

#include "base/check.h"

namespace playhead::session {
namespace {

template <class T>
MetricValue or_nothing(const std::optional<T>& value) {
    if (!value) return {};
    return *value;
}

MetricValue average_minute_audience(const SessionRow& row) {
    if (!row.length) return {};
    return static_cast<double>(published_seconds(row.time_played_ms)) / *row.length;
}

int64_t estimated_streams(const SessionRow& row) {
    constexpr int64_t half_an_hour = 1'800;
    return published_seconds(row.total_time_played_ms) / half_an_hour + 1;
}

MetricValue bitrate_bucket(const SessionRow& row) {
    if (!row.bitrate_average) return {};
    constexpr int64_t width = 100;
    const int64_t low = *row.bitrate_average / width * width;
    return std::to_string(low) + "-" + std::to_string(low + width - 1);
}

MetricValue close_reason(const SessionRow& row) {
    if (row.close_reason == CloseReason::open) return {};
    return std::string(name_of(row.close_reason));
}

MetricValue close_ts(const SessionRow& row) {
    if (row.close_reason == CloseReason::open) return {};
    return row.close_ts;
}

constexpr std::array<MetricText, metric_count> texts = {{
    {Metric::is_viewed, "sessionDetails.isViewed", "metrics 5.1", MetricKind::flag,
     [](const SessionRow&) -> MetricValue { return true; }},
    {Metric::is_played, "sessionDetails.isPlayed", "metrics 5.2", MetricKind::flag,
     [](const SessionRow& row) -> MetricValue { return row.is_played; }},
    {Metric::is_completed, "sessionDetails.isCompleted", "metrics 5.3", MetricKind::flag,
     [](const SessionRow& row) -> MetricValue { return row.is_completed; }},
    {Metric::has_resume, "sessionDetails.hasResume", "metrics 13.3", MetricKind::flag,
     [](const SessionRow& row) -> MetricValue { return row.has_resume; }},
    {Metric::has_segment_view, "sessionDetails.hasSegmentView", "metrics 5.2", MetricKind::flag,
     [](const SessionRow& row) -> MetricValue { return row.is_played; }},
    {Metric::segment, "sessionDetails.segment", "metrics 5.6", MetricKind::text,
     [](const SessionRow& row) -> MetricValue { return or_nothing(row.segment); }},
    {Metric::time_played, "sessionDetails.timePlayed", "metrics 4.1", MetricKind::seconds,
     [](const SessionRow& row) -> MetricValue { return Duration{row.time_played_ms}; }},
    {Metric::total_time_played, "sessionDetails.totalTimePlayed", "metrics 3.2",
     MetricKind::seconds,
     [](const SessionRow& row) -> MetricValue { return Duration{row.total_time_played_ms}; }},
    {Metric::unique_time_played, "sessionDetails.uniqueTimePlayed", "metrics 5.4",
     MetricKind::seconds,
     [](const SessionRow& row) -> MetricValue { return Duration{row.unique_time_played_ms}; }},
    {Metric::average_minute_audience, "sessionDetails.averageMinuteAudience", "metrics 5",
     MetricKind::real,
     [](const SessionRow& row) -> MetricValue { return average_minute_audience(row); }},
    {Metric::estimated_streams, "sessionDetails.estimatedStreams", "metrics 5", MetricKind::count,
     [](const SessionRow& row) -> MetricValue { return estimated_streams(row); }},
    {Metric::ad_count, "sessionDetails.adCount", "metrics 6", MetricKind::count,
     [](const SessionRow& row) -> MetricValue { return row.ad_count; }},
    {Metric::chapter_count, "sessionDetails.chapterCount", "metrics 7", MetricKind::count,
     [](const SessionRow& row) -> MetricValue { return row.chapter_count; }},
    {Metric::pause_count, "sessionDetails.pauseCount", "metrics 3.3", MetricKind::count,
     [](const SessionRow& row) -> MetricValue { return row.pause_count; }},
    {Metric::pause_time, "sessionDetails.pauseTime", "metrics 4.4", MetricKind::seconds,
     [](const SessionRow& row) -> MetricValue { return Duration{row.pause_ms}; }},
    {Metric::has_pause_impacted_streams, "sessionDetails.hasPauseImpactedStreams", "metrics 5",
     MetricKind::flag, [](const SessionRow& row) -> MetricValue { return row.pause_count > 0; }},
    {Metric::has_progress_10, "sessionDetails.hasProgress10", "metrics 5.5", MetricKind::flag,
     [](const SessionRow& row) -> MetricValue { return row.has_progress_10; }},
    {Metric::has_progress_25, "sessionDetails.hasProgress25", "metrics 5.5", MetricKind::flag,
     [](const SessionRow& row) -> MetricValue { return row.has_progress_25; }},
    {Metric::has_progress_50, "sessionDetails.hasProgress50", "metrics 5.5", MetricKind::flag,
     [](const SessionRow& row) -> MetricValue { return row.has_progress_50; }},
    {Metric::has_progress_75, "sessionDetails.hasProgress75", "metrics 5.5", MetricKind::flag,
     [](const SessionRow& row) -> MetricValue { return row.has_progress_75; }},
    {Metric::has_progress_95, "sessionDetails.hasProgress95", "metrics 5.5", MetricKind::flag,
     [](const SessionRow& row) -> MetricValue { return row.has_progress_95; }},
    {Metric::seconds_since_last_call, "sessionDetails.secondsSinceLastCall", "metrics 5",
     MetricKind::seconds,
     [](const SessionRow& row) -> MetricValue { return Duration{row.seconds_since_last_call_ms}; }},
    {Metric::is_downloaded, "sessionDetails.isDownloaded", "metrics 13.2", MetricKind::flag,
     [](const SessionRow& row) -> MetricValue { return row.is_downloaded; }},
    {Metric::is_federated, "sessionDetails.isFederated", "metrics 13.1", MetricKind::flag,
     [](const SessionRow& row) -> MetricValue { return row.is_federated; }},
    {Metric::bitrate_average, "qoeDataDetails.bitrateAverage", "metrics 9.1", MetricKind::count,
     [](const SessionRow& row) -> MetricValue { return or_nothing(row.bitrate_average); }},
    {Metric::bitrate_average_bucket, "qoeDataDetails.bitrateAverageBucket", "metrics 9.1",
     MetricKind::text, [](const SessionRow& row) -> MetricValue { return bitrate_bucket(row); }},
    {Metric::bitrate_change_count, "qoeDataDetails.bitrateChangeCount", "metrics 9",
     MetricKind::count,
     [](const SessionRow& row) -> MetricValue { return row.bitrate_change_count; }},
    {Metric::has_bitrate_change_impacted_streams, "qoeDataDetails.hasBitrateChangeImpactedStreams",
     "metrics 9", MetricKind::flag,
     [](const SessionRow& row) -> MetricValue { return row.bitrate_change_count > 0; }},
    {Metric::buffer_count, "qoeDataDetails.bufferCount", "metrics 9", MetricKind::count,
     [](const SessionRow& row) -> MetricValue { return row.buffer_count; }},
    {Metric::buffer_time, "qoeDataDetails.bufferTime", "metrics 4.4", MetricKind::seconds,
     [](const SessionRow& row) -> MetricValue { return Duration{row.buffer_ms}; }},
    {Metric::has_buffer_impacted_streams, "qoeDataDetails.hasBufferImpactedStreams", "metrics 9",
     MetricKind::flag, [](const SessionRow& row) -> MetricValue { return row.buffer_count > 0; }},
    {Metric::stall_count, "qoeDataDetails.stallCount", "metrics 4.3", MetricKind::count,
     [](const SessionRow& row) -> MetricValue { return row.stall_count; }},
    {Metric::stall_time, "qoeDataDetails.stallTime", "metrics 4.3", MetricKind::seconds,
     [](const SessionRow& row) -> MetricValue { return Duration{row.stall_ms}; }},
    {Metric::has_stall_impacted_streams, "qoeDataDetails.hasStallImpactedStreams", "metrics 4.3",
     MetricKind::flag, [](const SessionRow& row) -> MetricValue { return row.stall_count > 0; }},
    {Metric::dropped_frames, "qoeDataDetails.droppedFrames", "metrics 9", MetricKind::count,
     [](const SessionRow& row) -> MetricValue { return row.dropped_frames; }},
    {Metric::has_dropped_frame_impacted_streams, "qoeDataDetails.hasDroppedFrameImpactedStreams",
     "metrics 9", MetricKind::flag,
     [](const SessionRow& row) -> MetricValue { return row.dropped_frames > 0; }},
    {Metric::error_count, "qoeDataDetails.errorCount", "metrics 9", MetricKind::count,
     [](const SessionRow& row) -> MetricValue { return row.error_count; }},
    {Metric::has_error_impacted_streams, "qoeDataDetails.hasErrorImpactedStreams", "metrics 9",
     MetricKind::flag, [](const SessionRow& row) -> MetricValue { return row.error_count > 0; }},
    {Metric::player_sdk_errors, "qoeDataDetails.playerSdkErrors", "metrics 9.2", MetricKind::list,
     [](const SessionRow& row) -> MetricValue { return row.player_sdk_errors; }},
    {Metric::external_errors, "qoeDataDetails.externalErrors", "metrics 9.2", MetricKind::list,
     [](const SessionRow& row) -> MetricValue { return row.external_errors; }},
    {Metric::is_dropped_before_start, "qoeDataDetails.isDroppedBeforeStart", "metrics 9.3",
     MetricKind::flag, [](const SessionRow& row) -> MetricValue { return !row.is_played; }},
    {Metric::time_to_start, "qoeDataDetails.timeToStart", "metrics 9.4", MetricKind::seconds,
     [](const SessionRow& row) -> MetricValue { return Duration{row.time_to_start_ms}; }},
    {Metric::ad_completes, "advertisingDetails.completes", "metrics 6", MetricKind::count,
     [](const SessionRow& row) -> MetricValue { return row.ad_completes; }},
    {Metric::ad_time_played, "advertisingDetails.timePlayed", "metrics 6", MetricKind::seconds,
     [](const SessionRow& row) -> MetricValue { return Duration{row.ad_ms}; }},
    {Metric::chapter_completes, "chapterDetails.completes", "metrics 7", MetricKind::count,
     [](const SessionRow& row) -> MetricValue { return row.chapter_completes; }},
    {Metric::close_reason, "session.closeReason", "metrics 2.2", MetricKind::text,
     [](const SessionRow& row) -> MetricValue { return close_reason(row); }},
    {Metric::close_ts, "session.closeTs", "metrics 2.2", MetricKind::timestamp,
     [](const SessionRow& row) -> MetricValue { return close_ts(row); }},
    {Metric::last_event_ts, "session.lastEventTs", "metrics 2.1", MetricKind::timestamp,
     [](const SessionRow& row) -> MetricValue { return row.last_event_ts; }},
    {Metric::events_after_close, "session.eventsAfterClose", "metrics 2.4", MetricKind::count,
     [](const SessionRow& row) -> MetricValue { return row.events_after_close; }},
    {Metric::duplicates_dropped, "session.duplicatesDropped", "metrics 2.3", MetricKind::count,
     [](const SessionRow& row) -> MetricValue { return row.duplicates_dropped; }},
    {Metric::ads, "ads", "metrics 6", MetricKind::list,
     [](const SessionRow& row) -> MetricValue { return row.ads; }},
    {Metric::chapters, "chapters", "metrics 7", MetricKind::list,
     [](const SessionRow& row) -> MetricValue { return row.chapters; }},
    {Metric::states, "states", "metrics 8", MetricKind::list,
     [](const SessionRow& row) -> MetricValue { return row.states; }},
}};

constexpr bool in_order() {
    for (size_t i = 0; i < texts.size(); ++i) {
        if (static_cast<size_t>(texts[i].metric) != i || texts[i].value == nullptr) return false;
        if (texts[i].key.empty() || texts[i].rule.empty()) return false;
    }
    return true;
}

static_assert(in_order(), "the table is indexed by Metric");

}  // namespace

std::span<const MetricText> metric_texts() {
    return texts;
}

const MetricText& text_of(Metric metric) {
    const auto index = static_cast<size_t>(metric);
    CHECK(index < texts.size());
    return texts[index];
}

bool is_nothing(const MetricValue& value) {
    return std::visit(
        [](const auto& held) {
            using Held = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<Held, std::monostate>) {
                return true;
            } else if constexpr (std::is_same_v<Held, Duration>) {
                return held.seconds() == 0;
            } else if constexpr (std::is_same_v<Held, double>) {
                return !(held > 0);
            } else if constexpr (std::is_arithmetic_v<Held>) {
                return held == 0;
            } else {
                return held.empty();
            }
        },
        value);
}

}  // namespace playhead::session
