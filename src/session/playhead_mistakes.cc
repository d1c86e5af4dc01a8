// SPDX-License-Identifier: Apache-2.0
#include "session/playhead_mistakes.h"

#include <algorithm>

namespace playhead::session {
namespace {

using Code = VerdictCode;
using event::EventType;

constexpr int64_t day_ms = 86'400'000;

// Three years of seconds: no content, and below the seconds since 1970.
constexpr int64_t least_wall_clock_ms = 100'000'000'000;

// Beyond the length: rounding, and trailers that are not in the length.
constexpr int64_t beyond_length_ms = 5'000;

// The jump rule of metrics 4.1: what moves faster than this is a seek.
constexpr int64_t seek_slack_ms = 2'000;

// Short intervals say little about speed: playheads are often whole seconds.
constexpr int64_t least_interval_ms = 1'000;
constexpr int64_t least_slow_interval_ms = 5'000;
constexpr int fast_intervals_of_milliseconds = 2;
constexpr int slow_intervals_of_another_unit = 5;

// Whoever sees nothing for half a minute leaves; what plays on has a playhead that nobody updates.
// Shorter stalls are a metric, not a mistake.
constexpr int64_t longest_standing_ms = 30'000;
constexpr int least_standing_intervals = 2;

// Milliseconds advance a thousand times as fast as the clock; a tenth for rounding and speed.
bool is_a_thousand_times(int64_t moved, int64_t interval) {
    return moved >= interval * 900 && moved <= interval * 1'100;
}

bool wraps_at_midnight(const Look& look) {
    return look.content.is_day_long && look.before.playhead_ms < day_ms &&
           look.moved_ms() + day_ms <= 2 * look.interval_ms() + seek_slack_ms;
}

}  // namespace

void PlayheadMistakes::see(const Look& look, Findings& findings) {
    if (look.row.verdict == Code::ad_outside_break) orphan_ad_ = true;
    if (look.is(EventType::ad_complete) || look.is(EventType::ad_skip)) orphan_ad_ = false;
    see_speed(look, findings);
    see_standing(look, findings);
    // While an ad runs the playhead may be the ad's (metrics 3.1).
    if (look.before.place == Place::ad) return;
    const int64_t playhead = look.after.playhead_ms;
    if (playhead < 0) findings.add_once(look.event, Code::playhead_negative);
    const bool has_end = !look.content.is_live || look.content.is_day_long;
    const int64_t length = has_end ? look.content.length_ms : 0;
    const int64_t end = length + std::max(beyond_length_ms, length / 100);
    if (playhead >= least_wall_clock_ms) {
        findings.add_once(look.event, Code::playhead_is_wall_clock);
    } else if (length > 0 && playhead > end && fast_intervals_ == 0 &&
               !findings.has(Code::playhead_in_milliseconds)) {
        findings.add_once(look.event, Code::playhead_beyond_length);
    }
}

void PlayheadMistakes::see_speed(const Look& look, Findings& findings) {
    const int64_t interval = look.interval_ms();
    const int64_t moved = look.moved_ms();
    if (!look.ends_main_content()) return;
    if (interval >= least_interval_ms && is_a_thousand_times(moved, interval)) {
        if (++fast_intervals_ == fast_intervals_of_milliseconds) {
            findings.add_once(look.event, Code::playhead_in_milliseconds);
        }
        return;
    }
    if (interval >= least_interval_ms) fast_intervals_ = 0;
    see_seek(look, findings);
    if (interval < least_slow_interval_ms) return;
    // No player plays slower than half: 0.4 leaves room for rounding.
    const bool is_slow = moved > 0 && moved * 5 <= interval * 2;
    slow_intervals_ = is_slow ? slow_intervals_ + 1 : 0;
    if (slow_intervals_ == slow_intervals_of_another_unit) {
        findings.add_once(look.event, Code::playhead_too_slow);
    }
}

void PlayheadMistakes::see_seek(const Look& look, Findings& findings) {
    if (look.row.verdict == Code::late_beyond_window) return;
    // A clock that stands or runs wrong is not a seek.
    const int64_t arrivals = look.after.received_at - look.before.received_at;
    const int64_t elapsed = std::max(look.interval_ms(), arrivals);
    if (look.moved_ms() > 2 * elapsed + seek_slack_ms) {
        findings.add(look.event, Code::seek_forward_unreported);
    } else if (look.moved_ms() < -seek_slack_ms && !wraps_at_midnight(look)) {
        findings.add(look.event, Code::seek_back_unreported);
    }
}

void PlayheadMistakes::see_standing(const Look& look, Findings& findings) {
    if (!look.ends_main_content() || orphan_ad_ || look.moved_ms() != 0) {
        standing_ms_ = 0;
        standing_intervals_ = 0;
        return;
    }
    standing_ms_ += look.interval_ms();
    if (look.interval_ms() >= least_interval_ms) ++standing_intervals_;
    if (standing_ms_ >= longest_standing_ms && standing_intervals_ >= least_standing_intervals) {
        findings.add_once(look.event, Code::playhead_stands);
    }
}

}  // namespace playhead::session
