// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace playhead::app {

// `playhead fold FILE`: no server; reads one JSON document ("-" is standard input) of events and
// prints what the session core makes of it with this rule set as one JSON object (contract: fold),
// if wanted with the times in which content and ads ran (web/session_json.h).
// Gives 0; 1 with a sentence on standard error when the document cannot be read or an event in it
// is not valid.
int fold(const std::string& file, int64_t rule_set, bool with_spans);

}  // namespace playhead::app
