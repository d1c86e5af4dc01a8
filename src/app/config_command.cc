// SPDX-License-Identifier: Apache-2.0
#include "app/config_command.h"

#include <cstdio>
#include <set>
#include <string_view>

namespace playhead::app {
namespace {

std::string_view section_of(const ConfigKey& key) {
    const size_t dot = key.name.find('.');
    return dot == std::string_view::npos ? std::string_view() : key.name.substr(0, dot);
}

std::string entry(const Settings& settings, const ConfigKey& key) {
    const std::string_view section = section_of(key);
    const std::string_view name = key.name.substr(section.empty() ? 0 : section.size() + 1);
    return "# " + std::string(key.help) + "\n# " + accepted_values(key) + "; default " +
           toml_value(Config(), key) + "; here from: " + origin_of(settings, key) + "\n" +
           std::string(name) + " = " + toml_value(settings.config, key) + "\n";
}

// In Markdown a bar ends a cell.
std::string cell(std::string_view text) {
    std::string cell;
    for (const char c : text) {
        if (c == '|') cell += '\\';
        cell += c;
    }
    return cell;
}

}  // namespace

std::string config_as_toml(const Settings& settings) {
    std::string text;
    std::set<std::string_view> told;
    for (const ConfigKey& first : config_keys()) {
        const std::string_view section = section_of(first);
        if (!told.insert(section).second) continue;
        if (!text.empty()) text += '\n';
        if (!section.empty()) text += "[" + std::string(section) + "]\n";
        for (const ConfigKey& key : config_keys()) {
            if (section_of(key) == section) text += entry(settings, key);
        }
    }
    return text;
}

std::string config_as_markdown() {
    std::string text =
        "| key | default | what it may be | what it is | on SIGHUP |\n"
        "| --- | --- | --- | --- | --- |\n";
    for (const ConfigKey& key : config_keys()) {
        text += "| `" + std::string(key.name) + "` | `" + toml_value(Config(), key) + "` | " +
                accepted_values(key) + " | " + cell(key.help) + " | " +
                (key.changes_while_running ? "taken over" : "needs a restart") + " |\n";
    }
    return text;
}

int print_config(const Settings& settings, bool as_markdown) {
    std::fputs((as_markdown ? config_as_markdown() : config_as_toml(settings)).c_str(), stdout);
    return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace playhead::app
