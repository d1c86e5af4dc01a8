// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "base/splitmix.h"

namespace playhead::sim {

// What a player wants to send. The id of its session is put into `target` by the world when it is
// known ("{sid}"); until then the player's messages wait, as in the real SDKs.
struct Message {
    std::string target;
    std::string body;
};

// One viewer with one player, with the habits of real ones (protocol 16) and their mistakes: ads,
// chapters, pauses, seeks, errors; events lost, repeated and out of place; a clock that is set; no
// goodbye. A function of its seed and of the times at which it is asked.
class Player {
  public:
    // `number` makes its bodies different from those of all others.
    Player(uint64_t seed, uint64_t number, int64_t now);

    // When it wants to say something next; INT64_MAX: never again.
    int64_t next_at() const { return next_at_; }

    // What it says now; next_at() must have come. The same call twice gives different messages.
    Message speak(int64_t now);

    // A whole session at once, as a player that was off line sends it.
    static Message downloaded(uint64_t seed, uint64_t number, int64_t now);

  private:
    std::string body(const std::string& type, const std::string& more);
    std::string plain_event();
    std::string odd_event();
    std::string start();
    void plan();
    void pass_to(int64_t now);

    base::Splitmix random_;
    uint64_t number_;
    int64_t clock_offset_;
    int64_t now_;
    int64_t next_at_;
    int64_t playhead_ms_ = 0;
    int64_t remaining_ms_;  // of watching
    uint64_t pods_ = 0;
    bool started_ = false;
    bool plays_ = false;
    bool ended_ = false;
    std::deque<std::string> planned_;  // types and params of the next events, in order
};

}  // namespace playhead::sim
