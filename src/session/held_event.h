// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "event/event.h"
#include "event/event_type.h"
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
    HeldEvent(const Arrival& arrival, const event::Event& event);

    // Params, qoeData, metadata and state names. Valid as long as any copy of this lives.
    const event::Event& details() const;

    size_t heap_bytes() const;

    uint64_t offset;
    int64_t received_at;
    int64_t uptime_ms;
    int64_t ts;
    int64_t playhead_ms;
    uint64_t fingerprint;
    event::EventType type;

  private:
    struct Details;

    std::shared_ptr<const Details> details_;
};

}  // namespace playhead::session
