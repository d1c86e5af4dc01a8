// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "event/limits.h"
#include "session/rules.h"

namespace playhead::app {

// Everything an operator may set. The defaults are safe and work without a file.
struct Config {
    std::string data = "./data";
    std::string listen = "0.0.0.0:8080";
    std::string admin = "127.0.0.1:8081";
    std::string admin_tokens = "auto";

    std::string log_format = "text";

    std::string tls_certificate;  // empty: no TLS
    std::string tls_key;
    std::string tls_admin = "auto";

    int64_t inactivity_seconds = event::inactivity_ms / 1000;
    int64_t idle_seconds = event::idle_ms / 1000;
    int64_t reorder_seconds = event::reorder_ms / 1000;
    int64_t end_grace_seconds = event::end_grace_ms / 1000;
    int64_t tombstone_hours = event::tombstone_ms / 3'600'000;
    int64_t max_sessions = static_cast<int64_t>(session::Rules().max_sessions);
    int64_t rules = session::Rules().rule_set;

    int64_t segment_bytes = 64 << 20;
    int64_t quarantine_bytes = 16 << 20;
    int64_t retention_hours = 0;  // 0: for ever
    int64_t retention_bytes = 0;  // 0: everything
    int64_t snapshot_seconds = 300;

    std::string profile = "standard";
    std::string path_prefix;
    std::vector<std::string> report_suites;

    int64_t threads = 0;  // 0: half of the cores, at least one
    int64_t max_connections = 100'000;
    int64_t max_connections_per_address = 0;  // 0: no limit
    int64_t max_requests_per_address = 0;     // 0: no limit
    std::vector<std::string> proxies;
    std::string client_address = "connection";
    int64_t http_idle_seconds = 75;
    int64_t http_request_seconds = 30;

    std::string forward_url;          // empty: nothing is forwarded
    std::string forward_authorities;  // empty: those of the system
    int64_t forward_connections = 16;
    int64_t forward_lag_seconds = 300;
};

// One key: what it is called (`section.name` in the file, `--section.name` as a flag,
// `PLAYHEAD_SECTION_NAME` in the environment), where it lives and what it may be.
struct ConfigKey {
    using Member =
        std::variant<int64_t Config::*, std::string Config::*, std::vector<std::string> Config::*>;

    std::string_view name;
    Member member;
    int64_t least = 0;  // of an integer
    int64_t most = 0;
    std::string_view choices;            // of a string: "a|b", or empty for any
    std::string_view help;               // one sentence, with the unit
    bool changes_while_running = false;  // SIGHUP takes it over; the others need a restart
};

// Where a value comes from, as people would say it: "playhead.toml line 3", "PLAYHEAD_DATA",
// "--data". By the key's name; a key that is not in it has its default.
using Origins = std::map<std::string_view, std::string>;

// The one table of keys: file, environment, flags and documentation come from it.
std::span<const ConfigKey> config_keys();

// `PLAYHEAD_SESSION_IDLE_SECONDS` for `session.idle_seconds`.
std::string environment_name(const ConfigKey& key);

// Sets one key from text; a list is separated by commas. Error `invalid` says which key, what was
// given and what is accepted.
base::Result<void> set_from_text(Config& config, const ConfigKey& key, std::string_view text);

// Takes over a TOML file. Error `invalid` names file, line, key and remedy; an unknown key is one.
base::Result<void> set_from_file(Config& config, Origins& origins, const std::string& path);

// Takes over every variable of the environment that names a key.
base::Result<void> set_from_environment(Config& config, Origins& origins);

}  // namespace playhead::app
