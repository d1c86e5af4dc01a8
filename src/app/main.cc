// SPDX-License-Identifier: Apache-2.0
#include <variant>

#include "app/backup_command.h"
#include "app/command_line.h"
#include "app/config_command.h"
#include "app/doctor_command.h"
#include "app/export_command.h"
#include "app/fold_command.h"
#include "app/rebuild_command.h"
#include "app/recompute_command.h"
#include "app/serve_command.h"
#include "app/simulate/simulate_command.h"
#include "app/token_command.h"
#include "app/verify_command.h"

namespace playhead::app {
namespace {

int run(const ServeCommand& command) {
    return serve(command.sources, command.settings);
}

int run(const ConfigCommand& command) {
    return print_config(command.settings, command.as_markdown);
}

int run(const DoctorCommand& command) {
    return examine_machine(command.settings, command.as_json);
}

int run(const FoldCommand& command) {
    return fold(command.file, command.rule_set, command.with_spans);
}

int run(const VerifyCommand& command) {
    return verify(command.data);
}

int run(const RebuildCommand& command) {
    return rebuild(command.data, command.rule_set);
}

int run(const RecomputeCommand& command) {
    return recompute(command.options);
}

int run(const BackupCommand& command) {
    return back_up(command.data, command.to);
}

int run(const ExportOptions& options) {
    return export_data(options);
}

int run(const TokenOptions& options) {
    return tokens(options);
}

int run(const SimulateCommand& command) {
    return simulate(command.target, command.options);
}

int run(const Answered& answered) {
    return answered.exit_code;
}

}  // namespace
}  // namespace playhead::app

int main(int count, char** words) {
    const auto command = playhead::app::read_command_line(count, words);
    return std::visit([](const auto& one) { return playhead::app::run(one); }, command);
}
