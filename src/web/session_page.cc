// SPDX-License-Identifier: Apache-2.0
#include "web/session_page.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"

namespace playhead::web {

using session::SessionRow;

SessionPage merge_newest_first(std::vector<SessionRow> open, std::vector<SessionRow> stored,
                               size_t limit) {
    CHECK(limit > 0);
    SessionPage page;
    page.rows = std::move(stored);
    page.rows.insert(page.rows.end(), std::make_move_iterator(open.begin()),
                     std::make_move_iterator(open.end()));
    // The sort is stable, so that of two rows of one session the stored one stays in front.
    std::ranges::stable_sort(page.rows, std::greater{}, &SessionRow::id);
    const auto repeated = std::ranges::unique(page.rows, {}, &SessionRow::id);
    page.rows.erase(repeated.begin(), repeated.end());
    if (page.rows.size() > limit) {
        page.rows.resize(limit);
        page.next = page.rows.back().id.text();
    }
    return page;
}

}  // namespace playhead::web
