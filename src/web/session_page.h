// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "session/row.h"

namespace playhead::web {

// One part of a list of sessions.
struct SessionPage {
    std::vector<session::SessionRow> rows;
    std::optional<std::string> next;  // the cursor, when there are more behind
};

// Open sessions of a list, in any order.
struct OpenSessions {
    std::vector<session::SessionRow> rows = {};
    // Only sessions with this id or a larger one were looked at; nothing: all of them.
    std::optional<event::SessionId> looked_at = {};
};

// The newest `limit` (at least 1) of both lists, largest id first. A session that is in both closed
// while the two were asked, and the row from `stored` is taken. To know whether there are more, ask
// each side for one more than `limit`. When not all open ones were looked at, the part ends there.
SessionPage merge_newest_first(OpenSessions open, std::vector<session::SessionRow> stored,
                               size_t limit);

}  // namespace playhead::web
