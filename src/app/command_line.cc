// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.h"

#include <iostream>
#include <map>

#include <CLI/CLI.hpp>

namespace playhead::app {
namespace {

constexpr int usage_error = 2;

struct Flags {
    std::string config_file;
    std::map<std::string_view, std::string> texts;  // by key
};

void add_serve(CLI::App& app, Flags& flags) {
    CLI::App* serve = app.add_subcommand("serve", "Run the server");
    serve->add_option("--config", flags.config_file, "TOML file with the keys below")
        ->type_name("FILE");
    for (const ConfigKey& key : config_keys()) {
        std::string help(key.help);
        if (!key.choices.empty()) help += ": " + std::string(key.choices);
        help += " [" + environment_name(key) + "]";
        serve->add_option("--" + std::string(key.name), flags.texts[key.name], help)->type_name("");
    }
}

template <class Number>
CLI::Option* add_rule_set(CLI::App& words, Number& number) {
    return words.add_option("--rules", number, "number of a rule set (docs/rule-sets.md)")
        ->check(CLI::Range(session::first_rule_set, session::last_rule_set))
        ->type_name("N");
}

void add_rebuild(CLI::App& app, RebuildCommand& rebuild) {
    CLI::App* words =
        app.add_subcommand("rebuild", "Make the store of a stopped server again from its journal");
    words->add_option("--data", rebuild.data, "folder of a stopped server")->required();
    add_rule_set(*words, rebuild.rule_set);
}

void add_recompute(CLI::App& app, RecomputeOptions& options) {
    CLI::App* words = app.add_subcommand(
        "recompute", "Fold the journal again with another rule set and print what differs");
    words->add_option("--data", options.data, "folder of a stopped server")->required();
    add_rule_set(*words, options.rule_set)->required();
    CLI::Option* to =
        words->add_option("--to", options.to, "file of the second store, which must not be there")
            ->type_name("FILE");
    words
        ->add_flag("--adopt", options.adopt,
                   "put the second store in the place of the first, which is kept beside")
        ->excludes(to);
}

base::Result<Config> settle(const CLI::App& serve, const Flags& flags) {
    Config config;
    if (!flags.config_file.empty()) {
        auto set = set_from_file(config, flags.config_file);
        if (!set) return std::unexpected(set.error());
    }
    auto set = set_from_environment(config);
    if (!set) return std::unexpected(set.error());
    for (const ConfigKey& key : config_keys()) {
        const std::string flag = "--" + std::string(key.name);
        if (serve.get_option(flag)->empty()) continue;
        set = set_from_text(config, key, flags.texts.at(key.name));
        if (!set) return base::fail(set.error().code, flag + ": " + set.error().what);
    }
    return config;
}

Command serve_command(const CLI::App& serve, const Flags& flags) {
    auto config = settle(serve, flags);
    if (!config) {
        std::cerr << "playhead: " << config.error().what << '\n';
        return Answered{usage_error};
    }
    return ServeCommand{std::move(*config)};
}

}  // namespace

Command read_command_line(int count, char** words) {
    CLI::App app("playhead: a server for the Media Collection API", "playhead");
    app.require_subcommand(1);
    app.set_version_flag("--version", "playhead " PLAYHEAD_VERSION);
    Flags flags;
    add_serve(app, flags);
    FoldCommand fold;
    CLI::App* fold_words =
        app.add_subcommand("fold", "Print what the session core makes of the events in a file");
    fold_words->add_option("FILE", fold.file, "JSON document; - is standard input")->required();
    add_rule_set(*fold_words, fold.rule_set);
    VerifyCommand verify;
    app.add_subcommand("verify", "Read the whole journal of a data folder and check every frame")
        ->add_option("--data", verify.data, "folder of a stopped or running server")
        ->required();
    RebuildCommand rebuild;
    RecomputeCommand recompute;
    add_rebuild(app, rebuild);
    add_recompute(app, recompute.options);
    BackupCommand backup;
    CLI::App* backup_words =
        app.add_subcommand("backup", "Copy the journal and the key of a data folder");
    backup_words->add_option("--data", backup.data, "folder of a stopped or running server")
        ->required();
    backup_words->add_option("--to", backup.to, "empty folder, or one to be made")->required();
    try {
        app.parse(count, words);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return Answered{code == 0 ? 0 : usage_error};
    }
    if (app.got_subcommand("fold")) return fold;
    if (app.got_subcommand("verify")) return verify;
    if (app.got_subcommand("rebuild")) return rebuild;
    if (app.got_subcommand("recompute")) return recompute;
    if (app.got_subcommand("backup")) return backup;
    return serve_command(*app.get_subcommand("serve"), flags);
}

}  // namespace playhead::app
