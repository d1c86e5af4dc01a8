// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

#include <algorithm>

namespace playhead::store {

bool is_of_viewer(const session::SessionRow& row, std::string_view id) {
    using P = event::Parameter;
    constexpr P viewer_ids[] = {P::visitor_marketing_cloud_user_id, P::analytics_visitor_id,
                                P::analytics_aid, P::app_installation_id};
    if (row.id.text() == id) return true;
    return std::ranges::any_of(row.dimensions, [&](const session::Dimension& sent) {
        return sent.value == id && std::ranges::find(viewer_ids, sent.name) != std::end(viewer_ids);
    });
}

ViewerSession viewer_session(const session::SessionRow& row) {
    return {.id = row.id,
            .first_offset = row.offsets.empty() ? 0 : row.offsets.front(),
            .records = row.offsets.size(),
            .rows = 1 + row.ads.size() + row.chapters.size() + row.states.size() +
                    row.player_sdk_errors.size() + row.external_errors.size()};
}

}  // namespace playhead::store
