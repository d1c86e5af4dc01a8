// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace playhead::base {

// One line on standard error for a change of state of the process, never one per event: events are
// counted. `error` means that data was lost or that somebody must act. Safe from any thread; a line
// is written with one system call, so that lines do not mix.
enum class Level { info, warning, error };

void log(Level level, std::string_view message);

// Nothing is written from now on: for a simulation, in which all this happens all the time.
void silence_log();

}  // namespace playhead::base
