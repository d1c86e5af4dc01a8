// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "session/rules.h"

namespace playhead::app {

// The rules in force as the body of a journal record (docs/format/record.md, kind 5). A replay must
// close each session at the same record as before, so the rules are part of the journal: they hold
// from their record on, for the sessions that are open then too.
std::string encode_rules(const session::Rules& rules);

// Nothing when the bytes are no rules that this version knows.
std::optional<session::Rules> decode_rules(std::string_view body);

}  // namespace playhead::app
