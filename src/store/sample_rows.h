// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "session/row.h"

// Rows for the tests and the benchmark of the store.
namespace playhead::store::sample {

constexpr int64_t largest = std::numeric_limits<int64_t>::max();
constexpr int64_t smallest = std::numeric_limits<int64_t>::min();
constexpr int64_t start = 1'714'564'800'000;

// "Sommermaerchen" with an umlaut, two Han characters and a symbol beyond the basic plane.
constexpr const char* beyond_ascii =
    "Sommerm\xc3\xa4rchen \xe6\x98\xa0\xe7\x94\xbb \xf0\x9f\x8e\xac";
constexpr const char* quotes = "it's \"quoted\" \\ ; -- DROP TABLE sessions, $1";

inline session::AdRow difficult_ad() {
    session::AdRow ad;
    ad.id = quotes;
    ad.pod_id = "a5fcc136799945189a0c22117b61ddfd_1";
    ad.pod_name = "";
    ad.pod_offset = 12.25;
    ad.pod_position = 3;
    ad.length = 30.5;
    ad.started_ts = start + 1;
    ad.closed_ts = start + 2;
    ad.time_played_ms = largest;
    ad.is_completed = true;
    ad.dimensions = {{event::Parameter::media_ad_player_name, beyond_ascii},
                     {event::Parameter::media_ad_name, ""},
                     {event::Parameter::media_ad_advertiser, "advertiser"},
                     {event::Parameter::media_ad_campaign_id, "campaign"},
                     {event::Parameter::media_ad_creative_id, "creative"},
                     {event::Parameter::media_ad_site_id, "site"},
                     {event::Parameter::media_ad_creative_url, "https://example.com/?a=1&b=2"},
                     {event::Parameter::media_ad_placement_id, "placement"}};
    ad.custom_metadata = {{"b", beyond_ascii}, {"a", ""}};
    return ad;
}

inline session::ChapterRow difficult_chapter() {
    session::ChapterRow chapter;
    chapter.id = "a5fcc136799945189a0c22117b61ddfd_7";
    chapter.index = 7;
    chapter.name = beyond_ascii;
    chapter.offset = 0.125;
    chapter.length = 1e9;
    chapter.started_ts = start + 3;
    chapter.closed_ts = start + 4;
    chapter.time_played_ms = 5;
    chapter.is_completed = true;
    chapter.custom_metadata = {{"key", "value"}};
    return chapter;
}

inline void set_counts(session::SessionRow& row) {
    row.time_played_ms = 101;
    row.total_time_played_ms = 102;
    row.unique_time_played_ms = 103;
    row.pause_count = 104;
    row.pause_ms = 105;
    row.ad_count = 106;
    row.ad_completes = 107;
    row.ad_ms = 108;
    row.chapter_count = 109;
    row.chapter_completes = 110;
    row.seconds_since_last_call_ms = 111;
    row.bitrate_average = largest;
    row.bitrate_change_count = 112;
    row.buffer_count = 113;
    row.buffer_ms = 114;
    row.stall_count = 115;
    row.stall_ms = 116;
    row.dropped_frames = smallest;
    row.error_count = 117;
    row.time_to_start_ms = 118;
    row.frames_per_second = 119;
    row.events_after_close = 120;
    row.duplicates_dropped = 121;
}

inline void set_flags(session::SessionRow& row) {
    row.is_played = true;
    row.is_completed = true;
    row.has_resume = true;
    row.is_downloaded = true;
    row.is_federated = true;
    row.is_authorized = true;
    row.has_progress_10 = true;
    row.has_progress_25 = true;
    row.has_progress_50 = true;
    row.has_progress_75 = true;
    row.has_progress_95 = true;
}

// The id of a session made at a rate of a hundred a second; `number` is counted from the first.
inline event::SessionId sample_id(uint64_t number) {
    const uint64_t created_ms = static_cast<uint64_t>(start) + 10 * number;
    event::SessionId id;
    for (size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<uint8_t>(created_ms >> (40 - 8 * i));
    id.bytes[31] = 0xab;
    return id;
}

// A closed session like most of them: eleven dimensions, one ad, no chapter.
inline session::SessionRow ordinary_row(uint64_t number) {
    session::SessionRow row;
    row.id = sample_id(number);
    row.close_reason = session::CloseReason::session_end;
    row.start_ts = start + static_cast<int64_t>(number);
    row.last_event_ts = row.start_ts + 600'000;
    row.close_ts = row.last_event_ts;
    row.first_received_at = row.start_ts;
    row.last_received_at = row.close_ts;
    const std::string suffix = std::to_string(number % 1000);
    row.dimensions = {
        {event::Parameter::analytics_tracking_server, "tracking.example.com"},
        {event::Parameter::analytics_report_suite, "suite" + std::to_string(number % 5)},
        {event::Parameter::visitor_marketing_cloud_org_id, "0123456789ABCDEF@AdobeOrg"},
        {event::Parameter::media_id, "content-" + suffix},
        {event::Parameter::media_content_type, "vod"},
        {event::Parameter::media_player_name, "player"},
        {event::Parameter::media_channel, "channel-" + std::to_string(number % 20)},
        {event::Parameter::visitor_marketing_cloud_user_id, std::to_string(number * 2654435761)},
        {event::Parameter::media_name, "The name of content " + suffix},
        {event::Parameter::media_show, "Show " + suffix},
        {event::Parameter::media_genre, "drama,comedy"}};
    row.length = 3600;
    row.is_played = true;
    row.segment = "[0-10]";
    row.time_played_ms = 570'000;
    row.total_time_played_ms = 600'000;
    row.unique_time_played_ms = 570'000;
    row.ad_count = 1;
    row.ad_ms = 30'000;
    session::AdRow& ad = row.ads.emplace_back();
    ad.id = "ad-" + suffix;
    ad.pod_id = "a5fcc136799945189a0c22117b61ddfd_1";
    ad.pod_position = 1;
    ad.length = 30;
    ad.time_played_ms = 30'000;
    ad.dimensions = {{event::Parameter::media_ad_player_name, "player"}};
    row.content_spans = {{row.start_ts + 30'100, row.last_event_ts}};
    row.ad_spans = {{row.start_ts + 50, row.start_ts + 30'050}};
    using event::EventType;
    for (const EventType type :
         {EventType::session_start, EventType::play, EventType::ping, EventType::ad_break_start,
          EventType::ad_break_complete, EventType::ad_start, EventType::ad_complete}) {
        row.events.push_back({.type = type,
                              .verdict = session::VerdictCode::used,
                              .count = type == EventType::ping ? 60 : 1,
                              .first_offset = number * 30'000 + 400 * row.events.size()});
    }
    for (uint64_t i = 0; i < 66; ++i) row.offsets.push_back(number * 30'000 + i * 400);
    return row;
}

// Every member set to another value that is hard to keep: text beyond ASCII, quotes, empty text, a
// zero byte, the largest and smallest integers, fractions, several ads, chapters, states and
// errors.
inline session::SessionRow difficult_row(uint64_t number) {
    session::SessionRow row;
    row.id = sample_id(number);
    row.close_reason = session::CloseReason::batch_end;
    row.start_ts = smallest;
    row.last_event_ts = largest;
    row.close_ts = largest - 1;
    row.first_received_at = start;
    row.last_received_at = start + 5;
    for (size_t i = 0; i <= static_cast<size_t>(event::Parameter::media_publisher); ++i) {
        const auto parameter = static_cast<event::Parameter>(i);
        if (type_of(parameter) != event::ValueType::string) continue;
        row.dimensions.push_back({parameter, "value " + std::to_string(i)});
    }
    row.dimensions[0].value = beyond_ascii;
    row.dimensions[1].value = quotes;
    row.dimensions[2].value = "";
    row.dimensions[3].value = std::string("zero\0byte", 9);
    row.dimensions[4].value = std::string(100'000, 'x');
    row.custom_metadata = {{"zulu", quotes}, {"alpha", beyond_ascii}, {"empty", ""}};
    row.length = 3600.125;
    row.segment = "[0-5]";
    row.rule_set = 2;
    row.reported = false;
    set_flags(row);
    set_counts(row);
    row.player_sdk_errors = {"media-error-001", "", beyond_ascii};
    row.external_errors = {quotes, "cdn-504"};
    row.ads = {difficult_ad(), session::AdRow{}, difficult_ad()};
    row.chapters = {difficult_chapter(), session::ChapterRow{}};
    row.states = {{"fullscreen", 2, 100}, {beyond_ascii, largest, 0}};
    row.content_spans = {{smallest, smallest + 1}, {-1, 1}, {largest - 1, largest}};
    row.ad_spans = {{0, 5}};
    row.events = {{event::EventType::session_start, session::VerdictCode::used, largest, 0},
                  {event::EventType::session_end, session::VerdictCode::session_text_full, 1,
                   std::numeric_limits<uint64_t>::max()}};
    row.offsets = {0, 7, 7, std::numeric_limits<uint64_t>::max(), 3};
    return row;
}

}  // namespace playhead::store::sample
