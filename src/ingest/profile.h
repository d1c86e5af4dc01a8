// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace playhead::ingest {

// How strictly bodies are judged (protocol 11.1).
enum class Profile : uint8_t {
    // The closed world of the catalogue.
    standard,

    // Differs from `standard` in this and nothing else (protocol 16.9): unknown keys in `params`
    // and
    // `qoeData` are ignored, null means absent, fractional quality values are truncated,
    // `media.channel`, `media.playerName` and `media.ad.playerName` are not required. So it accepts
    // whatever `standard` accepts, with the same result.
    lenient,
};

}  // namespace playhead::ingest
