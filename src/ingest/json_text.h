// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace playhead::ingest {

// Appends the text as a JSON string with its quotes. `text` must be UTF-8.
void append_json_string(std::string_view text, std::string& to);

// A JSON pointer (RFC 6901): `start`, itself a pointer, and these names below it. Of a name longer
// than Problems::path_bytes only so much is used.
std::string json_pointer(std::string_view start, std::span<const std::string_view> names);

}  // namespace playhead::ingest
