// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "http/message.h"

namespace playhead::web {

// A file of the dashboard, which is part of the program (cmake/dashboard.cmake).
struct Asset {
    std::string_view path;  // below the root of the admin address
    std::string_view type;
    std::string_view tag;  // changes with the content
    std::string_view plain;
    std::string_view gzip;    // empty: not worth it
    std::string_view brotli;  // likewise
};

std::span<const Asset> embedded_assets();

// The answer to a GET or HEAD for a file of the dashboard, or for the one page that all its views
// begin with. Nothing when what is asked for is neither. Compressed as the client can read it; 304
// when it has it already. Files with a name of their content may be kept for ever. `https_only`:
// the browser is told to come to this name by https from now on.
std::optional<http::Response> asset_answer(const http::Request& request, bool https_only);

}  // namespace playhead::web
