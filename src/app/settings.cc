// SPDX-License-Identifier: Apache-2.0
#include "app/settings.h"

#include <algorithm>

#include "app/forward/forward_url.h"
#include "app/listen_address.h"
#include "http/address.h"

namespace playhead::app {
namespace {

const ConfigKey& key_named(std::string_view name) {
    const auto keys = config_keys();
    return *std::find_if(keys.begin(), keys.end(),
                         [&](const ConfigKey& key) { return key.name == name; });
}

// "journal.segment_bytes = 67108864 (default)"
std::string told(const Settings& settings, std::string_view name) {
    const ConfigKey& key = key_named(name);
    return std::string(name) + " = " + toml_value(settings.config, key) + " (" +
           origin_of(settings, key) + ")";
}

base::Result<void> contradict(const Settings& settings, std::string_view one,
                              std::string_view other, const std::string& why) {
    return base::fail(base::ErrorCode::invalid,
                      told(settings, one) + " contradicts " + told(settings, other) + ": " + why);
}

// Whether one would be refused because the other listens there. Names are not looked up.
bool meet(std::string_view one, std::string_view other) {
    const size_t colon = one.rfind(':');
    const size_t other_colon = other.rfind(':');
    if (colon == std::string_view::npos || other_colon == std::string_view::npos) return false;
    const std::string_view port = one.substr(colon);
    if (port == ":0" || port != other.substr(other_colon)) return false;
    const std::string_view host = one.substr(0, colon);
    const std::string_view other_host = other.substr(0, other_colon);
    return host == other_host || is_every_address(host) || is_every_address(other_host);
}

std::string quoted(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string quoted = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            quoted += "\\u00";
            quoted += digits[byte >> 4];
            quoted += digits[byte & 15];
            continue;
        }
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

base::Result<void> refuse_forwarding(const Settings& settings) {
    const std::string& text = settings.config.forward_url;
    if (text.empty()) return {};
    const auto url = forward_url_from(text);
    if (!url) {
        return base::fail(url.error().code,
                          told(settings, "forward.url") + ": " + url.error().what);
    }
    if (leads_to(*url, settings.config.listen)) {
        return contradict(settings, "forward.url", "listen",
                          "this server would forward to itself; name the other back end");
    }
    return {};
}

void copy_value(Config& to, const Config& from, const ConfigKey& key) {
    std::visit([&](auto member) { to.*member = from.*member; }, key.member);
}

}  // namespace

base::Result<Settings> settle(const SettingSources& sources) {
    Settings settings;
    if (!sources.file.empty()) {
        auto set = set_from_file(settings.config, settings.origins, sources.file);
        if (!set) return std::unexpected(set.error());
    }
    auto set = set_from_environment(settings.config, settings.origins);
    if (!set) return std::unexpected(set.error());
    for (const auto& [name, text] : sources.flags) {
        const ConfigKey& key = key_named(name);
        const std::string flag = "--" + std::string(name);
        set = set_from_text(settings.config, key, text);
        if (!set) return base::fail(set.error().code, flag + ": " + set.error().what);
        settings.origins[key.name] = flag;
    }
    set = refuse_contradictions(settings);
    if (!set) return std::unexpected(set.error());
    return settings;
}

base::Result<void> refuse_contradictions(const Settings& settings) {
    const Config& config = settings.config;
    if (meet(config.listen, config.admin)) {
        return contradict(settings, "admin", "listen",
                          "players and operators need an address each; give one another port");
    }
    if (config.tls_certificate.empty() != config.tls_key.empty()) {
        return contradict(settings, "tls.certificate", "tls.key",
                          "TLS needs both files; name the other one too, or neither");
    }
    if (config.tls_admin == "required" && config.tls_certificate.empty()) {
        return contradict(settings, "tls.admin", "tls.certificate",
                          "there is no certificate to speak TLS with; name one");
    }
    if (config.client_address != "connection" && config.proxies.empty()) {
        return contradict(settings, "http.client_address", "http.proxies",
                          "nobody is believed that is not named; name the addresses of the fronts");
    }
    for (const std::string& proxy : config.proxies) {
        if (const auto range = http::AddressRange::from(proxy); !range) {
            return base::fail(range.error().code,
                              told(settings, "http.proxies") + ": " + range.error().what);
        }
    }
    if (config.retention_bytes > 0 && config.retention_bytes < config.segment_bytes) {
        return contradict(settings, "journal.retention_bytes", "journal.segment_bytes",
                          "only whole files go, and the one that is written stays; keep at least "
                          "one file, or 0 for everything");
    }
    return refuse_forwarding(settings);
}

std::string origin_of(const Settings& settings, const ConfigKey& key) {
    const auto found = settings.origins.find(key.name);
    return found == settings.origins.end() ? "default" : found->second;
}

std::string toml_value(const Config& config, const ConfigKey& key) {
    if (const auto* member = std::get_if<int64_t Config::*>(&key.member)) {
        return std::to_string(config.*(*member));
    }
    if (const auto* member = std::get_if<std::string Config::*>(&key.member)) {
        return quoted(config.*(*member));
    }
    std::string list = "[";
    for (const std::string& item :
         config.*std::get<std::vector<std::string> Config::*>(key.member)) {
        if (list.size() > 1) list += ", ";
        list += quoted(item);
    }
    return list + "]";
}

std::string accepted_values(const ConfigKey& key) {
    if (std::holds_alternative<std::vector<std::string> Config::*>(key.member)) {
        return "list of texts";
    }
    if (std::holds_alternative<int64_t Config::*>(key.member)) {
        if (key.most == INT64_MAX) return std::to_string(key.least) + " or more";
        return std::to_string(key.least) + " to " + std::to_string(key.most);
    }
    if (key.choices.empty()) return "text";
    std::string words;
    for (const char c : key.choices) {
        if (c == '|') {
            words += " or ";
        } else {
            words += c;
        }
    }
    return words;
}

std::vector<std::string> take_over(Config& running, const Settings& wanted) {
    std::vector<std::string> sentences;
    for (const ConfigKey& key : config_keys()) {
        const std::string was = toml_value(running, key);
        const std::string is = toml_value(wanted.config, key);
        if (was == is) continue;
        std::string sentence(key.name);
        if (key.changes_while_running) {
            copy_value(running, wanted.config, key);
            sentence += " is " + is + " now and was " + was;
        } else {
            sentence += " stays " + was + " until a restart takes over " + is;
        }
        sentences.push_back(sentence + " (" + origin_of(wanted, key) + ")");
    }
    return sentences;
}

}  // namespace playhead::app
