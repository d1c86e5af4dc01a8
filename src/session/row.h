// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/event_type.h"
#include "event/parameter.h"
#include "event/session_id.h"
#include "session/verdict.h"

// What the session core publishes about one session: the records of metrics section 11 as plain
// values. Durations are the exact millisecond totals; published seconds are published_seconds() of
// them. This header and verdict.h are all that store/ knows of session/; web/ also knows metric.h
// and explanation.h.
namespace playhead::session {

// S(ms) of metrics section 1: half up, once per published value.
constexpr int64_t published_seconds(int64_t ms) {
    return (ms + 500) / 1000;
}

enum class CloseReason : uint8_t {
    open = 0,
    session_end = 1,
    inactivity = 2,
    idle = 3,
    batch_end = 4,
};

// "sessionEnd", "inactivity", "idle", "batchEnd"; empty for an open session.
std::string_view name_of(CloseReason reason);

// A supplied dimension, as sent: string parameters of sessionStart or adStart.
struct Dimension {
    event::Parameter name{};
    std::string value;

    friend bool operator==(const Dimension&, const Dimension&) = default;
};

using CustomMetadata = std::vector<std::pair<std::string, std::string>>;

// Metrics section 6.
struct AdRow {
    std::string id;
    std::string pod_id;  // hex(MD5(media.id)) + "_" + podIndex
    std::optional<std::string> pod_name;
    double pod_offset = 0;  // media.ad.podSecond as sent
    int64_t pod_position = 0;
    double length = 0;  // as sent
    int64_t started_ts = 0;
    int64_t closed_ts = 0;  // 0 while it runs
    int64_t time_played_ms = 0;
    bool is_completed = false;
    std::vector<Dimension> dimensions;  // name, player name, advertiser, campaign, and so on
    CustomMetadata custom_metadata;     // the session's with the ad's own on top (metrics 10)

    friend bool operator==(const AdRow&, const AdRow&) = default;
};

// Metrics section 7.
struct ChapterRow {
    std::string id;  // hex(MD5(media.id)) + "_" + index
    int64_t index = 0;
    std::optional<std::string> name;
    double offset = 0;  // as sent
    double length = 0;  // as sent
    int64_t started_ts = 0;
    int64_t closed_ts = 0;  // 0 while it runs
    int64_t time_played_ms = 0;
    bool is_completed = false;
    CustomMetadata custom_metadata;

    friend bool operator==(const ChapterRow&, const ChapterRow&) = default;
};

// Metrics section 8; only names that were started, in lower case, sorted by name.
struct StateRow {
    std::string name;
    int64_t count = 0;
    int64_t time_ms = 0;

    friend bool operator==(const StateRow&, const StateRow&) = default;
};

// Session time from one ms to another, without the last.
struct Span {
    int64_t from_ts = 0;
    int64_t to_ts = 0;

    friend bool operator==(const Span&, const Span&) = default;
};

// How many events of one type got one verdict of the fold.
struct EventCount {
    event::EventType type{};
    VerdictCode verdict{};
    int64_t count = 0;
    uint64_t first_offset = 0;  // in the journal, of the one that was processed first

    friend bool operator==(const EventCount&, const EventCount&) = default;
};

// Metrics sections 5 and 9, with the rows of ads, chapters and states. For an open session: the
// numbers as they would be if it closed now without a further event.
struct SessionRow {
    event::SessionId id;
    int64_t rule_set = 1;  // that all numbers here were computed with (rule_set.h)

    CloseReason close_reason = CloseReason::open;
    int64_t start_ts = 0;           // ts of sessionStart
    int64_t last_event_ts = 0;      // effective time of the last accepted event
    int64_t close_ts = 0;           // 0 while open
    int64_t first_received_at = 0;  // server clock
    int64_t last_received_at = 0;

    // Supplied dimensions: every string parameter of sessionStart that was sent, in the order of
    // event::Parameter.
    std::vector<Dimension> dimensions;
    CustomMetadata custom_metadata;
    std::optional<double> length;  // media.length as sent; nothing when unknown (<= 0)

    bool reported = true;  // false: content id empty, no report counts it (metrics 11)
    bool is_played = false;
    bool is_completed = false;
    bool has_resume = false;
    bool is_downloaded = false;
    bool is_federated = false;
    bool is_authorized = false;
    bool has_progress_10 = false;
    bool has_progress_25 = false;
    bool has_progress_50 = false;
    bool has_progress_75 = false;
    bool has_progress_95 = false;
    std::optional<std::string> segment;

    int64_t time_played_ms = 0;        // mainMs
    int64_t total_time_played_ms = 0;  // mainMs + adMs
    int64_t unique_time_played_ms = 0;
    int64_t pause_count = 0;
    int64_t pause_ms = 0;
    int64_t ad_count = 0;
    int64_t ad_completes = 0;
    int64_t ad_ms = 0;
    int64_t chapter_count = 0;
    int64_t chapter_completes = 0;
    int64_t seconds_since_last_call_ms = 0;

    std::optional<int64_t> bitrate_average;
    int64_t bitrate_change_count = 0;
    int64_t buffer_count = 0;
    int64_t buffer_ms = 0;
    int64_t stall_count = 0;
    int64_t stall_ms = 0;
    int64_t dropped_frames = 0;
    int64_t error_count = 0;
    int64_t time_to_start_ms = 0;
    std::optional<int64_t> frames_per_second;
    std::vector<std::string> player_sdk_errors;
    std::vector<std::string> external_errors;

    int64_t events_after_close = 0;
    int64_t duplicates_dropped = 0;

    std::vector<AdRow> ads;            // in start order
    std::vector<ChapterRow> chapters;  // in start order
    std::vector<StateRow> states;      // sorted by name

    // When content ran (metrics 4.1 and 4.2) and when ads did: in order of time, with holes between
    // them (spans.h). Their sums are time_played_ms and ad_ms. Of a row that was stored before it
    // had them they are empty.
    std::vector<Span> content_spans;
    std::vector<Span> ad_spans;

    // Every event that was given to the session, sorted by type and verdict. Empty of a row that
    // was stored before it had them.
    std::vector<EventCount> events;

    // Journal offsets of the session's records, in arrival order, sessionStart first.
    std::vector<uint64_t> offsets;

    friend bool operator==(const SessionRow&, const SessionRow&) = default;
};

// The row without its ads, chapters, states, spans, events and offsets, which may be many: for
// lists.
SessionRow without_details(SessionRow row);

// One event of a session, in processed order, with what became of it (contract: /events).
struct EventRow {
    uint64_t offset = 0;  // its record in the journal
    event::EventType type{};
    int64_t ts = 0;
    int64_t playhead_ms = 0;
    int64_t received_at = 0;
    VerdictCode verdict{};

    // What the examination found in it, the most important first. Only a Fold fills it.
    std::vector<VerdictCode> mistakes = {};
};

// What says most about the event: why it was not simply used, else its first mistake.
VerdictCode most_telling(const EventRow& event);

}  // namespace playhead::session
