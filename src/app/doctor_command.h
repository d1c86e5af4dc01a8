// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/settings.h"

namespace playhead::app {

// `playhead doctor`: prints what was found, a line each, or with `as_json` one JSON document. Gives
// 1 when a server would not work well here, else 0 (also with warnings).
int examine_machine(const Settings& settings, bool as_json);

}  // namespace playhead::app
