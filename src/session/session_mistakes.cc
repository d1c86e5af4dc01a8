// SPDX-License-Identifier: Apache-2.0
#include "session/session_mistakes.h"

#include <algorithm>

namespace playhead::session {
namespace {

using Code = VerdictCode;
using event::EventType;

// One minute of pings: time enough to decide about a post-roll.
constexpr int most_pings_after_complete = 6;

// The public SDKs open a new session after a day (protocol 12.1).
constexpr int64_t longest_session_ms = 86'400'000;

// Nobody opens and leaves a page this fast: the player was made and thrown away.
constexpr int64_t least_view_ms = 2'000;

}  // namespace

void SessionMistakes::see(const Look& look, Findings& findings) {
    const bool is_bookend = look.is(EventType::session_start) || look.is(EventType::session_end);
    if (!is_bookend) ++events_between_;
    farthest_ms_ = std::max(farthest_ms_, look.after.playhead_ms);
    const bool plays_in_break = look.before.player == Player::playing &&
                                look.before.place == Place::ad_break &&
                                look.interval_ms() > Playtime::gap_ms;
    if (look.ends_main_content() || plays_in_break ||
        (look.is(EventType::play) && look.after.place == Place::content)) {
        has_played_ = true;
    }
    const bool is_over =
        look.before.player == Player::completed && look.before.place == Place::content;
    if (is_over && look.is(EventType::play)) findings.add(look.event, Code::play_after_complete);
    if (is_over && look.is(EventType::ping) &&
        ++pings_after_complete_ == most_pings_after_complete) {
        findings.add_once(look.event, Code::pings_after_complete);
    }
    if (look.is(EventType::session_complete) && look.took_effect()) see_complete(look, findings);
    if (!look.content.is_batch && look.after.ts - look.content.start_ts > longest_session_ms) {
        findings.add_once(look.event, Code::session_longer_than_a_day);
    }
}

void SessionMistakes::see_complete(const Look& look, Findings& findings) {
    if (is_completed_) findings.add(look.event, Code::completed_twice);
    is_completed_ = true;
    if (!has_played_) {
        findings.add(look.event, Code::complete_without_play);
        return;
    }
    // Half: credits that are skipped, rounding and a length that is a little off explain more.
    const Content& content = look.content;
    if (content.is_live || content.is_day_long || content.length_ms == 0) return;
    if (findings.has(Code::length_in_milliseconds)) return;
    if (farthest_ms_ < content.length_ms / 2) findings.add(look.event, Code::complete_too_early);
}

void SessionMistakes::end(const Ending& ending, Findings& findings) {
    const SessionRow& row = ending.row;
    const bool was_ended = row.close_reason == CloseReason::session_end;
    if (events_between_ == 0) {
        if (!was_ended) {
            findings.add(ending.last_event, Code::start_alone);
        } else if (row.last_event_ts - row.start_ts < least_view_ms) {
            findings.add(ending.last_event, Code::ended_at_once);
        }
        return;
    }
    if (row.close_reason == CloseReason::idle && !row.is_completed) {
        findings.add(ending.last_event, Code::held_open_while_idle);
    } else if (!was_ended && !row.is_completed) {
        findings.add(ending.last_event, Code::end_missing);
    }
    const bool has_an_end = !ending.content.is_live && !ending.content.is_day_long;
    if (has_an_end && row.has_progress_95 && !row.is_completed) {
        findings.add(ending.last_event, Code::complete_missing);
    }
}

}  // namespace playhead::session
