// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "event/limits.h"
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

    bool is_there() const { return size_ > 0; }

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        each.numbers(self.size_);
        each.require(self.size_ <= self.states_.size());
        const size_t size = std::min<size_t>(self.size_, self.states_.size());
        for (size_t i = 0; i < size; ++i) {
            auto& state = self.states_[i];
            each.text(state.name);
            each.numbers(state.count, state.time_ms, state.since, state.on);
            each.bounded(state.count, state.time_ms, state.since);
        }
    }

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

    std::span<const State> states() const { return std::span(states_).first(size_); }

    std::array<State, event::player_states> states_;
    uint8_t size_ = 0;
};

}  // namespace playhead::session
