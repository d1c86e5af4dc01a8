// SPDX-License-Identifier: Apache-2.0
#include "session/player_states.h"

#include <algorithm>
#include <utility>

#include "session/text.h"

namespace playhead::session {
namespace {

// `stored` is in lower case.
bool same_name(std::string_view stored, std::string_view sent) {
    return std::ranges::equal(stored, sent, {}, {}, lower_case);
}

}  // namespace

const PlayerStates::State* PlayerStates::find(std::string_view name) const {
    for (const State& state : states()) {
        if (same_name(state.name, name)) return &state;
    }
    return nullptr;
}

PlayerStates::State* PlayerStates::find(std::string_view name) {
    return const_cast<State*>(std::as_const(*this).find(name));
}

VerdictCode PlayerStates::start(std::string_view name, int64_t ts, bool room) {
    if (name.empty()) return VerdictCode::empty_state_name;
    State* state = find(name);
    if (state == nullptr) {
        if (size_ == states_.size()) return VerdictCode::eleventh_state;
        if (!room) return VerdictCode::session_text_full;
        state = &states_[size_++];
        *state = State{.name = std::string(name)};
        std::ranges::transform(state->name, state->name.begin(), lower_case);
    }
    if (state->on) return VerdictCode::state_already_on;
    state->on = true;
    state->since = ts;
    ++state->count;
    return VerdictCode::used;
}

VerdictCode PlayerStates::end(std::string_view name, int64_t ts) {
    if (name.empty()) return VerdictCode::empty_state_name;
    State* state = find(name);
    if (state == nullptr || !state->on) return VerdictCode::state_not_on;
    state->on = false;
    state->time_ms += ts - state->since;
    return VerdictCode::used;
}

bool PlayerStates::is_on(std::string_view name) const {
    const State* state = find(name);
    return state != nullptr && state->on;
}

bool PlayerStates::knows(std::string_view name) const {
    return find(name) != nullptr;
}

std::vector<StateRow> PlayerStates::rows(int64_t ts) const {
    std::vector<StateRow> all;
    all.reserve(size_);
    for (const State& state : states()) {
        const int64_t open_ms = state.on ? ts - state.since : 0;
        all.push_back({state.name, state.count, state.time_ms + open_ms});
    }
    std::ranges::sort(all, {}, &StateRow::name);
    return all;
}

}  // namespace playhead::session
