// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/settings.h"

namespace playhead::app {

// `playhead config`: the values in force as a TOML file that gives the same values again, each with
// what it means, what it may be and where it comes from.
std::string config_as_toml(const Settings& settings);

// The table of keys in docs/configuration.md.
std::string config_as_markdown();

// `playhead config` and `playhead config --markdown`. Gives the exit code.
int print_config(const Settings& settings, bool as_markdown);

}  // namespace playhead::app
