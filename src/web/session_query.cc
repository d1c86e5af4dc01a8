// SPDX-License-Identifier: Apache-2.0
#include "web/session_query.h"

#include <string>
#include <utility>

#include "session/live_view.h"
#include "web/report_request.h"

namespace playhead::web {
namespace {

using session::SessionFilter;

std::optional<Refusal> bad(std::string_view name, std::string_view takes) {
    return Refusal{Problem::bad_parameter, std::string(name) + " takes " + std::string(takes)};
}

std::optional<session::Outcome> outcome_named(std::string_view name) {
    for (size_t i = 0; i < session::outcome_count; ++i) {
        const auto outcome = static_cast<session::Outcome>(i);
        if (session::name_of(outcome) == name) return outcome;
    }
    return std::nullopt;
}

std::optional<session::VerdictCode> verdict_named(std::string_view name) {
    for (const session::VerdictText& text : session::verdict_texts()) {
        const bool by_fold = session::finder_of(text.code) == session::Finder::fold;
        if (by_fold && text.name == name) return text.code;
    }
    return std::nullopt;
}

std::optional<Refusal> take_moment(const QueryParameter& parameter, std::optional<int64_t>& to) {
    const auto moment = moment_from(parameter.value);
    if (!moment) {
        return bad(parameter.name,
                   "milliseconds since the epoch, 2026-11-20 or "
                   "2026-11-20T10:00:00Z");
    }
    to = moment->ms;
    return std::nullopt;
}

std::optional<Refusal> take_page(const QueryParameter& parameter, SessionQuery& query) {
    if (parameter.name == "limit") {
        const auto limit = whole_number_from(parameter.value);
        if (!limit || *limit < 1 || *limit > most_items) return Refusal{Problem::bad_limit, {}};
        query.limit = *limit;
        return std::nullopt;
    }
    auto before = session_cursor({.cursor = parameter.value, .limit = 1});
    if (!before) return before.error();
    query.before = *std::move(before);
    return std::nullopt;
}

std::optional<Refusal> take_dimension(const QueryParameter& parameter, SessionFilter& filter) {
    const auto dimension = session::live_dimension(parameter.name);
    if (!dimension) return Refusal{Problem::unknown_parameter, parameter.name};
    if (!dimension->key.empty()) {
        filter.custom_metadata.emplace_back(dimension->key, parameter.value);
    } else {
        filter.dimensions.push_back(
            {static_cast<event::Parameter>(dimension->kind), parameter.value});
    }
    return std::nullopt;
}

// Nothing when it is well and taken over.
std::optional<Refusal> take(const QueryParameter& parameter, SessionQuery& query) {
    const auto& [name, value] = parameter;
    SessionFilter& filter = query.filter;
    if (name == "limit" || name == "cursor") return take_page(parameter, query);
    if (name == "from") return take_moment(parameter, filter.from);
    if (name == "to") return take_moment(parameter, filter.to);
    if (name == "state") {
        if (value != "open" && value != "closed") return bad(name, "open or closed");
        filter.open = value == "open";
        return std::nullopt;
    }
    if (name == "viewer") {
        if (value.empty()) return bad(name, "an id");
        filter.viewer = value;
        return std::nullopt;
    }
    if (name == "outcome") {
        filter.outcome = outcome_named(value);
        if (filter.outcome) return std::nullopt;
        return bad(name, "used, ignored, duplicate, late or repaired");
    }
    if (name == "verdict") {
        filter.verdict = verdict_named(value);
        if (filter.verdict) return std::nullopt;
        return bad(name, "a code of the fold, for example ad_outside_break");
    }
    return take_dimension(parameter, filter);
}

}  // namespace

std::expected<SessionQuery, Refusal> session_query_from(std::string_view text) {
    auto parameters = query_from(text);
    if (!parameters) return std::unexpected(parameters.error());
    SessionQuery query;
    for (const QueryParameter& parameter : *parameters) {
        if (auto refusal = take(parameter, query)) return std::unexpected(*std::move(refusal));
    }
    return query;
}

}  // namespace playhead::web
