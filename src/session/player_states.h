// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "session/row.h"
#include "session/verdict.h"

namespace playhead::session {

// The player states of one session, metrics 8: at most event::player_states distinct names,
// compared without regard to ASCII case.
class PlayerStates {
  public:
    // Turns a state on. `room`: false when no new name can be kept.
    VerdictCode start(std::string_view name, int64_t ts, bool room);

    VerdictCode end(std::string_view name, int64_t ts);

    bool is_on(std::string_view name) const;

    // This name takes no new memory.
    bool knows(std::string_view name) const;

    // Sorted by name; states that are still on end at `ts` in the rows.
    std::vector<StateRow> rows(int64_t ts) const;

    size_t heap_bytes() const { return states_.capacity() * sizeof(State); }

  private:
    struct State {
        std::string name;  // lower case
        int64_t count = 0;
        int64_t time_ms = 0;
        int64_t since = 0;
        bool on = false;
    };

    const State* find(std::string_view name) const;
    State* find(std::string_view name);

    std::vector<State> states_;
};

}  // namespace playhead::session
