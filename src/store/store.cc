// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

namespace playhead::store {

ViewerSession viewer_session(const session::SessionRow& row) {
    return {.id = row.id,
            .first_offset = row.offsets.empty() ? 0 : row.offsets.front(),
            .records = row.offsets.size(),
            .rows = 1 + row.ads.size() + row.chapters.size() + row.states.size() +
                    row.player_sdk_errors.size() + row.external_errors.size()};
}

}  // namespace playhead::store
