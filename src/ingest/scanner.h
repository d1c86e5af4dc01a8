// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "event/event.h"

namespace playhead::ingest {

// Reads an event as most players write it, in one pass and without a call of the JSON library: for
// the decoder, which asks here first and reads every other body by itself.
//
// True: the event is valid in both profiles, and `event` is what the decoder would have made of it,
// fingerprint included; its texts point into `body`. False: nothing is said about the body, and
// `event` is unspecified. Read are bodies
//   - without white space between the tokens, whose texts are ASCII without escapes,
//   - in which no name stands twice in an object, with at most `most_metadata` of custom metadata,
//   - whose values are texts, booleans and numbers of at most 18 digits without an exponent (15
//     with a fraction),
//   - that are valid in the profile `standard`.
// `body` must be followed by 8 readable bytes. Does not allocate once `event` has its capacity.
bool scan(std::string_view body, event::Event& event);

constexpr size_t most_metadata = 16;

}  // namespace playhead::ingest
