// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "ingest/decoder.h"

namespace playhead::ingest {

// Appends the JSON `text` to `to` so that no object in it names a member twice: of members with the
// same name only the last is left (protocol 2.3). `text` must be sound JSON of bounded nesting,
// followed by http::body_padding readable bytes. Rare, so it need not be fast; its time grows with
// size times depth.
void append_unrepeated(JsonParts& parts, std::string_view text, std::string& to);

}  // namespace playhead::ingest
