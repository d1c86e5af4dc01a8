// SPDX-License-Identifier: Apache-2.0
#include "web/target.h"

#include <algorithm>
#include <charconv>

namespace playhead::web {
namespace {

std::unexpected<Refusal> refuse(Problem problem, std::string more = {}) {
    return std::unexpected(Refusal{problem, std::move(more)});
}

// All of `text` as an unsigned number, without sign or space.
template <class Number>
std::optional<Number> number_from(std::string_view text, int base) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number, base);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return number;
}

std::optional<std::string> unescaped(std::string_view text) {
    constexpr size_t digits = 2;
    constexpr int hexadecimal = 16;
    std::string plain;
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        if (c != '%') {
            plain.push_back(c == '+' ? ' ' : c);
            continue;
        }
        const auto byte = text.size() < digits
                              ? std::nullopt
                              : number_from<uint8_t>(text.substr(0, digits), hexadecimal);
        if (!byte) return std::nullopt;
        plain.push_back(static_cast<char>(*byte));
        text.remove_prefix(digits);
    }
    return plain;
}

constexpr std::pair<std::string_view, Resource> fixed[] = {
    {"/healthz", Resource::health},       {"/readyz", Resource::readiness},
    {"/metrics", Resource::metrics},      {"/openapi.json", Resource::description},
    {"/v1/ledger", Resource::ledger},     {"/v1/live", Resource::live},
    {"/v1/sessions", Resource::sessions}, {"/v1/quarantine", Resource::quarantine},
    {"/v1/reports", Resource::reports},   {"/v1/sql", Resource::sql},
};

constexpr std::string_view of_session = "/v1/sessions/";

// What may stand behind the id of a session.
constexpr std::pair<std::string_view, Resource> parts_of_session[] = {
    {"", Resource::session},
    {"/events", Resource::events},
    {"/explain", Resource::explanation},
    {"/recording", Resource::recording},
};

}  // namespace

std::vector<std::string> known_paths() {
    std::vector<std::string> paths;
    for (const auto& [path, resource] : fixed) paths.emplace_back(path);
    for (const auto& [part, resource] : parts_of_session) {
        paths.push_back(std::string(of_session) + "{sid}" + std::string(part));
    }
    return paths;
}

std::expected<std::vector<QueryParameter>, Refusal> query_from(std::string_view query) {
    std::vector<QueryParameter> parameters;
    while (!query.empty()) {
        const std::string_view piece = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), piece.size() + 1));
        if (piece.empty()) continue;
        const size_t equals = piece.find('=');
        if (equals == piece.npos) return refuse(Problem::malformed_query);
        auto name = unescaped(piece.substr(0, equals));
        auto value = unescaped(piece.substr(equals + 1));
        if (!name || !value) return refuse(Problem::malformed_query);
        if (std::ranges::find(parameters, *name, &QueryParameter::name) != parameters.end()) {
            return refuse(Problem::repeated_parameter, *std::move(name));
        }
        parameters.push_back({*std::move(name), *std::move(value)});
    }
    return parameters;
}

std::optional<size_t> whole_number_from(std::string_view text) {
    constexpr int decimal = 10;
    return number_from<size_t>(text, decimal);
}

Target target_from(std::string_view text) {
    const size_t question = text.find('?');
    const std::string_view path = text.substr(0, question);
    Target target;
    if (question != text.npos) target.query = text.substr(question + 1);

    for (const auto& [known, resource] : fixed) {
        if (path == known) target.resource = resource;
    }
    if (!path.starts_with(of_session)) return target;
    const std::string_view rest = path.substr(of_session.size());
    target.session = rest.substr(0, rest.find('/'));
    const std::string_view behind = rest.substr(target.session.size());
    if (target.session.empty()) return target;
    for (const auto& [known, resource] : parts_of_session) {
        if (behind == known) target.resource = resource;
    }
    return target;
}

std::expected<Page, Refusal> page_from(std::string_view query, size_t usual) {
    auto parameters = query_from(query);
    if (!parameters) return std::unexpected(parameters.error());
    Page page;
    page.limit = usual;
    for (QueryParameter& parameter : *parameters) {
        if (parameter.name == "cursor") {
            page.cursor = std::move(parameter.value);
        } else if (parameter.name == "limit") {
            const auto limit = whole_number_from(parameter.value);
            if (!limit || *limit < 1 || *limit > most_items) return refuse(Problem::bad_limit);
            page.limit = *limit;
        } else {
            return refuse(Problem::unknown_parameter, std::move(parameter.name));
        }
    }
    return page;
}

std::optional<Refusal> refuse_parameters(std::string_view query) {
    auto parameters = query_from(query);
    if (!parameters) return parameters.error();
    if (parameters->empty()) return std::nullopt;
    return Refusal{Problem::unknown_parameter, parameters->front().name};
}

std::expected<std::optional<event::SessionId>, Refusal> session_cursor(const Page& page) {
    if (!page.cursor) return std::nullopt;
    const auto id = event::session_id_from(*page.cursor);
    if (!id) return refuse(Problem::bad_session_cursor);
    return id;
}

std::expected<size_t, Refusal> event_cursor(const Page& page) {
    if (!page.cursor) return 0;
    const auto given = whole_number_from(*page.cursor);
    if (!given) return refuse(Problem::bad_event_cursor);
    return *given;
}

}  // namespace playhead::web
