// SPDX-License-Identifier: Apache-2.0
#include "session/findings.h"

#include <cstdlib>

namespace playhead::session {

bool Look::took_effect() const {
    const Outcome outcome = text_of(row.verdict).outcome;
    return outcome != Outcome::ignored && outcome != Outcome::duplicate;
}

void Advance::add(int64_t interval_ms, int64_t moved_ms) {
    // Two events of one moment may name one playhead; a second that brings nothing stands still.
    constexpr int64_t one_moment_ms = 1'000;
    if (moved_ms < 0 || (moved_ms == 0 && interval_ms >= one_moment_ms)) {
        reset();
        return;
    }
    intervals_ += moved_ms > 0 ? 1 : 0;
    time_ms_ += interval_ms;
    moved_ms_ += moved_ms;
}

bool Advance::keeps_step() const {
    constexpr int64_t least_intervals = 2;
    constexpr int64_t least_time_ms = 10'000;
    constexpr int64_t slack_ms = 1'000;
    return intervals_ >= least_intervals && time_ms_ >= least_time_ms &&
           std::abs(moved_ms_ - time_ms_) <= time_ms_ / 10 + slack_ms;
}

}  // namespace playhead::session
