// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace playhead::ingest {

// The text of a body without the byte-order mark that some clients put before it.
std::string_view without_mark(std::string_view body);

// Appends the text as a JSON string with its quotes. `text` must be UTF-8.
void append_json_string(std::string_view text, std::string& to);

// A JSON pointer (RFC 6901): `start`, itself a pointer, and these names below it. Of a name longer
// than Problems::path_bytes only so much is used.
std::string json_pointer(std::string_view start, std::span<const std::string_view> names);

}  // namespace playhead::ingest
