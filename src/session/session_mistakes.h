// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "session/findings.h"

namespace playhead::session {

// How a session begins and ends: what is missing, too early, too late or twice (metrics 2.2, 5.2
// and 5.3; protocol 9 and 12).
class SessionMistakes {
  public:
    void see(const Look& look, Findings& findings);
    void end(const Ending& ending, Findings& findings);

  private:
    void see_complete(const Look& look, Findings& findings);

    size_t events_between_ = 0;  // neither sessionStart nor sessionEnd
    int64_t farthest_ms_ = 0;    // the largest content playhead
    int pings_after_complete_ = 0;
    bool has_played_ = false;
    bool is_completed_ = false;
};

}  // namespace playhead::session
