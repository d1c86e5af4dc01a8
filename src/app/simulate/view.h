// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "app/simulate/view_plan.h"

namespace playhead::app {

// What a player sends at one moment.
struct Message {
    enum class Kind : uint8_t { start, event, batch };

    Kind kind = Kind::event;
    std::string body;
};

// One view as a player reports it: the steps of its plan with pings in between, each with the stamp
// of its time, and with the habits and the mistakes of the player. A function of its arguments and
// of when it is told to stop; what the server answers changes nothing.
class View {
  public:
    View(const ViewWish& wish, Person person, base::Splitmix random);

    // When it says something next, on the clock that `starts_at` was taken from; INT64_MAX: never.
    int64_t next_at() const { return next_at_; }

    // What it says at next_at(). A downloaded view says it all at its end.
    Message speak();

    // The viewer leaves now, and says so at once.
    void stop(int64_t now);

    // Messages that its library has under way at the same time.
    size_t most_in_flight() const;

    // For who takes it up later: whether there is anything left, and from where.
    bool is_completed() const { return plan_.completed; }

    int64_t left_at_ms() const { return plan_.left_at_ms; }

    const Programme& programme() const { return programme_; }

  private:
    std::string speak_once();
    std::string body(const std::string& said, int64_t at_ms, int64_t playhead_ms) const;
    std::string start_params() const;
    void find_next();

    Person person_;
    const Programme& programme_;
    base::Splitmix random_;
    int64_t starts_at_;
    bool is_resumed_;
    bool is_downloaded_ = false;
    uint64_t episode_ = 0;
    ViewPlan plan_;
    size_t said_ = 0;      // steps said
    int64_t last_ms_ = 0;  // since the start: what was said last
    int64_t next_ms_ = 0;  // since the start: what comes next
    bool next_is_ping_ = false;
    bool repeats_ = false;  // the last message comes again
    std::string last_body_;
    int64_t next_at_ = 0;
};

}  // namespace playhead::app
