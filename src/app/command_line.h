// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "app/export_command.h"
#include "app/recompute_command.h"
#include "app/settings.h"
#include "app/simulate/simulation.h"
#include "app/token_command.h"

namespace playhead::app {

struct ServeCommand {
    SettingSources sources;  // to be read again on SIGHUP
    Settings settings;
};

struct ConfigCommand {
    Settings settings;
    bool as_markdown = false;
};

struct DoctorCommand {
    Settings settings;
    bool as_json = false;
};

struct FoldCommand {
    std::string file;  // "-" is standard input
    int64_t rule_set = session::first_rule_set;
    bool with_spans = false;
};

struct VerifyCommand {
    std::string data;
};

struct RebuildCommand {
    std::string data;
    std::optional<int64_t> rule_set;
};

struct RecomputeCommand {
    RecomputeOptions options;
};

struct BackupCommand {
    std::string data;
    std::string to;
};

struct SimulateCommand {
    std::string target;
    Simulation::Options options;
};

// The command line was answered already (help, version, a mistake): end with this code.
struct Answered {
    int exit_code = 0;
};

using Command = std::variant<ServeCommand, ConfigCommand, DoctorCommand, FoldCommand, VerifyCommand,
                             RebuildCommand, RecomputeCommand, BackupCommand, SimulateCommand,
                             TokenOptions, ExportOptions, Answered>;

// Reads the command line. For `serve`, `config` and `doctor` the settings are taken, each over the
// one before, from the defaults, the file named by --config, the environment and the flags. A
// mistake is told on standard error with what would be right, and gives exit code 2.
Command read_command_line(int count, char** words);

}  // namespace playhead::app
