// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "event/event.h"
#include "session/arrival.h"
#include "session/fold.h"
#include "session/row.h"
#include "session/rules.h"
#include "session/session.h"

namespace playhead::session {

// One event of a session as it arrived. Owns what it says.
class PastEvent {
  public:
    PastEvent(const Arrival& arrival, const event::Event& event);

    const Arrival& arrival() const { return arrival_; }

    // Valid as long as any copy of this lives.
    const event::Event& event() const;

    size_t heap_bytes() const;

  private:
    struct Details;

    Arrival arrival_;
    event::Event bare_;
    std::shared_ptr<const Details> details_;  // null: all that was said is in `bare_`
};

// From the record at `offset` of the journal on, these rules hold.
struct RulesChange {
    uint64_t offset = 0;
    Rules rules;
};

// All that arrived for one session, and under which circumstances. A pure value, so that the same
// session can be folded again from some of its events.
struct History {
    // In arrival order, sessionStart first; not empty.
    std::span<const PastEvent> events;
    Origin origin = Origin::live;
    bool federated = false;

    // Those that hold from sessionStart on, and those that came later, in order.
    Rules rules;
    std::vector<RulesChange> changes;

    // The uptime at which an open session is looked at. Nothing: the session is closed.
    std::optional<int64_t> open_at;
};

// The session with the verdicts of its events.
Folded folded(const History& history);

// The row of the session if only the chosen events had arrived: one flag for each of its events;
// that of sessionStart is taken as set. `observer` sees their verdicts; an event's offset is then
// its number in `events`.
SessionRow row_from(const History& history, const std::vector<bool>& chosen,
                    const Observer& observer = {});

}  // namespace playhead::session
