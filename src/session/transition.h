// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "event/event_type.h"

namespace playhead::session {

// metrics 3.1, `ps`.
enum class Player : uint8_t { starting, playing, paused, buffering, completed };

constexpr size_t player_count = 5;

// Where the player is: in the content, in an open break between ads, in a running ad.
enum class Place : uint8_t { content, ad_break, ad };

constexpr size_t place_count = 3;

// What becomes of the player state. `restored`: the state that the ad interrupted, if it did.
enum class NextPlayer : uint8_t { same, playing, paused, buffering, completed, restored };

// What else an event does; the sentences are in transition.cc. An action that finds nothing to do
// (the same ad runs already, no such state is on) is ignored, and then nothing changes at all.
enum class Action : uint8_t {
    none,
    start_again,
    start_content,
    count_pause,
    count_buffer,
    repeat_pause,
    repeat_buffer,
    count_bitrate_change,
    count_error,
    open_break,
    close_break,
    no_break,
    note_orphan_ad,
    start_ad,
    complete_ad,
    skip_ad,
    no_ad,
    start_chapter,
    complete_chapter,
    skip_chapter,
    start_state,
    end_state,
    update_states,
    complete_content,
    complete_after_ad,
    end_session,
};

constexpr size_t action_count = 26;

// One cell of the table of metrics 3.3. `forgets_saved`: the state that an ad interrupted is
// replaced for good by this event, unless the content was completed.
struct Transition {
    NextPlayer player{};
    Place place{};
    Action action{};
    bool forgets_saved = false;
};

// A state that the table has.
constexpr bool is_state(Player player, Place place) {
    if (player > Player::completed || place > Place::ad) return false;
    return place != Place::ad || (player != Player::starting && player != Player::completed);
}

// The cell for an event that arrives in this state. STARTING and COMPLETED never meet a running ad
// (CHECK).
const Transition& transition(Player player, Place place, event::EventType type);

// The whole table as the page docs/session-states.md.
std::string transitions_as_markdown();

}  // namespace playhead::session
