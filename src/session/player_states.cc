// SPDX-License-Identifier: Apache-2.0
#include "session/player_states.h"

#include <algorithm>

#include "event/limits.h"

namespace playhead::session {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view stored, std::string_view sent) {
    return std::ranges::equal(stored, sent, {}, {}, lower);
}

}  // namespace

const PlayerStates::State* PlayerStates::find(std::string_view name) const {
    const auto at = std::ranges::find_if(
        states_, [&](const State& state) { return same_name(state.name, name); });
    return at == states_.end() ? nullptr : &*at;
}

PlayerStates::State* PlayerStates::find(std::string_view name) {
    const auto at = std::ranges::find_if(
        states_, [&](const State& state) { return same_name(state.name, name); });
    return at == states_.end() ? nullptr : &*at;
}

VerdictCode PlayerStates::start(std::string_view name, int64_t ts, bool room) {
    if (name.empty()) return VerdictCode::empty_state_name;
    State* state = find(name);
    if (state == nullptr) {
        if (states_.size() == event::player_states) return VerdictCode::eleventh_state;
        if (!room) return VerdictCode::session_text_full;
        states_.emplace_back();
        state = &states_.back();
        state->name = name;
        std::ranges::transform(state->name, state->name.begin(), lower);
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
    all.reserve(states_.size());
    for (const State& state : states_) {
        const int64_t open_ms = state.on ? ts - state.since : 0;
        all.push_back({state.name, state.count, state.time_ms + open_ms});
    }
    std::ranges::sort(all, {}, &StateRow::name);
    return all;
}

}  // namespace playhead::session
