// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

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
    uint64_t bytes = 0;
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
            table.arrive(arrival, event, output);
        }
        if (++viewer == viewers) {
            viewer = 0;
            if (round == pings / 2) bytes = table.session_bytes().all / table.open_sessions();
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
    if (bytes == 0) bytes = table.session_bytes().all / table.open_sessions();
    state.counters["bytes_per_session"] = static_cast<double>(bytes);
    state.counters["bytes_of_session_object"] = sizeof(Session);
}

BENCHMARK(ordinary_viewers)->Arg(1'000)->Arg(100'000);

}  // namespace
}  // namespace playhead::session
