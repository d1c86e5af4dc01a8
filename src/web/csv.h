// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace playhead::web {

// A text as a field of CSV (RFC 4180). An empty one is quoted, to tell it from no value.
inline std::string csv_text(std::string_view text) {
    if (!text.empty() && text.find_first_of(",\"\r\n") == text.npos) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + "\"";
}

}  // namespace playhead::web
