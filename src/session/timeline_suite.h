// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "event/event.h"
#include "session/fold.h"
#include "session/row.h"

// For the tests of this folder: sessions as JSON, in the form of tests/timelines, folded and told
// again in the keys of `expect` (metrics 16). Built on another JSON library than the server's.
namespace playhead::session {

using Json = nlohmann::json;

// An event::Event together with the values that it points to.
class SampleEvent {
  public:
    explicit SampleEvent(const Json& body) : body_(std::make_shared<const Json>(body)) {
        const Json& time = body_->at("playerTime");
        event_.type = *event::event_type_named(body_->at("eventType").get<std::string>());
        event_.ts = time.at("ts").get<int64_t>();
        const double playhead = time.at("playhead").get<double>();
        event_.playhead_ms = static_cast<int64_t>(std::floor(playhead * 1'000 + 0.5));
        read_values("params", event_.params);
        read_values("qoeData", event_.qoe);
        if (body_->contains("customMetadata")) {
            for (const auto& [key, value] : body_->at("customMetadata").items()) {
                event_.custom_metadata.push_back({key_of("customMetadata", key), text_of(value)});
            }
        }
        const bool takes_metadata = event_.type == event::EventType::session_start ||
                                    event_.type == event::EventType::ad_start ||
                                    event_.type == event::EventType::chapter_start;
        if (!takes_metadata) {
            event_.drops_metadata = !event_.custom_metadata.empty();
            event_.custom_metadata.clear();
        }
        if (body_->contains("params")) {
            read_names("statesEnd", event_.states_end);
            read_names("statesStart", event_.states_start);
        }
        Json whole = *body_;
        whole.erase("receivedAt");
        for (const char* member : {"params", "qoeData", "customMetadata"}) {
            if (!whole.contains(member)) whole[member] = Json::object();
        }
        event_.fingerprint = std::hash<std::string>{}(whole.dump());
        received_at_ = body_->value("receivedAt", event_.ts);
    }

    const event::Event& event() const { return event_; }

    int64_t received_at() const { return received_at_; }

  private:
    static std::string_view text_of(const Json& value) {
        return value.get_ref<const std::string&>();
    }

    std::string_view key_of(const char* member, const std::string& key) const {
        return body_->at(member).find(key).key();
    }

    void read_values(const char* member, std::vector<event::ParameterValue>& into) {
        if (!body_->contains(member)) return;
        for (const auto& [key, value] : body_->at(member).items()) {
            event::ParameterValue read{.name = *event::parameter_named(key), .text = {}};
            if (value.is_string()) read.text = text_of(value);
            if (value.is_boolean()) read.integer = value.get<bool>() ? 1 : 0;
            if (value.is_number()) read.number = value.get<double>();
            if (value.is_number_integer()) read.integer = value.get<int64_t>();
            into.push_back(read);
        }
    }

    void read_names(const char* list, std::vector<std::string_view>& into) {
        if (!body_->at("params").contains(list)) return;
        for (const Json& state : body_->at("params").at(list)) {
            into.push_back(text_of(state.at("media.state.name")));
        }
    }

    std::shared_ptr<const Json> body_;
    event::Event event_;
    int64_t received_at_ = 0;
};

inline event::SessionId sample_id(uint8_t number) {
    event::SessionId id;
    id.bytes.back() = number;
    return id;
}

// Folds `{"events": [...], "context": {...}}`; the offsets are the places in the list.
inline Folded fold_sample(const Json& session, const Rules& rules) {
    const Json context = session.value("context", Json::object());
    const bool batch = context.value("endpoint", "sessions") == "downloaded";
    std::optional<Fold> fold;
    for (size_t i = 0; i < session.at("events").size(); ++i) {
        const SampleEvent sample(session.at("events").at(i));
        const Arrival arrival{.offset = i,
                              .received_at = sample.received_at(),
                              .uptime_ms = sample.received_at(),
                              .session = sample_id(1)};
        if (fold) {
            fold->add(arrival, sample.event());
        } else {
            fold.emplace(rules, arrival, sample.event(), batch ? Origin::downloaded : Origin::live,
                         context.value("federated", false));
        }
    }
    return fold->finish();
}

inline Folded fold_sample(const Json& session) {
    static const Rules rules;
    return fold_sample(session, rules);
}

inline Json read_json(const std::string& path) {
    std::ifstream file(path);
    return Json::parse(file);
}

inline void tell_session(const SessionRow& row, Json& out) {
    const std::string at = "sessionDetails.";
    out[at + "isViewed"] = true;
    out[at + "isPlayed"] = row.is_played;
    out[at + "isCompleted"] = row.is_completed;
    out[at + "hasResume"] = row.has_resume;
    out[at + "hasSegmentView"] = row.is_played;
    out[at + "segment"] = row.segment ? Json(*row.segment) : Json();
    const int64_t played = published_seconds(row.time_played_ms);
    const int64_t total = published_seconds(row.total_time_played_ms);
    out[at + "timePlayed"] = played;
    out[at + "totalTimePlayed"] = total;
    out[at + "uniqueTimePlayed"] = published_seconds(row.unique_time_played_ms);
    if (row.length) out[at + "averageMinuteAudience"] = static_cast<double>(played) / *row.length;
    out[at + "estimatedStreams"] = total / 1'800 + 1;
    out[at + "adCount"] = row.ad_count;
    out[at + "chapterCount"] = row.chapter_count;
    out[at + "pauseCount"] = row.pause_count;
    out[at + "pauseTime"] = published_seconds(row.pause_ms);
    out[at + "hasPauseImpactedStreams"] = row.pause_count > 0;
    out[at + "hasProgress10"] = row.has_progress_10;
    out[at + "hasProgress25"] = row.has_progress_25;
    out[at + "hasProgress50"] = row.has_progress_50;
    out[at + "hasProgress75"] = row.has_progress_75;
    out[at + "hasProgress95"] = row.has_progress_95;
    out[at + "secondsSinceLastCall"] = published_seconds(row.seconds_since_last_call_ms);
    out[at + "isDownloaded"] = row.is_downloaded;
    out[at + "isFederated"] = row.is_federated;
    out["session.closeReason"] = std::string(name_of(row.close_reason));
    out["session.closeTs"] = row.close_ts;
    out["session.lastEventTs"] = row.last_event_ts;
    out["session.eventsAfterClose"] = row.events_after_close;
    out["session.duplicatesDropped"] = row.duplicates_dropped;
}

inline void tell_quality(const SessionRow& row, Json& out) {
    const std::string at = "qoeDataDetails.";
    if (row.bitrate_average) {
        const int64_t low = *row.bitrate_average / 100 * 100;
        out[at + "bitrateAverage"] = *row.bitrate_average;
        out[at + "bitrateAverageBucket"] = std::to_string(low) + "-" + std::to_string(low + 99);
    }
    out[at + "bitrateChangeCount"] = row.bitrate_change_count;
    out[at + "hasBitrateChangeImpactedStreams"] = row.bitrate_change_count > 0;
    out[at + "bufferCount"] = row.buffer_count;
    out[at + "bufferTime"] = published_seconds(row.buffer_ms);
    out[at + "hasBufferImpactedStreams"] = row.buffer_count > 0;
    out[at + "stallCount"] = row.stall_count;
    out[at + "stallTime"] = published_seconds(row.stall_ms);
    out[at + "hasStallImpactedStreams"] = row.stall_count > 0;
    out[at + "droppedFrames"] = row.dropped_frames;
    out[at + "hasDroppedFrameImpactedStreams"] = row.dropped_frames > 0;
    out[at + "errorCount"] = row.error_count;
    out[at + "hasErrorImpactedStreams"] = row.error_count > 0;
    out[at + "playerSdkErrors"] = row.player_sdk_errors;
    out[at + "externalErrors"] = row.external_errors;
    out[at + "isDroppedBeforeStart"] = !row.is_played;
    out[at + "timeToStart"] = published_seconds(row.time_to_start_ms);
}

inline Json told(const SessionRow& row) {
    Json out;
    tell_session(row, out);
    tell_quality(row, out);
    out["advertisingDetails.completes"] = row.ad_completes;
    out["advertisingDetails.timePlayed"] = published_seconds(row.ad_ms);
    out["chapterDetails.completes"] = row.chapter_completes;
    out["ads"] = Json::array();
    for (const AdRow& ad : row.ads) {
        out["ads"].push_back({{"id", ad.id},
                              {"podId", ad.pod_id},
                              {"podName", ad.pod_name ? Json(*ad.pod_name) : Json()},
                              {"podOffset", ad.pod_offset},
                              {"podPosition", ad.pod_position},
                              {"length", ad.length},
                              {"timePlayed", published_seconds(ad.time_played_ms)},
                              {"isCompleted", ad.is_completed}});
    }
    out["chapters"] = Json::array();
    for (const ChapterRow& chapter : row.chapters) {
        out["chapters"].push_back({{"id", chapter.id},
                                   {"index", chapter.index},
                                   {"name", chapter.name ? Json(*chapter.name) : Json()},
                                   {"offset", chapter.offset},
                                   {"length", chapter.length},
                                   {"timePlayed", published_seconds(chapter.time_played_ms)},
                                   {"isCompleted", chapter.is_completed}});
    }
    out["states"] = Json::array();
    for (const StateRow& state : row.states) {
        out["states"].push_back({{"name", state.name},
                                 {"isSet", true},
                                 {"count", state.count},
                                 {"time", published_seconds(state.time_ms)}});
    }
    return out;
}

inline bool says_nothing(const Json& value) {
    return value.is_null() || value == Json(false) || value == Json(0) || value == Json::array() ||
           value == Json("");
}

// Equal as metrics 1 and 16 compare: reals with a tolerance, absent like false, 0, [] and null.
inline bool equal_as_published(const Json& a, const Json& b) {
    if (a.is_number() && b.is_number()) return std::abs(a.get<double>() - b.get<double>()) <= 1e-6;
    if (says_nothing(a) && says_nothing(b)) return true;
    if (a.is_array() && b.is_array()) {
        return std::ranges::equal(a, b, equal_as_published);
    }
    if (!a.is_object() || !b.is_object()) return a == b;
    for (const auto& [key, value] : a.items()) {
        if (!equal_as_published(value, b.value(key, Json()))) return false;
    }
    for (const auto& [key, value] : b.items()) {
        if (!a.contains(key) && !says_nothing(value)) return false;
    }
    return true;
}

// Builds a session event by event: seconds after a fixed moment, content playhead in seconds.
class Script {
  public:
    static constexpr int64_t start_ts = 1'700'000'000'000;

    explicit Script(double length = 100, double playhead = 0, Json params = Json::object()) {
        params["media.id"] = "m";
        params["media.length"] = length;
        at(0, playhead, "sessionStart", std::move(params));
    }

    Script& at(double seconds, double playhead, const char* type, Json params = Json::object(),
               Json qoe = Json::object()) {
        const auto ts = start_ts + static_cast<int64_t>(std::llround(seconds * 1'000));
        Json body = {{"eventType", type}, {"playerTime", {{"ts", ts}, {"playhead", playhead}}}};
        if (!params.empty()) body["params"] = std::move(params);
        if (!qoe.empty()) body["qoeData"] = std::move(qoe);
        session_["events"].push_back(std::move(body));
        return *this;
    }

    // The last event arrived at this second, not at its own.
    Script& received(double seconds) {
        session_["events"].back()["receivedAt"] =
            start_ts + static_cast<int64_t>(std::llround(seconds * 1'000));
        return *this;
    }

    Script& with_metadata(Json metadata) {
        session_["events"].back()["customMetadata"] = std::move(metadata);
        return *this;
    }

    Script& pod(double seconds, double playhead, int index, double second = 0) {
        return at(seconds, playhead, "adBreakStart",
                  {{"media.ad.podIndex", index}, {"media.ad.podSecond", second}});
    }

    Script& ad(double seconds, double playhead, const char* id, int position = 1) {
        return at(seconds, playhead, "adStart",
                  {{"media.ad.id", id},
                   {"media.ad.length", 15},
                   {"media.ad.podPosition", position},
                   {"media.ad.playerName", "p"}});
    }

    Script& chapter(double seconds, double playhead, int index) {
        return at(seconds, playhead, "chapterStart",
                  {{"media.chapter.index", index},
                   {"media.chapter.offset", 0},
                   {"media.chapter.length", 10}});
    }

    Script& state(double seconds, double playhead, const char* type, const char* name) {
        return at(seconds, playhead, type, {{"media.state.name", name}});
    }

    Script& downloaded() {
        session_["context"]["endpoint"] = "downloaded";
        return *this;
    }

    const Json& json() const { return session_; }

    Folded fold() const { return fold_sample(session_); }

    SessionRow row() const { return fold().row; }

    // The verdicts in arrival order, without that of sessionStart.
    std::vector<VerdictCode> verdicts() const {
        std::vector<VerdictCode> codes;
        for (const EventRow& row : in_arrival_order(fold().events)) codes.push_back(row.verdict);
        codes.erase(codes.begin());
        return codes;
    }

  private:
    Json session_;
};

}  // namespace playhead::session
