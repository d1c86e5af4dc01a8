// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "session/session_filter.h"

namespace playhead::session {

// A search among the open sessions of a table, largest id first, that goes on piece by piece while
// the table changes (Table::go_on). A session that opens or closes in between may be missed.
struct Search {
    // What a search may cost when nobody says so. A session whose start alone tells that it is not
    // looked for costs 1, every other one `row_work`; a million of the first kind take some 0.2 s.
    static constexpr size_t most_work = 2'000'000;
    static constexpr size_t row_work = 30;

    SessionFilter filter = {};
    std::optional<event::SessionId> before = {};  // only smaller ids; moves on
    size_t limit = 0;
    size_t work_left = most_work;

    // Without details, largest id first.
    std::vector<SessionRow> found = {};

    bool has_ended = false;    // enough were found, all were looked at, or it has become too long
    bool is_complete = false;  // of these, not the last: `before` is then the last one looked at
};

}  // namespace playhead::session
