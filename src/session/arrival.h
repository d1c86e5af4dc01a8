// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "event/session_id.h"

namespace playhead::session {

// When and where one record of a session reached us.
struct Arrival {
    uint64_t offset = 0;      // of its record in the journal
    int64_t received_at = 0;  // the server's wall clock, ms since the epoch: for people only
    int64_t uptime_ms = 0;    // decides every deadline; never runs backwards within a journal
    event::SessionId session;
};

}  // namespace playhead::session
