// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace playhead::app {

// `playhead verify --data DIR`: reads the whole journal of a stopped or running server, checks
// every frame and prints the counts as one JSON object. Gives 0 when it is sound, 1 when it is
// damaged or cannot be read.
int verify(const std::string& data);

}  // namespace playhead::app
