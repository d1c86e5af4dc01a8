// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

namespace playhead::ingest {

// What a key of `customMetadata` may be (protocol section 15), once for schemas and once for the
// decoder; a test holds the two together.
constexpr std::string_view metadata_key_pattern = "^[a-zA-Z0-9_\\.]+$";

inline bool is_metadata_key(std::string_view key) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.';
    };
    return !key.empty() && std::all_of(key.begin(), key.end(), allowed);
}

}  // namespace playhead::ingest
