// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "session/findings.h"

namespace playhead::session {

// Playheads that cannot be the seconds of the content (metrics 1 and 4.1, protocol 8).
class PlayheadMistakes {
  public:
    void see(const Look& look, Findings& findings);

  private:
    void see_speed(const Look& look, Findings& findings);
    void see_seek(const Look& look, Findings& findings);
    void see_standing(const Look& look, Findings& findings);

    int64_t standing_ms_ = 0;  // in a row, while playing
    int standing_intervals_ = 0;
    int fast_intervals_ = 0;  // in a row, about a thousand times too fast
    int slow_intervals_ = 0;  // in a row
    bool orphan_ad_ = false;
};

}  // namespace playhead::session
