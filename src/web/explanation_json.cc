// SPDX-License-Identifier: Apache-2.0
#include "web/explanation_json.h"

#include <utility>
#include <variant>

#include "web/metric_json.h"

namespace playhead::web {
namespace {

using session::CitedEvent;
using session::EventPlace;
using session::MetricExplanation;
using session::MetricText;

Json event_json(const CitedEvent& cited, bool in_batch) {
    Json event = {{"offset", cited.place.offset}};
    if (in_batch) event["element"] = cited.place.element;
    event["eventType"] = name_of(cited.type);
    if (cited.adds) event["adds"] = *cited.adds;
    return event;
}

Json place_json(const EventPlace& place, bool in_batch) {
    Json event = {{"offset", place.offset}};
    if (in_batch) event["element"] = place.element;
    return event;
}

// The elements of a batch share one offset.
void add_places(Json& to, const std::vector<CitedEvent>& events, bool in_batch) {
    Json offsets = Json::array();
    Json elements = Json::array();
    Json details = Json::array();
    for (const CitedEvent& cited : events) {
        if (!in_batch || offsets.empty()) offsets.push_back(cited.place.offset);
        elements.push_back(cited.place.element);
        details.push_back(event_json(cited, in_batch));
    }
    to["offsets"] = std::move(offsets);
    if (in_batch) to["elements"] = std::move(elements);
    to["events"] = std::move(details);
}

Json metric_json(const MetricExplanation& explained, bool in_batch) {
    const MetricText& text = text_of(explained.metric);
    Json metric = {{"metric", text.key}, {"value", json_of(explained.value)}};
    if (const auto* time = std::get_if<session::Duration>(&explained.value)) {
        metric["ms"] = time->ms;
    }
    metric["rule"] = text.rule;
    add_places(metric, explained.events, in_batch);
    metric["whyNot"] = explained.why_not.empty() ? Json(nullptr) : Json(explained.why_not);
    Json near = Json::array();
    for (const EventPlace& place : explained.near_misses) {
        near.push_back(place_json(place, in_batch));
    }
    metric["nearMisses"] = std::move(near);
    return metric;
}

}  // namespace

std::string explanation_json(const session::SessionRow& row,
                             const session::Explanation& explanation) {
    Json metrics = Json::array();
    bool agrees = true;
    for (const MetricExplanation& explained : explanation.metrics) {
        Json metric = metric_json(explained, explanation.in_batch);
        const session::MetricValue stored = text_of(explained.metric).value(row);
        if (stored != explained.value) {
            metric["stored"] = json_of(stored);
            agrees = false;
        }
        metrics.push_back(std::move(metric));
    }
    const bool open = row.close_reason == session::CloseReason::open;
    const Json body = {{"id", row.id.text()},
                       {"state", open ? "open" : "closed"},
                       {"ruleSet", row.rule_set},
                       {"agrees", agrees},
                       {"metrics", std::move(metrics)}};
    return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace playhead::web
