// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string_view>

#include "session/session_filter.h"
#include "web/target.h"

namespace playhead::web {

// What GET /v1/sessions is asked for.
struct SessionQuery {
    session::SessionFilter filter;
    std::optional<event::SessionId> before;  // the cursor
    size_t limit = usual_sessions;
};

// Query parameters `cursor` and `limit` as everywhere, `state`, `viewer`, `from`, `to`, `outcome`,
// `verdict`, string parameters of sessionStart by their names, and `c.<key>`; see docs/sessions.md.
// Every other parameter, or one given twice, is refused.
std::expected<SessionQuery, Refusal> session_query_from(std::string_view query);

}  // namespace playhead::web
