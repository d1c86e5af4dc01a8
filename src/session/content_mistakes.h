// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "session/findings.h"

namespace playhead::session {

// What sessionStart says of the content and cannot mean (metrics 1, 10 and 12.3; protocol 10).
class ContentMistakes {
  public:
    void see(const Look& look, Findings& findings);

  private:
    void see_playing(const Look& look, Findings& findings);

    int64_t farthest_ms_ = 0;  // the largest content playhead
    bool resumes_ = false;
    bool has_played_ = false;
};

}  // namespace playhead::session
