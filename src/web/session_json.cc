// SPDX-License-Identifier: Apache-2.0
#include "web/session_json.h"

#include <cmath>
#include <string_view>

#include <nlohmann/json.hpp>

namespace playhead::web {
namespace {

using Json = nlohmann::ordered_json;
using session::published_seconds;
using session::SessionRow;

std::string text_of_json(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

// Players send 30 far more often than 30.5; a whole number is shown as one.
Json number(double value) {
    constexpr double exact_in_double = 9007199254740992.0;
    if (std::floor(value) == value && std::abs(value) <= exact_in_double) {
        return static_cast<int64_t>(value);
    }
    return value;
}

Json seconds(int64_t ms) {
    return published_seconds(ms);
}

Json average_minute_audience(const SessionRow& row) {
    if (!row.length) return nullptr;
    return static_cast<double>(published_seconds(row.time_played_ms)) / *row.length;
}

int64_t estimated_streams(const SessionRow& row) {
    constexpr int64_t half_an_hour = 1'800;
    return published_seconds(row.total_time_played_ms) / half_an_hour + 1;
}

Json bitrate_bucket(const SessionRow& row) {
    if (!row.bitrate_average) return nullptr;
    constexpr int64_t width = 100;
    const int64_t low = *row.bitrate_average / width * width;
    return std::to_string(low) + "-" + std::to_string(low + width - 1);
}

void add_session_details(Json& to, const SessionRow& row) {
    to["sessionDetails.isViewed"] = true;
    to["sessionDetails.isPlayed"] = row.is_played;
    to["sessionDetails.isCompleted"] = row.is_completed;
    to["sessionDetails.hasResume"] = row.has_resume;
    to["sessionDetails.hasSegmentView"] = row.is_played;
    to["sessionDetails.segment"] = or_null(row.segment);
    to["sessionDetails.timePlayed"] = seconds(row.time_played_ms);
    to["sessionDetails.totalTimePlayed"] = seconds(row.total_time_played_ms);
    to["sessionDetails.uniqueTimePlayed"] = seconds(row.unique_time_played_ms);
    to["sessionDetails.averageMinuteAudience"] = average_minute_audience(row);
    to["sessionDetails.estimatedStreams"] = estimated_streams(row);
    to["sessionDetails.adCount"] = row.ad_count;
    to["sessionDetails.chapterCount"] = row.chapter_count;
    to["sessionDetails.pauseCount"] = row.pause_count;
    to["sessionDetails.pauseTime"] = seconds(row.pause_ms);
    to["sessionDetails.hasPauseImpactedStreams"] = row.pause_count > 0;
    to["sessionDetails.hasProgress10"] = row.has_progress_10;
    to["sessionDetails.hasProgress25"] = row.has_progress_25;
    to["sessionDetails.hasProgress50"] = row.has_progress_50;
    to["sessionDetails.hasProgress75"] = row.has_progress_75;
    to["sessionDetails.hasProgress95"] = row.has_progress_95;
    to["sessionDetails.secondsSinceLastCall"] = seconds(row.seconds_since_last_call_ms);
    to["sessionDetails.isDownloaded"] = row.is_downloaded;
    to["sessionDetails.isFederated"] = row.is_federated;
}

void add_quality(Json& to, const SessionRow& row) {
    to["qoeDataDetails.bitrateAverage"] = or_null(row.bitrate_average);
    to["qoeDataDetails.bitrateAverageBucket"] = bitrate_bucket(row);
    to["qoeDataDetails.bitrateChangeCount"] = row.bitrate_change_count;
    to["qoeDataDetails.hasBitrateChangeImpactedStreams"] = row.bitrate_change_count > 0;
    to["qoeDataDetails.bufferCount"] = row.buffer_count;
    to["qoeDataDetails.bufferTime"] = seconds(row.buffer_ms);
    to["qoeDataDetails.hasBufferImpactedStreams"] = row.buffer_count > 0;
    to["qoeDataDetails.stallCount"] = row.stall_count;
    to["qoeDataDetails.stallTime"] = seconds(row.stall_ms);
    to["qoeDataDetails.hasStallImpactedStreams"] = row.stall_count > 0;
    to["qoeDataDetails.droppedFrames"] = row.dropped_frames;
    to["qoeDataDetails.hasDroppedFrameImpactedStreams"] = row.dropped_frames > 0;
    to["qoeDataDetails.errorCount"] = row.error_count;
    to["qoeDataDetails.hasErrorImpactedStreams"] = row.error_count > 0;
    to["qoeDataDetails.playerSdkErrors"] = row.player_sdk_errors;
    to["qoeDataDetails.externalErrors"] = row.external_errors;
    to["qoeDataDetails.isDroppedBeforeStart"] = !row.is_played;
    to["qoeDataDetails.timeToStart"] = seconds(row.time_to_start_ms);
}

void add_totals(Json& to, const SessionRow& row) {
    const bool open = row.close_reason == session::CloseReason::open;
    to["advertisingDetails.completes"] = row.ad_completes;
    to["advertisingDetails.timePlayed"] = seconds(row.ad_ms);
    to["chapterDetails.completes"] = row.chapter_completes;
    to["session.closeReason"] = open ? Json(nullptr) : Json(name_of(row.close_reason));
    to["session.closeTs"] = open ? Json(nullptr) : Json(row.close_ts);
    to["session.lastEventTs"] = row.last_event_ts;
    to["session.eventsAfterClose"] = row.events_after_close;
    to["session.duplicatesDropped"] = row.duplicates_dropped;
}

Json ad(const session::AdRow& row) {
    return {{"id", row.id},
            {"podId", row.pod_id},
            {"podName", or_null(row.pod_name)},
            {"podOffset", number(row.pod_offset)},
            {"podPosition", row.pod_position},
            {"length", number(row.length)},
            {"timePlayed", seconds(row.time_played_ms)},
            {"isCompleted", row.is_completed}};
}

Json chapter(const session::ChapterRow& row) {
    return {{"id", row.id},
            {"index", row.index},
            {"name", or_null(row.name)},
            {"offset", number(row.offset)},
            {"length", number(row.length)},
            {"timePlayed", seconds(row.time_played_ms)},
            {"isCompleted", row.is_completed}};
}

Json state(const session::StateRow& row) {
    return {{"name", row.name},
            {"isSet", row.count > 0},
            {"count", row.count},
            {"time", seconds(row.time_ms)}};
}

template <class Row>
Json list(const std::vector<Row>& rows, Json (*each)(const Row&)) {
    Json all = Json::array();
    for (const Row& row : rows) all.push_back(each(row));
    return all;
}

Json metrics_in_list(const SessionRow& row) {
    Json metrics = Json::object();
    add_session_details(metrics, row);
    add_quality(metrics, row);
    add_totals(metrics, row);
    return metrics;
}

Json metrics_of(const SessionRow& row) {
    Json metrics = metrics_in_list(row);
    metrics["ads"] = list(row.ads, ad);
    metrics["chapters"] = list(row.chapters, chapter);
    metrics["states"] = list(row.states, state);
    return metrics;
}

Json verdict(const session::EventRow& event) {
    const session::VerdictText& text = session::text_of(event.verdict);
    return {{"outcome", name_of(text.outcome)},
            {"code", text.name},
            {"message", text.message},
            {"rule", text.rule}};
}

Json verdicts_of(std::span<const session::EventRow> events) {
    Json all = Json::array();
    for (const session::EventRow& event : events) {
        Json entry = {{"eventType", name_of(event.type)}, {"ts", event.ts}};
        entry.update(verdict(event));
        all.push_back(std::move(entry));
    }
    return all;
}

Json dimensions_of(const SessionRow& row) {
    Json dimensions = Json::object();
    for (const session::Dimension& sent : row.dimensions) {
        dimensions[std::string(name_of(sent.name))] = sent.value;
    }
    if (row.length) {
        dimensions[std::string(name_of(event::Parameter::media_length))] = number(*row.length);
    }
    return dimensions;
}

Json report_suite_of(const SessionRow& row) {
    for (const session::Dimension& sent : row.dimensions) {
        if (sent.name == event::Parameter::analytics_report_suite) return sent.value;
    }
    return nullptr;
}

Json session_with(const SessionRow& row, Json metrics) {
    const bool open = row.close_reason == session::CloseReason::open;
    Json metadata = Json::object();
    for (const auto& [key, value] : row.custom_metadata) metadata[key] = value;
    return {{"id", row.id.text()},
            {"state", open ? "open" : "closed"},
            {"startTs", row.start_ts},
            {"lastEventTs", row.last_event_ts},
            {"closeTs", open ? Json(nullptr) : Json(row.close_ts)},
            {"firstReceivedAt", row.first_received_at},
            {"lastReceivedAt", row.last_received_at},
            {"reportSuite", report_suite_of(row)},
            {"dimensions", dimensions_of(row)},
            {"customMetadata", std::move(metadata)},
            {"metrics", std::move(metrics)}};
}

Json event(const session::EventRow& row) {
    constexpr double ms_in_second = 1'000;
    return {{"eventType", name_of(row.type)},
            {"playerTime",
             {{"playhead", number(static_cast<double>(row.playhead_ms) / ms_in_second)},
              {"ts", row.ts}}},
            {"receivedAt", row.received_at},
            {"offset", row.offset},
            {"verdict", verdict(row)}};
}

std::string page_text(Json items, const std::optional<std::string>& next) {
    return text_of_json({{"items", std::move(items)}, {"next", or_null(next)}});
}

}  // namespace

std::string expect_json(const SessionRow& row) {
    return text_of_json(metrics_of(row));
}

std::string verdicts_json(std::span<const session::EventRow> events) {
    return text_of_json(verdicts_of(events));
}

std::string fold_json(const SessionRow& row, std::span<const session::EventRow> events) {
    Json folded = metrics_of(row);
    folded["verdicts"] = verdicts_of(events);
    return text_of_json(folded);
}

std::string fold_json(std::span<const FoldedSession> sessions) {
    Json folded = Json::object();
    for (const FoldedSession& session : sessions) {
        Json metrics = metrics_of(session.row);
        for (auto& [key, value] : metrics.items()) {
            folded[session.name + "/" + key] = std::move(value);
        }
        folded[session.name + "/verdicts"] = verdicts_of(session.events);
    }
    return text_of_json(folded);
}

std::string session_json(const SessionRow& row) {
    return text_of_json(session_with(row, metrics_of(row)));
}

std::string session_list_json(std::span<const SessionRow> rows,
                              const std::optional<std::string>& next) {
    Json items = Json::array();
    for (const SessionRow& row : rows) items.push_back(session_with(row, metrics_in_list(row)));
    return page_text(std::move(items), next);
}

std::string event_list_json(std::span<const session::EventRow> events,
                            const std::optional<std::string>& next) {
    Json items = Json::array();
    for (const session::EventRow& row : events) items.push_back(event(row));
    return page_text(std::move(items), next);
}

}  // namespace playhead::web
