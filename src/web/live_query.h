// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "session/live_view.h"
#include "web/target.h"

namespace playhead::web {

constexpr size_t usual_live_values = 50;
constexpr size_t usual_live_seconds = 60;

// What GET /v1/live is asked for.
struct LiveQuery {
    session::LiveQuestion question;
    std::string by;  // the name of the dimension, or empty

    friend bool operator==(const LiveQuery&, const LiveQuery&) = default;
};

// Query parameters `by`, `limit` (1 to most_items), `seconds` and `valueSeconds` (0 to 900); see
// docs/live.md. Every other parameter, or one given twice, is refused.
std::expected<LiveQuery, Refusal> live_query_from(std::string_view query);

}  // namespace playhead::web
