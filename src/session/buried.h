// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "event/session_id.h"

namespace playhead::session {

// A session that has closed, as long as it answers 410 (protocol 12).
struct Buried {
    event::SessionId id;
    int64_t closed_at = 0;  // uptime

    friend bool operator==(const Buried&, const Buried&) = default;
};

}  // namespace playhead::session
