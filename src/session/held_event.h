// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "event/event.h"
#include "event/event_type.h"
#include "session/archive.h"
#include "session/arrival.h"

namespace playhead::session {

// In the grace after sessionEnd the window is not flushed (metrics 2.1). When it holds more than
// this, all that lies before the end is processed, and the end waits on; stragglers that come later
// still are accepted, but may be late.
constexpr size_t end_grace_events = 32;

// One accepted event that owns what it says, so that it outlives the decoder's memory. An event
// without params and qoeData, like most, owns nothing. Copies share the (unchanging) details.
class HeldEvent {
  public:
    HeldEvent() = default;
    HeldEvent(const Arrival& arrival, const event::Event& event);

    // Params, qoeData, metadata and state names. Valid as long as any copy of this lives.
    const event::Event& details() const;

    size_t heap_bytes() const;

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        bool has_details = self.details_ != nullptr;
        each.numbers(self.offset, self.received_at, self.uptime_ms, self.ts, self.playhead_ms,
                     self.fingerprint, self.type, has_details);
        each.bounded(self.uptime_ms);
        each.require(self.type < event::EventType{event::event_type_count});
        if (has_details) {
            archive_details(self, each);
        } else {
            forget_details(self);
        }
    }

    uint64_t offset = 0;
    int64_t received_at = 0;
    int64_t uptime_ms = 0;
    int64_t ts = 0;
    int64_t playhead_ms = 0;
    uint64_t fingerprint = 0;
    event::EventType type{};

  private:
    struct Details;

    static void forget_details(const HeldEvent& /*self*/) {}

    static void forget_details(HeldEvent& self) { self.details_.reset(); }

    static void archive_details(const HeldEvent& self, PackWriter& writer);
    static void archive_details(HeldEvent& self, UnpackReader& reader);

    std::shared_ptr<const Details> details_;
};

}  // namespace playhead::session
