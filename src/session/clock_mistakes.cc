// SPDX-License-Identifier: Apache-2.0
#include "session/clock_mistakes.h"

#include <algorithm>
#include <cstdlib>

namespace playhead::session {
namespace {

using Code = VerdictCode;
using event::EventType;

// Milliseconds since 1970 of today have 13 digits. A stamp below this would be of March 1973; the
// seconds since 1970 are below it until the year 5138.
constexpr int64_t least_ms_since_1970 = 100'000'000'000;
// A stamp below this would be of March 1973 even in seconds: it counts from somewhere else.
constexpr int64_t least_s_since_1970 = 100'000'000;
// A stamp above this would be of the year 5138.
constexpr int64_t most_ms_since_1970 = 100'000'000'000'000;

// A start may arrive late by its three retries, a minute apart (protocol 16.3): more is the clock.
constexpr int64_t most_off_ms = 300'000;

// A client gives up on a request after five seconds: stamps that gain a minute on the arrivals
// between two events were not delayed, the clock was set.
constexpr int64_t most_step_ms = 60'000;

// Six time-outs of a request: what comes later than this behind the fastest event was kept back.
constexpr int64_t most_delay_ms = 30'000;

// One or two late events are a slow network; three in a row are a clock that was set back.
constexpr int late_events_of_a_clock_set_back = 3;

bool is_plausible(int64_t ts) {
    return ts >= least_ms_since_1970 && ts <= most_ms_since_1970;
}

}  // namespace

void ClockMistakes::see(const Look& look, Findings& findings) {
    const int64_t ts = look.row.ts;
    if (ts < least_s_since_1970) {
        findings.add_once(look.event, Code::ts_not_since_1970);
    } else if (ts < least_ms_since_1970) {
        findings.add_once(look.event, Code::ts_in_seconds);
    } else if (ts > most_ms_since_1970) {
        findings.add_once(look.event, Code::ts_too_fine);
    }
    const bool is_late = look.row.verdict == Code::late_beyond_window;
    late_in_a_row_ = is_late ? late_in_a_row_ + 1 : 0;
    if (late_in_a_row_ == late_events_of_a_clock_set_back) {
        findings.add_once(look.event, Code::clock_set_back);
    }
    if (look.is(EventType::ping)) {
        if (last_ping_ts_ == ts) findings.add_once(look.event, Code::pings_of_one_stamp);
        last_ping_ts_ = ts;
    }
    if (!look.content.is_batch && is_plausible(ts) && !is_late) {
        compare_with_arrival(look, findings);
    }
    last_ts_ = ts;
}

void ClockMistakes::compare_with_arrival(const Look& look, Findings& findings) {
    const int64_t delay = look.row.received_at - look.row.ts;
    if (look.is(EventType::session_start) && std::abs(delay) > most_off_ms) {
        findings.add(look.event, Code::clock_off);
    }
    if (last_ts_ && is_plausible(*last_ts_) && least_delay_ms_ != INT64_MAX) {
        const int64_t stamps = look.row.ts - *last_ts_;
        const int64_t arrivals = look.row.received_at - look.before.received_at;
        if (stamps - arrivals > most_step_ms && look.row.verdict != Code::clock_jump) {
            findings.add(look.event, Code::clock_step);
        } else if (delay - least_delay_ms_ > most_delay_ms &&
                   !findings.has(Code::pings_of_one_stamp)) {
            findings.add_once(look.event, Code::sent_late);
        }
    }
    least_delay_ms_ = std::min(least_delay_ms_, delay);
}

}  // namespace playhead::session
