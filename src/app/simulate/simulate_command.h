// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/simulate/simulation.h"

namespace playhead::app {

// `playhead simulate`: synthetic viewers against a server. Prints what was sent and what came back
// as one JSON object. SIGINT and SIGTERM end it early. The exit code is 0 when the server took
// anything.
int simulate(const std::string& target, Simulation::Options options);

}  // namespace playhead::app
