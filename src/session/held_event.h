// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "event/event.h"
#include "event/event_type.h"
#include "session/archive.h"
#include "session/arrival.h"

namespace playhead::session {

// In the grace after sessionEnd the window is not flushed (metrics 2.1). When it holds more than
// this, all that lies before the end is processed, and the end waits on; stragglers that come later
// still are accepted, but may be late.
constexpr size_t end_grace_events = 32;

// An event like most says nothing beside its numbers.
bool says_more(const event::Event& event);

// Numbers of one event, mostly the last accepted one of a session. Those of the events around it
// are near to them.
struct Anchor {
    uint64_t offset = 0;
    int64_t received_at = 0;
    int64_t uptime_ms = 0;
    int64_t ts = 0;
    int64_t playhead_ms = 0;

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        each.fixed(Whole{self.offset}, Whole{self.received_at}, Whole{self.uptime_ms},
                   Whole{self.ts}, self.playhead_ms);
        each.bounded(self.uptime_ms);
    }
};

// One accepted event that waits. What it says beside its numbers is bytes until it is processed,
// for it is packed and unpacked with each arrival: made from an event it owns them, and copies
// share them; unpacked it looks at the bytes that were read, which must stay as they are.
class HeldEvent {
  public:
    HeldEvent() = default;
    HeldEvent(const Arrival& arrival, const event::Event& event);
    // Owns nothing: what it says is the bytes of `details`, which must stay as they are.
    HeldEvent(const Arrival& arrival, const event::Event& event, PackWriter& details);

    Anchor anchor() const {
        return {.offset = offset,
                .received_at = received_at,
                .uptime_ms = uptime_ms,
                .ts = ts,
                .playhead_ms = playhead_ms};
    }

    // Replaces params, qoeData, metadata and state names of `to` by those of this event, and leaves
    // the rest; views valid as long as its bytes. False when they cannot be read; then there are
    // none.
    bool read_details(event::Event& to) const;

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each, const Anchor& anchor) {
        each.fixed(From{anchor.offset, self.offset}, From{anchor.received_at, self.received_at},
                   From{anchor.uptime_ms, self.uptime_ms}, From{anchor.ts, self.ts},
                   From{anchor.playhead_ms, self.playhead_ms}, Whole{self.fingerprint}, self.type);
        each.bounded(self.uptime_ms);
        each.require(self.type < event::EventType{event::event_type_count});
        each.text(self.details_);
        own_nothing(self);
    }

    uint64_t offset = 0;
    int64_t received_at = 0;
    int64_t uptime_ms = 0;
    int64_t ts = 0;
    int64_t playhead_ms = 0;
    uint64_t fingerprint = 0;
    event::EventType type{};

  private:
    struct WithoutDetails {};

    HeldEvent(const Arrival& arrival, const event::Event& event, WithoutDetails);

    static void own_nothing(const HeldEvent& /*packed*/) {}

    static void own_nothing(HeldEvent& unpacked) { unpacked.owned_.reset(); }

    std::string_view details_;                  // packed; empty: it says nothing more
    std::shared_ptr<const std::string> owned_;  // what details_ looks at, unless it was unpacked
};

}  // namespace playhead::session
