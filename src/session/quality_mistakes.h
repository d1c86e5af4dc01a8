// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "session/findings.h"

namespace playhead::session {

// Quality values, errors and metadata that cannot mean what they say (metrics 9 and 10, protocol
// 10.8 and 15).
class QualityMistakes {
  public:
    void see(const Look& look, Findings& findings);

  private:
    void see_bitrate(const Look& look, Findings& findings);
    void see_values(const Look& look, Findings& findings);
    void see_error(const Look& look, Findings& findings);

    int64_t bitrate_ = 0;  // the last that was sent and above 0
    int64_t dropped_frames_ = 0;
    std::map<std::string, std::deque<int64_t>> errors_;  // when, by id; both bounded
};

}  // namespace playhead::session
