// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "event/event.h"
#include "session/arrival.h"
#include "session/settle_order.h"

namespace playhead::session {

// Random sessions for property tests and benchmarks: short stretches of all that players do, with
// the disorder of the wire. The same seed gives the same sessions.
class RandomSessions {
  public:
    struct Timed {
        Arrival arrival;
        event::Event event;
    };

    explicit RandomSessions(uint64_t seed) : random_(seed) {}

    // One session in arrival order, sessionStart first.
    std::vector<Timed> session(uint32_t number, int64_t start_uptime) {
        std::vector<Timed> all;
        event::SessionId id;
        for (size_t i = 0; i < 4; ++i) id.bytes[i] = static_cast<uint8_t>(number >> (24 - 8 * i));
        const int64_t clock = int64_t{1'700'000'000'000} + below(1'000'000);
        int64_t at = 0;
        int64_t playhead = 1'000 * below(50);
        const int64_t count = below(40);
        all.push_back(made(id, start_uptime, clock, playhead, event::EventType::session_start));
        for (int64_t i = 0; i < count; ++i) {
            at += step();
            if (below(3) != 0) playhead += 1'000 * below(20);
            const int64_t delay = below(4) == 0 ? below(9'000) : below(50);
            all.push_back(made(id, start_uptime + at + delay, clock + at, playhead, type()));
            if (below(10) == 0) all.push_back(all.back());
        }
        settle_order(all, [](const Timed& timed) { return timed.arrival.uptime_ms; });
        return all;
    }

    int64_t below(int64_t limit) {
        return static_cast<int64_t>(random_() % static_cast<uint64_t>(limit));
    }

  private:
    int64_t step() {
        constexpr std::array<int64_t, 8> steps = {0, 0, 1, 100, 1'000, 10'000, 200'000, 700'000};
        return steps[static_cast<size_t>(below(below(8) == 0 ? 8 : 6))];
    }

    event::EventType type() {
        const int64_t kind = below(60);
        if (kind == 0) return event::EventType::session_end;
        if (kind < 20) return event::EventType::ping;
        return static_cast<event::EventType>(1 + kind % 18);
    }

    Timed made(const event::SessionId& id, int64_t uptime, int64_t ts, int64_t playhead,
               event::EventType type) {
        using event::Parameter;
        Timed timed;
        timed.arrival = {.offset = 0, .received_at = uptime, .uptime_ms = uptime, .session = id};
        event::Event& event = timed.event;
        event.type = type;
        event.ts = ts;
        event.playhead_ms = playhead;
        const int64_t number = below(2);
        event.params = {{Parameter::media_id, "m", 0, 0},
                        {Parameter::media_length, "", 0, 300.0},
                        {Parameter::media_ad_pod_index, "", number, 0},
                        {Parameter::media_ad_id, number == 0 ? "x" : "y", 0, 0},
                        {Parameter::media_chapter_index, "", number, 0},
                        {Parameter::media_state_name, number == 0 ? "mute" : "Full", 0, 0}};
        if (type == event::EventType::ping || type == event::EventType::play) event.params.clear();
        if (below(5) == 0) event.qoe = {{Parameter::media_qoe_bitrate, "", 100 + number, 0}};
        event.fingerprint = static_cast<uint64_t>(ts) * 64 + static_cast<uint64_t>(type);
        event.fingerprint = event.fingerprint * 2 + static_cast<uint64_t>(number);
        return timed;
    }

    std::mt19937_64 random_;
};

}  // namespace playhead::session
