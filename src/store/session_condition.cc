// SPDX-License-Identifier: Apache-2.0
#include "store/session_condition.h"

#include "store/report_filter.h"

namespace playhead::store {
namespace {

std::string viewer_condition(const std::string& id, std::vector<Value>& parameters) {
    const std::string value = parameter(id, parameters);
    std::string any = "(session_id = " + value;
    for (const event::Parameter name : session::viewer_parameters) {
        any += " OR " + column_of(name) + " = " + value;
    }
    return any + ")";
}

std::string event_condition(const session::SessionFilter& filter, std::vector<Value>& parameters) {
    std::string all = "true";
    if (filter.outcome) {
        all += " AND e.outcome = " +
               parameter(std::string(session::name_of(*filter.outcome)), parameters);
    }
    if (filter.verdict) {
        all += " AND e.code = " +
               parameter(std::string(session::text_of(*filter.verdict).name), parameters);
    }
    return "len(list_filter(events, lambda e: " + all + ")) > 0";
}

}  // namespace

std::string column_of(event::Parameter parameter) {
    std::string column;
    for (const char letter : event::name_of(parameter)) {
        const bool is_upper = letter >= 'A' && letter <= 'Z';
        if (is_upper) column += '_';
        column += letter == '.' ? '_' : static_cast<char>(is_upper ? letter | 0x20 : letter);
    }
    return column;
}

std::string condition_of(const session::SessionFilter& filter, std::vector<Value>& parameters) {
    std::string all = filter.open.value_or(false) ? "false" : "true";
    if (!filter.viewer.empty()) all += " AND " + viewer_condition(filter.viewer, parameters);
    for (const session::Dimension& sent : filter.dimensions) {
        all += " AND " + column_of(sent.name) + " = " + parameter(sent.value, parameters);
    }
    for (const auto& [key, value] : filter.custom_metadata) {
        const std::string sent = "custom_metadata[" + parameter(key, parameters) + "]";
        all += " AND " + sent + " = " + parameter(value, parameters);
    }
    if (filter.from) all += " AND first_received_at >= " + parameter(*filter.from, parameters);
    if (filter.to) all += " AND first_received_at < " + parameter(*filter.to, parameters);
    if (filter.outcome || filter.verdict) all += " AND " + event_condition(filter, parameters);
    return all;
}

}  // namespace playhead::store
