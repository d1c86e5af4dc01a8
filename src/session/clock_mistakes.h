// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "session/findings.h"

namespace playhead::session {

// Stamps that cannot be right: another unit, another clock, a clock that is set or stands still
// (metrics 1, 2.1 and 2.2; protocol 8).
class ClockMistakes {
  public:
    void see(const Look& look, Findings& findings);

  private:
    void compare_with_arrival(const Look& look, Findings& findings);

    std::optional<int64_t> last_ping_ts_;  // as sent
    std::optional<int64_t> last_ts_;       // as sent
    int64_t least_delay_ms_ = INT64_MAX;   // between stamp and arrival, so far
    int late_in_a_row_ = 0;
};

}  // namespace playhead::session
