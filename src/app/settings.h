// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "base/error.h"

namespace playhead::app {

// What an operator wrote, beside the environment: kept so that it can be read again on SIGHUP.
struct SettingSources {
    std::string file;                               // empty: none
    std::map<std::string_view, std::string> flags;  // text by ConfigKey::name
};

// The values in force, and where each comes from.
struct Settings {
    Config config;
    Origins origins;
};

// Defaults, file, environment and flags, each over the one before. Error `invalid` names the place,
// the key and what would be right; also for values that are each allowed and contradict each other.
base::Result<Settings> settle(const SettingSources& sources);

// What settle() refuses beyond single values.
base::Result<void> refuse_contradictions(const Settings& settings);

// "PLAYHEAD_DATA", "playhead.toml line 3", or "default".
std::string origin_of(const Settings& settings, const ConfigKey& key);

// A value as it would stand in a TOML file.
std::string toml_value(const Config& config, const ConfigKey& key);

// What it may be: "1 to 60", "auto or required", "text", "list of texts".
std::string accepted_values(const ConfigKey& key);

// Takes over what may change while the server runs. Gives a sentence for each key that differs:
// what it is now, or that it needs a restart (and then `running` keeps its value).
std::vector<std::string> take_over(Config& running, const Settings& wanted);

}  // namespace playhead::app
