// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.h"

#include <iostream>
#include <map>

#include <CLI/CLI.hpp>

#include "web/scope.h"

namespace playhead::app {
namespace {

constexpr int usage_error = 2;

struct Flags {
    std::string config_file;
    std::map<std::string_view, std::string> texts;  // by key
    bool as_markdown = false;
    bool as_json = false;
};

void add_settings(CLI::App& words, Flags& flags) {
    words.add_option("--config", flags.config_file, "TOML file with the keys below")
        ->type_name("FILE");
    for (const ConfigKey& key : config_keys()) {
        std::string help(key.help);
        if (!key.choices.empty()) help += ": " + std::string(key.choices);
        help += " [" + environment_name(key) + "]";
        words.add_option("--" + std::string(key.name), flags.texts[key.name], help)->type_name("");
    }
}

void add_commands_with_settings(CLI::App& app, Flags& flags) {
    add_settings(*app.add_subcommand("serve", "Run the server"), flags);
    CLI::App* words = app.add_subcommand(
        "config", "Print the values that `serve` would have, and where each comes from");
    add_settings(*words, flags);
    words->add_flag("--markdown", flags.as_markdown, "the table of keys in docs/configuration.md");
    words = app.add_subcommand(
        "doctor", "Look at this machine: what a server can do here and what is in its way");
    add_settings(*words, flags);
    words->add_flag("--json", flags.as_json, "as one JSON document");
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

// Each action sets what it is when it is the one that was given.
CLI::App* add_token_action(CLI::App& token, TokenOptions& options, TokenOptions::Action action,
                           const std::string& name, const std::string& help) {
    CLI::App* words = token.add_subcommand(name, help);
    words->callback([&options, action] { options.action = action; });
    words->add_option("--data", options.data, "folder of a stopped or running server")->required();
    return words;
}

void add_token(CLI::App& app, TokenOptions& options) {
    using Action = TokenOptions::Action;
    constexpr int64_t days_most = 3650;
    constexpr int64_t grace_most = 24 * 365;
    CLI::App* token = app.add_subcommand("token", "Bearer tokens of the admin address");
    token->require_subcommand(1);
    CLI::App* words = add_token_action(*token, options, Action::create, "create",
                                       "Make a token and print it, once");
    words->add_option("--scope", options.scopes, "what it may do: " + web::known_scopes())
        ->required()
        ->type_name("SCOPE");
    words->add_option("--name", options.name, "what people call it")->type_name("NAME");
    words->add_option("--days", options.days, "valid so long; 0: until it is revoked")
        ->check(CLI::Range(int64_t{0}, days_most))
        ->type_name("N");
    add_token_action(*token, options, Action::list, "list", "Print what there is, without secrets");
    words = add_token_action(*token, options, Action::rotate, "rotate",
                             "Make a token that may do the same, and let the old one end");
    words->add_option("ID", options.id, "id of the old one")->required();
    words->add_option("--grace-hours", options.grace_hours, "the old one is valid still so long")
        ->check(CLI::Range(int64_t{0}, grace_most))
        ->type_name("N");
    words = add_token_action(*token, options, Action::revoke, "revoke", "End a token now");
    words->add_option("ID", options.id, "its id")->required();
}

void add_simulate(CLI::App& app, SimulateCommand& simulate) {
    CLI::App* words = app.add_subcommand(
        "simulate", "Synthetic viewers with the habits of real players, for trying things out");
    Simulation::Options& options = simulate.options;
    words->add_option("--target", simulate.target, "http://HOST:PORT of a server's players' side")
        ->required()
        ->type_name("URL");
    words->add_option("--viewers", options.viewers, "who watch at the best time of the run")
        ->required()
        ->check(CLI::Range(1, 100'000))
        ->type_name("N");
    words->add_option("--seconds", options.seconds, "how long it lasts")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str()
        ->type_name("S");
    words
        ->add_option("--speed", options.speed,
                     "how fast the viewers' clocks run; above 1 they begin in the past")
        ->check(CLI::Range(0.1, 10'000.0))
        ->capture_default_str()
        ->type_name("X");
    words->add_option("--seed", options.seed, "another seed, other viewers")
        ->capture_default_str()
        ->type_name("K");
}

void add_export(CLI::App& app, ExportOptions& options) {
    CLI::App* words = app.add_subcommand(
        "export", "Write all rows and events as Parquet, CSV or NDJSON, a folder for each day");
    words->add_option("--data", options.data, "folder of a stopped or running server")->required();
    words->add_option("--to", options.to, "folder for the files")->required();
    words->add_option("--format", options.format, "parquet, csv or ndjson")->required();
    words->add_option("--from", options.from, "the first day, as 2026-11-26")->type_name("DAY");
    words->add_option("--until", options.until, "the day behind the last one")->type_name("DAY");
}

Command with_settings(const CLI::App& app, const Flags& flags) {
    const CLI::App* words = app.get_subcommands().front();
    SettingSources sources{.file = flags.config_file, .flags = {}};
    for (const ConfigKey& key : config_keys()) {
        if (words->get_option("--" + std::string(key.name))->empty()) continue;
        sources.flags[key.name] = flags.texts.at(key.name);
    }
    auto settings = settle(sources);
    if (!settings) {
        std::cerr << "playhead: " << settings.error().what << '\n';
        return Answered{usage_error};
    }
    if (words->get_name() == "config") return ConfigCommand{*settings, flags.as_markdown};
    if (words->get_name() == "doctor") return DoctorCommand{*settings, flags.as_json};
    return ServeCommand{std::move(sources), *std::move(settings)};
}

}  // namespace

Command read_command_line(int count, char** words) {
    CLI::App app("playhead: a server for the Media Collection API", "playhead");
    app.require_subcommand(1);
    app.set_version_flag("--version", "playhead " PLAYHEAD_VERSION);
    Flags flags;
    add_commands_with_settings(app, flags);
    FoldCommand fold;
    CLI::App* fold_words =
        app.add_subcommand("fold", "Print what the session core makes of the events in a file");
    fold_words->add_option("FILE", fold.file, "JSON document; - is standard input")->required();
    add_rule_set(*fold_words, fold.rule_set);
    fold_words->add_flag("--spans", fold.with_spans, "also when content and ads ran");
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
    TokenOptions tokens;
    add_token(app, tokens);
    ExportOptions exported;
    add_export(app, exported);
    SimulateCommand simulate;
    add_simulate(app, simulate);
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
    if (app.got_subcommand("token")) return tokens;
    if (app.got_subcommand("export")) return exported;
    if (app.got_subcommand("simulate")) return simulate;
    return with_settings(app, flags);
}

}  // namespace playhead::app
