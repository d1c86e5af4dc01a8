// SPDX-License-Identifier: Apache-2.0
#include "web/scope.h"

#include <algorithm>
#include <utility>

namespace playhead::web {
namespace {

constexpr std::array<std::string_view, scope_count> names = {
    "read:live", "read:reports", "read:sessions", "read:metrics", "sql", "erase", "admin",
};

constexpr std::pair<std::string_view, Scope> needed[] = {
    {"/metrics", Scope::read_metrics},
    {"/readyz", Scope::read_metrics},
    {"/v1/ledger", Scope::read_metrics},
    {"/v1/live", Scope::read_live},
    {"/v1/reports", Scope::read_reports},
    {"/v1/sessions", Scope::read_sessions},
    {"/v1/quarantine", Scope::read_sessions},
    {"/v1/sql", Scope::sql},
    {"/v1/erase", Scope::erase},
    {"/v1/erasures", Scope::erase},
    {"/v1", Scope::admin},
};

// Whether `path` is `base` or below it.
bool is_within(std::string_view path, std::string_view base) {
    return path.starts_with(base) && (path.size() == base.size() || path[base.size()] == '/');
}

}  // namespace

std::string_view name_of(Scope scope) {
    return names[static_cast<size_t>(scope)];
}

std::string scopes_text(Scopes scopes, char separator) {
    std::string text;
    for (size_t i = 0; i < names.size(); ++i) {
        if (!scopes.has(static_cast<Scope>(i))) continue;
        if (!text.empty()) text += separator;
        text += names[i];
    }
    return text;
}

std::expected<Scopes, std::string> scopes_from(std::string_view text, char separator) {
    Scopes scopes;
    while (!text.empty()) {
        const std::string_view name = text.substr(0, text.find(separator));
        text.remove_prefix(std::min(text.size(), name.size() + 1));
        const auto known = std::ranges::find(names, name);
        if (known == names.end()) return std::unexpected(std::string(name));
        scopes.add(static_cast<Scope>(known - names.begin()));
    }
    if (scopes.empty()) return std::unexpected(std::string());
    return scopes;
}

std::string known_scopes() {
    std::string text;
    for (const std::string_view name : names) {
        if (!text.empty()) text += ", ";
        text += name;
    }
    return text;
}

std::optional<Scope> scope_needed(std::string_view target) {
    const std::string_view path = target.substr(0, target.find('?'));
    for (const auto& [base, scope] : needed) {
        if (is_within(path, base)) return scope;
    }
    return std::nullopt;
}

}  // namespace playhead::web
