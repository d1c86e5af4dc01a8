// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "session/live_view.h"
#include "web/live_query.h"

namespace playhead::web {

// What is being watched as GET /v1/live gives it (docs/live.md); one line. Pure, cannot fail: bytes
// that are not UTF-8 are replaced by U+FFFD.
std::string live_json(const session::LiveView& view, const LiveQuery& query);

}  // namespace playhead::web
