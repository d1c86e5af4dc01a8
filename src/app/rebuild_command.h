// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace playhead::app {

// `playhead rebuild --data DIR`: makes the store of a stopped server again from its kept journal,
// into a new file that takes the place of the old one in one step, so that a kill leaves the old
// one. Each session by the rule set that the journal says, or by `rule_set`. Of sessions that are
// no longer kept the old rows are carried over, if the old store can be read. Prints counts as
// JSON. Gives 0; 1 with a sentence on standard error when it cannot be done.
int rebuild(const std::string& data, std::optional<int64_t> rule_set);

}  // namespace playhead::app
