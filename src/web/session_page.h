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

// The newest `limit` (at least 1) of both lists, largest id first. A session that is in both closed
// while the two were asked, and the row from `stored` is taken. To know whether there are more, ask
// each side for one more than `limit`.
SessionPage merge_newest_first(std::vector<session::SessionRow> open,
                               std::vector<session::SessionRow> stored, size_t limit);

}  // namespace playhead::web
