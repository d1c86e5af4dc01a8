// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "session/findings.h"

namespace playhead::session {

// play, pauseStart, bufferStart and ping that are missing, too many, or say another state than the
// playhead shows (metrics 3 and 4, protocol 9.2 to 9.5).
class PlaybackMistakes {
  public:
    void see(const Look& look, Findings& findings);
    void end(const Ending& ending, Findings& findings);

  private:
    void see_moving(const Look& look, Findings& findings);
    void see_pings(const Look& look, Findings& findings);
    void see_plays(const Look& look, Findings& findings);
    void see_switches(const Look& look, Findings& findings);

    Advance while_starting_;
    Advance while_paused_;
    Advance while_buffering_;
    std::optional<size_t> preroll_end_;  // the adBreakComplete of a pre-roll without a play behind
    std::optional<int64_t> last_ping_ts_;
    std::deque<int64_t> short_buffers_;  // when they ended; never more than are looked for
    int64_t buffering_since_ = 0;
    int64_t pings_ = 0;
    int fast_pings_ = 0;  // in a row
    int plays_ = 0;       // in a row, while playing
    int switches_ = 0;    // in a row, between paused and buffering
    bool orphan_ad_ = false;
};

}  // namespace playhead::session
