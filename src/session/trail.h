// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "event/event_type.h"
#include "session/history.h"
#include "session/metric.h"
#include "session/transition.h"
#include "session/verdict.h"

namespace playhead::session {

// Parts of the state of a session. What an event does depends on them. Sets of them are masks.
namespace part {
constexpr uint8_t player = 1U << 0;    // also the state that the running ad interrupted
constexpr uint8_t ads = 1U << 1;       // the open break, the running ad
constexpr uint8_t chapters = 1U << 2;  // the running chapter
constexpr uint8_t states = 1U << 3;    // the player states that are on
constexpr uint8_t bitrate = 1U << 4;   // the current one
constexpr uint8_t still = 1U << 5;     // samples of a playhead that stands while content plays
constexpr uint8_t all = (1U << 6) - 1;
}  // namespace part

// Values that an event carried, as masks.
namespace said {
constexpr uint8_t bitrate = 1U << 0;  // greater than 0
constexpr uint8_t dropped_frames = 1U << 1;
constexpr uint8_t time_to_start = 1U << 2;  // greater than 0
constexpr uint8_t error_id = 1U << 3;
constexpr uint8_t external = 1U << 4;  // the source of an error
}  // namespace said

// What one event met and did.
struct Effect {
    size_t event = 0;  // its number in arrival order
    event::EventType type{};
    VerdictCode verdict{};
    Player player{};      // that it met
    Place place{};        // that it met
    uint8_t changed = 0;  // mask of part
    uint8_t said = 0;     // mask of said
    bool moved_clock = false;
    bool moved_playhead = false;
    int64_t played_ms = 0;         // content time that it decided about
    int64_t from_playhead_ms = 0;  // of the content, before it
    int64_t playhead_ms = 0;       // of the content, behind it
};

// That an event made a metric what it is.
struct Change {
    size_t event = 0;  // its number in arrival order
    int64_t adds = 0;  // ms or a count, for metrics that are sums
};

// Metrics whose value is the sum of what single events added.
bool is_sum(Metric metric);

// A fold of one session with a look at the numbers behind each event.
struct Trail {
    SessionRow row;
    std::vector<Effect> effects;  // in processed order, sessionStart first

    // For each metric the events that changed it, in processed order. Of a sum, `adds` of all of
    // them is its value. What the close decided counts for the last event in session time.
    std::array<std::vector<Change>, metric_count> changes;

    const std::vector<Change>& of(Metric metric) const {
        return changes[static_cast<size_t>(metric)];
    }
};

Trail trail_of(const History& history);

}  // namespace playhead::session
