// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "event/event_type.h"
#include "ingest/profile.h"

namespace playhead::ingest {

// The JSON Schema (draft-04, protocol section 6) that describes what Decoder accepts for one event
// type: made from the same catalogue, for the profile in force. Where draft-04 counts 3.0 as no
// integer, the decoder does.
//
// `host` goes into the schema's `id`; anything but a host and port (as of the Host header) is left
// out.
std::string schema_of(event::EventType type, Profile profile, std::string_view host);

}  // namespace playhead::ingest
