// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/event_type.h"
#include "session/metric.h"
#include "session/row.h"

// Why each number of one session is what it is, as plain values: what explain.h gives and web/
// shows.
namespace playhead::session {

// Where an event is found again: the offset of its record in the journal, and its number in the
// batch that the record holds (0 for an event that came alone).
struct EventPlace {
    uint64_t offset = 0;
    size_t element = 0;

    friend bool operator==(const EventPlace&, const EventPlace&) = default;
};

struct CitedEvent {
    EventPlace place;
    event::EventType type{};
    // What this event added, in ms or as a count; only for metrics that are sums, and then all
    // together are the value. 0: it added nothing itself, but without it others would not have. May
    // be below 0.
    std::optional<int64_t> adds;
};

// Which events are cited: as few as the metric can be folded from again.
enum class Reach : uint8_t {
    last,          // the last event that changed it
    changes,       // all events that changed it
    begins,        // also those at which the times that they end began
    state,         // also those that changed the state that it depends on
    all_state,     // also those that changed any state
    order,         // also those that came near an event out of its order
    accepted,      // all events that were accepted
    before_close,  // all that arrived before the close, with duplicates
    everything,    // all that arrived
};

constexpr size_t reach_count = 9;

std::string_view name_of(Reach reach);

struct MetricExplanation {
    Metric metric{};
    MetricValue value;
    // In arrival order, sessionStart first. Folding these alone, at the same arrivals, gives
    // `value` to the millisecond.
    std::vector<CitedEvent> events;
    // Events that would have counted but for one thing, which `why_not` says; in arrival order. At
    // most `most_near_misses`.
    std::vector<EventPlace> near_misses;
    std::string why_not;  // a sentence when is_nothing(value), else empty
    Reach reach{};
};

constexpr size_t most_near_misses = 100;

struct Explanation {
    SessionRow row;                          // of the fold that is explained
    std::vector<MetricExplanation> metrics;  // one for each Metric, in its order
    bool in_batch = false;                   // the events are elements of one batch
};

}  // namespace playhead::session
