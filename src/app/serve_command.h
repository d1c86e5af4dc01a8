// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/settings.h"

namespace playhead::app {

// `playhead serve`: runs until SIGTERM or SIGINT, then stops accepting, finishes and gives 0.
// Prints one line that begins with `playhead ready` and names both addresses when it can serve.
// Gives 1, with a sentence on standard error, when it cannot start.
// On SIGHUP it reads `sources` again, takes over what can change and logs the difference; what is
// not accepted is logged and changes nothing.
int serve(const SettingSources& sources, const Settings& settings);

}  // namespace playhead::app
