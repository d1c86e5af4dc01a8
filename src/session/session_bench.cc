// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <malloc.h>

#include "session/fetch_ahead.h"
#include "session/table.h"

namespace playhead::session {
namespace {

using event::EventType;
using event::Parameter;

event::SessionId id_of(uint64_t number) {
    event::SessionId id;
    const uint64_t spread = number * 0x9e3779b97f4a7c15ULL;
    for (size_t i = 0; i < 8; ++i) {
        id.bytes[i] = static_cast<uint8_t>(number >> (56 - 8 * i));
        id.bytes[8 + i] = static_cast<uint8_t>(spread >> (8 * i));
    }
    return id;
}

event::Event sample_start() {
    event::Event event;
    event.type = EventType::session_start;
    event.params = {{Parameter::media_id, "asset-0123456789", 0, 0},
                    {Parameter::media_name, "An episode of something", 0, 0},
                    {Parameter::media_length, "", 0, 3'600.0},
                    {Parameter::media_content_type, "vod", 0, 0},
                    {Parameter::media_player_name, "sample-html5-api-player", 0, 0},
                    {Parameter::media_channel, "sample-channel", 0, 0},
                    {Parameter::analytics_tracking_server, "example.sc.omtrdc.net", 0, 0},
                    {Parameter::analytics_report_suite, "example-rsid", 0, 0},
                    {Parameter::visitor_marketing_cloud_org_id, "0123456789ABCDEF@Org", 0, 0},
                    {Parameter::visitor_marketing_cloud_user_id, "4610584972345672345", 0, 0},
                    {Parameter::media_show, "Something", 0, 0},
                    {Parameter::media_sdk_version, "va-api-0.0.0", 0, 0}};
    return event;
}

// Viewers who ping every ten seconds, their pings spread evenly, each session ended and replaced
// after `pings` of them.
void ordinary_viewers(benchmark::State& state) {
    constexpr int64_t pings = 60;
    const auto viewers = static_cast<uint64_t>(state.range(0));
    const Rules rules;
    Table table(rules);
    Output output;
    event::Event start = sample_start();
    event::Event ping;
    uint64_t offset = 0;
    uint64_t generation = 0;
    int64_t round = 0;
    uint64_t viewer = 0;
    Table::Bytes bytes;
    const auto measure = [&] {
        bytes = table.session_bytes();
        bytes.all /= table.open_sessions();
        bytes.of_texts /= table.open_sessions();
    };
    // As a fold does with each group of records.
    const auto expect_next = [&] {
        std::array<event::SessionId, sessions_at_once> ids;
        std::array<const event::SessionId*, sessions_at_once> expected;
        for (uint64_t i = 0; i < ids.size(); ++i) {
            ids[i] = id_of(generation * viewers + viewer + i);
            expected[i] = &ids[i];
        }
        table.expect(expected);
    };
    const auto step = [&] {
        const int64_t beat = static_cast<int64_t>(generation) * pings + round;
        const int64_t now = beat * 10'000 + static_cast<int64_t>(viewer * 10'000 / viewers);
        const Arrival arrival{.offset = offset += 300,
                              .received_at = now,
                              .uptime_ms = now,
                              .session = id_of(generation * viewers + viewer)};
        event::Event& event = round == 0 ? start : ping;
        event.type = round == 0           ? EventType::session_start
                     : round == 1         ? EventType::play
                     : round == pings - 1 ? EventType::session_end
                                          : EventType::ping;
        event.ts = now;
        event.playhead_ms = now;
        event.fingerprint = offset;
        if (round == 0) {
            table.start(arrival, event, output);
        } else {
            if (viewer % sessions_at_once == 0) expect_next();
            table.arrive(arrival, event, output);
        }
        if (++viewer == viewers) {
            viewer = 0;
            if (round == pings / 2) measure();
            if (++round == pings) {
                round = 0;
                ++generation;
            }
        }
    };
    for (auto _ : state) {
        step();
        output.clear();
    }
    state.SetItemsProcessed(state.iterations());
    if (bytes.all == 0) measure();
    state.counters["bytes_per_session"] = static_cast<double>(bytes.all);
    state.counters["bytes_without_dimensions"] = static_cast<double>(bytes.all - bytes.of_texts);
    state.counters["bytes_of_session_object"] = sizeof(Session);
}

// One ordinary session as it stands open: vod with 25 parameters, a pre-roll break with two ads,
// three states, and pings. What the viewers of one programme have in common is the same text.
class OrdinarySessions {
  public:
    explicit OrdinarySessions(Table& table) : table_(table) {}

    // `pings` of them, ten seconds apart.
    void open(uint64_t number, int pings) {
        id_ = id_of(number);
        now_ = static_cast<int64_t>(number / 1'000);
        stamp_ = 1'700'000'000'000 + now_;
        viewer_ = "461058497" + std::to_string(number * 2'654'435'761 % 10'000'000'000);
        programme_ = "asset-" + std::to_string(number % 500);
        begin();
        ad("spring-campaign", 1);
        ad("house-advertisement", 2);
        send(EventType::ad_break_complete, {});
        send(EventType::play, {});
        for (const char* name : {"fullscreen", "mute", "closedCaptioning"}) {
            send(EventType::state_start, {{Parameter::media_state_name, name, 0, 0}});
        }
        for (int i = 0; i < pings; ++i) {
            pass(10'000);
            playhead_ += 10'000;
            send(EventType::ping, {});
        }
    }

  private:
    void begin() {
        playhead_ = 0;
        event::Event start = sample_start();
        start.params[0].text = programme_;
        start.params[9].text = viewer_;
        const Parameter more[] = {Parameter::media_season,        Parameter::media_episode,
                                  Parameter::media_genre,         Parameter::media_first_air_date,
                                  Parameter::media_rating,        Parameter::media_originator,
                                  Parameter::media_network,       Parameter::media_show_type,
                                  Parameter::media_day_part,      Parameter::media_feed,
                                  Parameter::media_stream_format, Parameter::media_asset_id,
                                  Parameter::media_pass_mvpd};
        for (const Parameter name : more) start.params.push_back({name, "a value of it", 0, 0});
        send(start);
        send(EventType::ad_break_start, {{Parameter::media_ad_pod_friendly_name, "pre-roll", 0, 0},
                                         {Parameter::media_ad_pod_index, "", 1, 1},
                                         {Parameter::media_ad_pod_second, "", 0, 0}});
    }

    void ad(const char* id, int64_t position) {
        send(EventType::ad_start, {{Parameter::media_ad_id, id, 0, 0},
                                   {Parameter::media_ad_length, "", 0, 15},
                                   {Parameter::media_ad_pod_position, "", position, 0},
                                   {Parameter::media_ad_player_name, "sample-html5-player", 0, 0},
                                   {Parameter::media_ad_name, "An advertisement", 0, 0},
                                   {Parameter::media_ad_advertiser, "An advertiser", 0, 0},
                                   {Parameter::media_ad_campaign_id, "campaign-2026-11", 0, 0},
                                   {Parameter::media_ad_creative_id, "creative-16x9", 0, 0}});
        pass(15'000);
        send(EventType::ad_complete, {});
        pass(100);
    }

    void pass(int64_t ms) {
        now_ += ms;
        stamp_ += ms;
    }

    void send(EventType type, std::vector<event::ParameterValue> params) {
        event::Event event;
        event.type = type;
        event.params = std::move(params);
        send(event);
    }

    // Uptimes of one table never run backwards; how far a session has come is in its stamps.
    void send(event::Event& event) {
        event.ts = ++stamp_;
        event.playhead_ms = playhead_;
        event.fingerprint = ++offset_ * 0x9e3779b97f4a7c15ULL;
        const Arrival arrival{.offset = offset_ * 300,
                              .received_at = stamp_,
                              .uptime_ms = uptime_ = std::max(uptime_, now_ / 1'000),
                              .session = id_};
        if (event.type == EventType::session_start) {
            table_.start(arrival, event, output_);
        } else {
            table_.arrive(arrival, event, output_);
        }
        output_.clear();
    }

    Table& table_;
    Output output_;
    event::SessionId id_;
    std::string viewer_;
    std::string programme_;
    int64_t now_ = 0;
    int64_t stamp_ = 0;
    int64_t playhead_ = 0;
    int64_t uptime_ = 0;
    uint64_t offset_ = 0;
};

void open_sessions(benchmark::State& state) {
    const auto sessions = static_cast<uint64_t>(state.range(0));
    const auto pings = static_cast<int>(state.range(1));
    const Rules rules;
    for (auto _ : state) {
        const size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
        Table table(rules);
        OrdinarySessions ordinary(table);
        for (uint64_t number = 0; number < sessions; ++number) ordinary.open(number, pings);
        const size_t taken = mallinfo2().uordblks + mallinfo2().hblkhd - before;
        const Table::Bytes bytes = table.session_bytes();
        const auto each = [&](size_t total) { return static_cast<double>(total / sessions); };
        state.counters["bytes_of_allocator"] = each(taken);
        state.counters["bytes_per_session"] = each(bytes.all);
        state.counters["bytes_without_dimensions"] = each(bytes.all - bytes.of_texts);
    }
}

// Few viewers who send so much that the window of each is always half full: what players do whose
// every event carries its quality, and what a load generator does.
void busy_viewers(benchmark::State& state) {
    constexpr int64_t between_ms = 67;
    const auto viewers = static_cast<uint64_t>(state.range(0));
    const Rules rules;
    Table table(rules);
    Output output;
    event::Event event = sample_start();
    uint64_t offset = 0;
    int64_t now = 0;
    const auto send = [&](uint64_t viewer, EventType type) {
        event.type = type;
        event.ts = 1'700'000'000'000 + now;
        event.playhead_ms = now;
        event.fingerprint = ++offset * 0x9e3779b97f4a7c15ULL;
        const Arrival arrival{.offset = offset * 300,
                              .received_at = event.ts,
                              .uptime_ms = now,
                              .session = id_of(viewer)};
        if (type == EventType::session_start) {
            table.start(arrival, event, output);
        } else {
            table.arrive(arrival, event, output);
        }
        output.clear();
    };
    for (uint64_t viewer = 0; viewer < viewers; ++viewer) send(viewer, EventType::session_start);
    event.params.clear();
    event.qoe = {{Parameter::media_qoe_bitrate, "", 3'000, 3'000},
                 {Parameter::media_qoe_dropped_frames, "", 3, 3}};
    for (uint64_t viewer = 0; viewer < viewers; ++viewer) send(viewer, EventType::play);
    uint64_t viewer = 0;
    for (auto _ : state) {
        send(viewer, EventType::ping);
        if (++viewer < viewers) continue;
        viewer = 0;
        now += between_ms;
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(open_sessions)->Args({1'000'000, 12})->Iterations(1)->Unit(benchmark::kMillisecond);
// A fixed number of events, so that every run has the same instructions (bench/instructions.py).
BENCHMARK(ordinary_viewers)->Arg(1'000)->Iterations(400'000);
BENCHMARK(ordinary_viewers)->Arg(100'000);
BENCHMARK(busy_viewers)->Arg(1'000)->Iterations(400'000);

}  // namespace
}  // namespace playhead::session
