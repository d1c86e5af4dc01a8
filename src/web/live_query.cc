// SPDX-License-Identifier: Apache-2.0
#include "web/live_query.h"

#include <optional>
#include <utility>

namespace playhead::web {
namespace {

// Nothing when it is well and taken over.
std::optional<Refusal> take(const QueryParameter& parameter, LiveQuery& query) {
    session::LiveQuestion& question = query.question;
    if (parameter.name == "by") {
        question.by = session::live_dimension(parameter.value);
        if (!question.by) return Refusal{Problem::no_such_dimension, parameter.value};
        query.by = parameter.value;
        return std::nullopt;
    }
    if (parameter.name == "limit") {
        const auto limit = whole_number_from(parameter.value);
        if (!limit || *limit < 1 || *limit > most_items) return Refusal{Problem::bad_limit, {}};
        question.limit = *limit;
        return std::nullopt;
    }
    const bool of_values = parameter.name == "valueSeconds";
    if (!of_values && parameter.name != "seconds") {
        return Refusal{Problem::unknown_parameter, parameter.name};
    }
    const auto seconds = whole_number_from(parameter.value);
    if (!seconds || *seconds > session::most_live_seconds) {
        return Refusal{Problem::bad_seconds, parameter.name};
    }
    (of_values ? question.value_seconds : question.seconds) = *seconds;
    return std::nullopt;
}

}  // namespace

std::expected<LiveQuery, Refusal> live_query_from(std::string_view text) {
    auto parameters = query_from(text);
    if (!parameters) return std::unexpected(parameters.error());
    LiveQuery query;
    query.question.limit = usual_live_values;
    query.question.seconds = usual_live_seconds;
    for (const QueryParameter& parameter : *parameters) {
        if (auto refusal = take(parameter, query)) return std::unexpected(*std::move(refusal));
    }
    return query;
}

}  // namespace playhead::web
