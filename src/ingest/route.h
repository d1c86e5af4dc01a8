// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "http/message.h"

namespace playhead::ingest {

// What a request of the collection API is for.
struct Route {
    enum class Kind : uint8_t {
        sessions,      // POST /api/v1/sessions
        events,        // POST /api/v1/sessions/{sid}/events
        downloaded,    // POST /api/v1/downloaded
        schema,        // GET or HEAD /api/v1/schemas/{eventType}
        preflight,     // OPTIONS of any of these
        wrong_method,  // another method on one of these
        unknown,
    };

    Kind kind = Kind::unknown;
    std::string_view name;     // {sid} or {eventType}, as sent; points into the target
    std::string_view allowed;  // for wrong_method: the value of `Allow`
};

// Protocol 2.4 and 2.6: the query is ignored, repeated slashes count as one, one at the end as
// none; case matters and nothing is decoded. `prefix` ("/some/prefix", or empty) may stand in
// front, once. A target in absolute form (http://host/path) is taken for its path.
Route route(http::Method method, std::string_view target, std::string_view prefix);

}  // namespace playhead::ingest
