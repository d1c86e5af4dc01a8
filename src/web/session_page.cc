// SPDX-License-Identifier: Apache-2.0
#include "web/session_page.h"

#include <algorithm>
#include <functional>
#include <iterator>

#include "base/check.h"

namespace playhead::web {

using session::SessionRow;

SessionPage merge_newest_first(OpenSessions open, std::vector<SessionRow> stored, size_t limit) {
    CHECK(limit > 0);
    std::ranges::sort(open.rows, std::greater{}, &SessionRow::id);
    std::ranges::sort(stored, std::greater{}, &SessionRow::id);
    SessionPage page;
    // Of what is in both, a union takes the one of the first list.
    std::ranges::set_union(stored, open.rows, std::back_inserter(page.rows), std::greater{},
                           &SessionRow::id, &SessionRow::id);
    if (open.looked_at) {
        std::erase_if(page.rows, [&](const SessionRow& row) { return row.id < *open.looked_at; });
        page.next = open.looked_at->text();
    }
    if (page.rows.size() > limit) {
        page.rows.resize(limit);
        page.next = page.rows.back().id.text();
    }
    return page;
}

}  // namespace playhead::web
