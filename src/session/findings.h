// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "event/event.h"
#include "session/machine.h"
#include "session/row.h"
#include "session/verdict.h"

// What the examination of a session (examination.h) looks at and what it finds. All times are
// milliseconds; stamps are session time (machine.h) unless said otherwise.
namespace playhead::session {

// The machine behind one event.
struct Moment {
    Player player{};
    Place place{};
    int64_t ts = 0;
    int64_t playhead_ms = 0;  // of the content
    int64_t received_at = 0;  // server clock
};

// What sessionStart said of the content, as far as later events are measured by it.
struct Content {
    int64_t start_ts = 0;
    int64_t length_ms = 0;     // 0 unknown
    bool is_live = false;      // of the type live or linear
    bool is_day_long = false;  // a length of 86,400 s: the playhead is the second of the day
    bool is_batch = false;     // downloaded: no arrival times, other habits of pings
};

// One event that took effect or was ignored, with the session before and behind it. Of sessionStart
// both moments are equal. Valid during the call it is given to.
struct Look {
    size_t event = 0;  // its number in processed order
    const EventRow& row;
    const event::Event& details;
    const Machine& machine;  // behind the event
    const Content& content;
    const Moment& before;
    const Moment& after;

    bool is(event::EventType type) const { return row.type == type; }

    // The event did what its type says.
    bool took_effect() const;

    // The interval that this event ends.
    int64_t interval_ms() const { return after.ts - before.ts; }

    // How far the content moved in it.
    int64_t moved_ms() const { return after.playhead_ms - before.playhead_ms; }

    // It was main content, outside breaks.
    bool ends_main_content() const {
        return before.player == Player::playing && before.place == Place::content;
    }
};

// The session is closed.
struct Ending {
    const SessionRow& row;
    const Content& content;
    size_t last_event = 0;  // the last that reached the machine
};

struct Finding {
    size_t event = 0;
    VerdictCode code{};
};

// The mistakes found so far, in the order found.
class Findings {
  public:
    void add(size_t event, VerdictCode code) {
        all_.push_back({event, code});
        found_.set(static_cast<size_t>(code));
    }

    // For a mistake that says the same of a whole session: only its first place.
    void add_once(size_t event, VerdictCode code) {
        if (!has(code)) add(event, code);
    }

    bool has(VerdictCode code) const { return found_.test(static_cast<size_t>(code)); }

    const std::vector<Finding>& all() const { return all_; }

  private:
    std::vector<Finding> all_;
    std::bitset<256> found_;
};

// The playhead over successive intervals of one kind: does it keep step with the clock, as it does
// when the content really plays? Two intervals and ten seconds at least, so that a seek or a scrub
// is not taken for it; a tenth of slack and a second for rounded playheads.
class Advance {
  public:
    void add(int64_t interval_ms, int64_t moved_ms);

    void reset() { *this = {}; }

    bool keeps_step() const;

  private:
    int64_t intervals_ = 0;
    int64_t time_ms_ = 0;
    int64_t moved_ms_ = 0;
};

}  // namespace playhead::session
