// SPDX-License-Identifier: Apache-2.0
#include "app/config.h"

#include <array>
#include <charconv>
#include <cstdlib>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "app/forward/other_back_end.h"

namespace playhead::app {
namespace {

constexpr int64_t day_seconds = 86'400;

constexpr std::array<ConfigKey, 35> keys = {{
    {"data", &Config::data, 0, 0, "", "folder of this server's data; made when it is not there"},
    {"listen", &Config::listen, 0, 0, "", "HOST:PORT for players; port 0 takes any free one"},
    {"admin", &Config::admin, 0, 0, "", "HOST:PORT for operators and analysts"},
    {"admin_tokens", &Config::admin_tokens, 0, 0, "auto|required",
     "whether the admin address asks for a token; auto: when it is not loopback"},
    {"log.format", &Config::log_format, 0, 0, "text|json",
     "how a line of the log looks: text, or a JSON object with time, level and message", true},
    {"tls.certificate", &Config::tls_certificate, 0, 0, "",
     "PEM file, the own certificate first; the address for players then speaks TLS only"},
    {"tls.key", &Config::tls_key, 0, 0, "",
     "PEM file of the certificate's private key, without a passphrase"},
    {"tls.admin", &Config::tls_admin, 0, 0, "auto|required",
     "whether the admin address speaks TLS too; auto: when it is not loopback"},
    {"session.inactivity_seconds", &Config::inactivity_seconds, 1, 7 * day_seconds, "",
     "a session closes when nothing arrived for so long, in seconds"},
    {"session.idle_seconds", &Config::idle_seconds, 1, 7 * day_seconds, "",
     "a session closes when its playhead did not move for so long, in seconds"},
    {"session.reorder_seconds", &Config::reorder_seconds, 0, 60, "",
     "events wait so long for earlier ones that were overtaken, in seconds"},
    {"session.end_grace_seconds", &Config::end_grace_seconds, 0, 60, "",
     "after sessionEnd, events stamped before it are accepted so long, in seconds"},
    {"session.tombstone_hours", &Config::tombstone_hours, 0, 24 * 365, "",
     "a closed session answers 410 so long, then 404, in hours"},
    {"session.max_sessions", &Config::max_sessions, 1, 100'000'000, "",
     "open sessions at one time; beyond it the one that was silent longest closes"},
    {"session.rules", &Config::rules, session::first_rule_set, session::last_rule_set, "",
     "rule set of the sessions that start from now on (docs/rule-sets.md)"},
    {"journal.segment_bytes", &Config::segment_bytes, 1 << 20, 1LL << 32, "",
     "size of a journal file, in bytes"},
    {"quarantine.bytes", &Config::quarantine_bytes, 1 << 20, 1LL << 40, "",
     "events of unknown and closed sessions are kept up to this size, in bytes"},
    {"journal.retention_hours", &Config::retention_hours, 0, 24 * 3650, "",
     "journal files go when all in them is older, in hours; 0: never", true},
    {"journal.retention_bytes", &Config::retention_bytes, 0, INT64_MAX, "",
     "the oldest journal files go when there are more bytes than this; 0: never", true},
    {"snapshot.interval_seconds", &Config::snapshot_seconds, 1, day_seconds, "",
     "a snapshot of the open sessions is taken so often, so that a start reads little, in seconds"},
    {"ingest.profile", &Config::profile, 0, 0, "standard|lenient",
     "how strictly bodies are validated (protocol 11.1)"},
    {"ingest.path_prefix", &Config::path_prefix, 0, 0, "",
     "path before /api/v1 that a proxy leaves in place, for example /media"},
    {"ingest.report_suites", &Config::report_suites, 0, 0, "",
     "report suites that are accepted, separated by commas; empty: all"},
    {"http.threads", &Config::threads, 0, 256, "",
     "threads that talk to players; 0: half of the cores, at least one"},
    {"http.max_connections", &Config::max_connections, 1, 10'000'000, "",
     "connections of players at one time; beyond it a connection is answered 503"},
    {"http.max_connections_per_address", &Config::max_connections_per_address, 0, 10'000'000, "",
     "of those, from one address or IPv6 network of 64 bits; 0: no such limit"},
    {"http.max_requests_per_address", &Config::max_requests_per_address, 0, 1'000'000, "",
     "requests a second of one address or IPv6 network of 64 bits, more get 503; 0: no limit"},
    {"http.proxies", &Config::proxies, 0, 0, "",
     "addresses of fronts, like 10.0.0.0/8, that are believed and have no limits themselves"},
    {"http.client_address", &Config::client_address, 0, 0, "connection|proxy_protocol|forwarded",
     "how http.proxies say where a client is: not at all, by the PROXY protocol, which they then "
     "must send, or by the header Forwarded"},
    {"http.idle_seconds", &Config::http_idle_seconds, 1, day_seconds, "",
     "a player's connection closes when it asked nothing for so long, in seconds"},
    {"http.request_seconds", &Config::http_request_seconds, 1, 3600, "",
     "a request arrives, and its answer is taken, within so long, in seconds"},
    {"forward.url", &Config::forward_url, 0, 0, "",
     "another back end, http or https://HOST[:PORT][/PREFIX], that gets a copy of all that is "
     "accepted; empty: none (docs/moving.md)"},
    {"forward.authorities", &Config::forward_authorities, 0, 0, "",
     "PEM file of who may sign the certificate of forward.url; empty: those of the system"},
    {"forward.connections", &Config::forward_connections, 1,
     static_cast<int64_t>(OtherBackEnd::connections_max), "",
     "connections to forward.url; each carries one request at a time"},
    {"forward.lag_seconds", &Config::forward_lag_seconds, 1, 3600, "",
     "when forwarding would be later than this, what waits is skipped and counted, in seconds"},
}};

const ConfigKey* key_named(std::string_view name) {
    for (const ConfigKey& key : keys) {
        if (key.name == name) return &key;
    }
    return nullptr;
}

std::string known_names() {
    std::string names;
    for (const ConfigKey& key : keys) {
        if (!names.empty()) names += ", ";
        names += key.name;
    }
    return names;
}

bool is_choice(std::string_view choices, std::string_view text) {
    while (!choices.empty()) {
        const size_t bar = choices.find('|');
        if (choices.substr(0, bar) == text) return true;
        if (bar == std::string_view::npos) break;
        choices.remove_prefix(bar + 1);
    }
    return false;
}

base::Result<void> set_integer(int64_t& member, const ConfigKey& key, std::string_view text) {
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (!whole || value < key.least || value > key.most) {
        return base::fail(base::ErrorCode::invalid,
                          std::string(key.name) + " is '" + std::string(text) +
                              "'; it takes a whole number from " + std::to_string(key.least) +
                              " to " + std::to_string(key.most) + " (" + std::string(key.help) +
                              ")");
    }
    member = value;
    return {};
}

void set_list(std::vector<std::string>& member, std::string_view text) {
    member.clear();
    while (!text.empty()) {
        const size_t comma = text.find(',');
        if (comma != 0) member.emplace_back(text.substr(0, comma));
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
    }
}

// One value of a file, as the text that a flag would have. Nothing for a kind that no key takes.
std::optional<std::string> text_of(const toml::node& node) {
    if (const auto* value = node.as_integer()) return std::to_string(value->get());
    if (const auto* value = node.as_string()) return value->get();
    const auto* list = node.as_array();
    if (list == nullptr) return std::nullopt;
    std::string joined;
    for (const toml::node& item : *list) {
        const auto* text = item.as_string();
        if (text == nullptr) return std::nullopt;
        if (!joined.empty()) joined += ',';
        joined += text->get();
    }
    return joined;
}

std::string place(const std::string& path, const toml::node& node) {
    return path + " line " + std::to_string(node.source().begin.line);
}

base::Result<void> set_node(Config& config, Origins& origins, const std::string& path,
                            const std::string& name, const toml::node& node) {
    const std::string here = place(path, node);
    const ConfigKey* key = key_named(name);
    if (key == nullptr) {
        return base::fail(base::ErrorCode::invalid, here + ": there is no key '" + name +
                                                        "'; the keys are: " + known_names());
    }
    const auto text = text_of(node);
    if (!text) {
        return base::fail(
            base::ErrorCode::invalid,
            here + ": " + name + " has a value of the wrong kind (" + std::string(key->help) + ")");
    }
    auto set = set_from_text(config, *key, *text);
    if (!set) return base::fail(set.error().code, here + ": " + set.error().what);
    origins[key->name] = here;
    return {};
}

}  // namespace

std::span<const ConfigKey> config_keys() {
    return keys;
}

std::string environment_name(const ConfigKey& key) {
    std::string name = "PLAYHEAD_";
    for (const char c : key.name) {
        name += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    return name;
}

base::Result<void> set_from_text(Config& config, const ConfigKey& key, std::string_view text) {
    if (const auto* member = std::get_if<int64_t Config::*>(&key.member)) {
        return set_integer(config.*(*member), key, text);
    }
    if (const auto* member = std::get_if<std::vector<std::string> Config::*>(&key.member)) {
        set_list(config.*(*member), text);
        return {};
    }
    if (!key.choices.empty() && !is_choice(key.choices, text)) {
        return base::fail(base::ErrorCode::invalid,
                          std::string(key.name) + " is '" + std::string(text) + "'; it takes " +
                              std::string(key.choices) + " (" + std::string(key.help) + ")");
    }
    config.*std::get<std::string Config::*>(key.member) = text;
    return {};
}

base::Result<void> set_from_file(Config& config, Origins& origins, const std::string& path) {
    const toml::parse_result parsed = toml::parse_file(path);
    if (!parsed) {
        const toml::parse_error& error = parsed.error();
        return base::fail(base::ErrorCode::invalid, path + " line " +
                                                        std::to_string(error.source().begin.line) +
                                                        ": " + std::string(error.description()));
    }
    for (const auto& [name, node] : parsed.table()) {
        const toml::table* section = node.as_table();
        if (section == nullptr) {
            auto set = set_node(config, origins, path, std::string(name.str()), node);
            if (!set) return set;
            continue;
        }
        for (const auto& [inner, value] : *section) {
            auto set = set_node(config, origins, path,
                                std::string(name.str()) + "." + std::string(inner.str()), value);
            if (!set) return set;
        }
    }
    return {};
}

base::Result<void> set_from_environment(Config& config, Origins& origins) {
    for (const ConfigKey& key : keys) {
        const std::string name = environment_name(key);
        const char* text = std::getenv(name.c_str());
        if (text == nullptr) continue;
        auto set = set_from_text(config, key, text);
        if (!set) return base::fail(set.error().code, name + ": " + set.error().what);
        origins[key.name] = name;
    }
    return {};
}

}  // namespace playhead::app
