// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "session/findings.h"

namespace playhead::session {

// Chapters and player states that took effect and are wrong all the same (metrics 7 and 8).
class PartMistakes {
  public:
    void see(const Look& look, Findings& findings);
    void end(const Ending& ending, Findings& findings);

  private:
    // One player state; there are ten at most (metrics 8).
    struct State {
        size_t event = 0;                 // its first stateStart
        std::deque<int64_t> starts = {};  // never more than are looked for
        bool was_ended = false;
    };

    void see_chapter(const Look& look, Findings& findings);
    void start_state(std::string_view name, const Look& look, Findings& findings);
    void end_state(std::string_view name);

    std::optional<size_t> chapter_;      // the chapterStart of the running one
    std::map<int64_t, double> offsets_;  // by index; bounded, see part_mistakes.cc
    std::map<std::string, State> states_;
};

}  // namespace playhead::session
