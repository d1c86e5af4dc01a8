// SPDX-License-Identifier: Apache-2.0
#include "session/playback_mistakes.h"

#include <algorithm>

namespace playhead::session {
namespace {

using Code = VerdictCode;
using event::EventType;

// The slowest known cadence is 50 s, of downloaded content (protocol 9.3).
constexpr int64_t longest_between_pings_ms = 60'000;

// Half of the documented 10 s; in ads pings may come each second, so only the content counts.
constexpr int64_t shortest_between_pings_ms = 5'000;
constexpr int fast_pings_of_a_wrong_timer = 12;  // two minutes of the right one

// One repeat is a known habit (protocol 9.2); the fifth is sent by a timer or a progress event.
constexpr int repeated_plays = 5;

// Nobody sees a quarter of a second, and five of them in a minute are not a network.
constexpr int64_t unseen_ms = 250;
constexpr int64_t flapping_ms = 60'000;
constexpr size_t flapping_buffers = 5;

// Paused, buffering, paused, buffering, paused: no viewer does this without playing in between.
constexpr int alternations = 4;

void see_advance(Advance& advance, bool is_kind, const Look& look) {
    if (!is_kind) {
        advance.reset();
    } else {
        advance.add(look.interval_ms(), look.moved_ms());
    }
}

}  // namespace

void PlaybackMistakes::see(const Look& look, Findings& findings) {
    if (look.row.verdict == Code::ad_outside_break) orphan_ad_ = true;
    if (look.is(EventType::ad_complete) || look.is(EventType::ad_skip)) orphan_ad_ = false;
    see_moving(look, findings);
    see_pings(look, findings);
    see_plays(look, findings);
    see_switches(look, findings);
}

void PlaybackMistakes::see_moving(const Look& look, Findings& findings) {
    const Player player = look.before.player;
    const bool content = look.before.place != Place::ad;
    // The live second of the day goes on while the viewer pauses.
    const bool stands = content && !look.content.is_live;
    see_advance(while_starting_, content && player == Player::starting, look);
    see_advance(while_paused_, stands && player == Player::paused, look);
    see_advance(while_buffering_, stands && player == Player::buffering, look);
    if (while_starting_.keeps_step()) {
        if (preroll_end_) {
            findings.add_once(*preroll_end_, Code::no_play_after_preroll);
        } else {
            findings.add_once(look.event, Code::playing_without_play);
        }
    }
    if (while_paused_.keeps_step()) findings.add_once(look.event, Code::moving_while_paused);
    if (while_buffering_.keeps_step()) {
        findings.add_once(look.event, Code::moving_while_buffering);
    }
    if (look.is(EventType::ad_break_complete) && look.after.player == Player::starting) {
        preroll_end_ = look.event;
    }
}

void PlaybackMistakes::see_pings(const Look& look, Findings& findings) {
    const int64_t arrivals = look.after.received_at - look.before.received_at;
    const bool silence =
        !look.content.is_batch && std::min(look.interval_ms(), arrivals) > longest_between_pings_ms;
    if (silence && look.before.player == Player::paused) {
        findings.add_once(look.event, Code::pings_stop_while_paused);
    } else if (silence && look.before.player != Player::completed) {
        findings.add_once(look.event, Code::pings_missing);
    }
    if (look.after.place != Place::content || orphan_ad_) last_ping_ts_.reset();
    if (!look.is(EventType::ping)) return;
    ++pings_;
    const bool is_fast =
        last_ping_ts_ && look.after.ts - *last_ping_ts_ < shortest_between_pings_ms;
    fast_pings_ = is_fast ? fast_pings_ + 1 : 0;
    if (fast_pings_ == fast_pings_of_a_wrong_timer) {
        findings.add_once(look.event, Code::pings_too_fast);
    }
    if (look.after.place == Place::content && !orphan_ad_) last_ping_ts_ = look.after.ts;
}

void PlaybackMistakes::see_plays(const Look& look, Findings& findings) {
    if (look.after.player != Player::playing || look.after.place != Place::content) plays_ = 0;
    if (!look.is(EventType::play) || !look.ends_main_content()) return;
    if (++plays_ == repeated_plays) findings.add_once(look.event, Code::play_repeated);
}

void PlaybackMistakes::see_switches(const Look& look, Findings& findings) {
    const Player from = look.before.player;
    const Player to = look.after.player;
    if (from == to) return;
    const bool both_stand = (from == Player::paused && to == Player::buffering) ||
                            (from == Player::buffering && to == Player::paused);
    switches_ = both_stand ? switches_ + 1 : 0;
    if (switches_ == alternations) {
        findings.add_once(look.event, Code::pause_and_buffer_alternate);
    }
    if (to == Player::buffering) buffering_since_ = look.after.ts;
    if (from != Player::buffering || look.after.ts - buffering_since_ >= unseen_ms) return;
    short_buffers_.push_back(look.after.ts);
    if (short_buffers_.size() < flapping_buffers) return;
    if (look.after.ts - short_buffers_.front() <= flapping_ms) {
        findings.add_once(look.event, Code::buffer_flapping);
    }
    short_buffers_.pop_front();
}

void PlaybackMistakes::end(const Ending& ending, Findings& findings) {
    const int64_t lasted = ending.row.last_event_ts - ending.row.start_ts;
    if (!ending.content.is_batch && pings_ == 0 && lasted > longest_between_pings_ms) {
        findings.add(ending.last_event, Code::no_pings);
    }
}

}  // namespace playhead::session
