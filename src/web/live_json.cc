// SPDX-License-Identifier: Apache-2.0
#include "web/live_json.h"

#include <nlohmann/json.hpp>

namespace playhead::web {
namespace {

using Json = nlohmann::ordered_json;
using session::LiveCounts;

enum class Zeros : bool { left_out, told };

Json doing_json(const LiveCounts& counts, Zeros zeros) {
    Json doing = Json::object();
    for (size_t i = 0; i < session::doing_count; ++i) {
        if (zeros == Zeros::left_out && counts.sessions_doing[i] == 0) continue;
        doing[std::string(session::name_of(static_cast<session::Doing>(i)))] = {
            {"sessions", counts.sessions_doing[i]}, {"viewers", counts.viewers_doing[i]}};
    }
    return doing;
}

void add_counts(Json& to, const LiveCounts& counts, Zeros zeros) {
    to["sessions"] = counts.sessions;
    to["viewers"] = counts.viewers;
    to["doing"] = doing_json(counts, zeros);
}

Json value_json(const session::LiveValue& value, bool with_seconds) {
    Json item;
    item["value"] = value.value;
    add_counts(item, value.counts, Zeros::told);
    if (!with_seconds) return item;
    Json seconds = Json::array();
    for (const session::LiveValueSecond& one : value.seconds) {
        seconds.push_back({{"at", one.at}, {"sessions", one.sessions}, {"viewers", one.viewers}});
    }
    item["seconds"] = std::move(seconds);
    return item;
}

}  // namespace

std::string live_json(const session::LiveView& view, const LiveQuery& query) {
    Json body;
    body["at"] = view.at;
    add_counts(body, view.counts, Zeros::told);
    Json seconds = Json::array();
    for (const session::LiveSecond& one : view.seconds) {
        Json second;
        second["at"] = one.at;
        add_counts(second, one.counts, Zeros::left_out);
        seconds.push_back(std::move(second));
    }
    body["seconds"] = std::move(seconds);
    if (!query.by.empty()) {
        body["by"] = query.by;
        body["values"] = view.values_in_all;
        Json items = Json::array();
        for (const session::LiveValue& value : view.values) {
            items.push_back(value_json(value, query.question.value_seconds > 0));
        }
        body["items"] = std::move(items);
        add_counts(body["without"], view.without, Zeros::told);
    }
    return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace playhead::web
