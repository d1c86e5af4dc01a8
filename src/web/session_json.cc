// SPDX-License-Identifier: Apache-2.0
#include "web/session_json.h"

#include <string_view>

#include "session/metric.h"
#include "web/metric_json.h"

namespace playhead::web {
namespace {

using session::SessionRow;

std::string text_of_json(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json value_of(const session::MetricText& metric, const SessionRow& row) {
    return json_of(metric.value(row));
}

Json metrics_in_list(const SessionRow& row) {
    Json metrics = Json::object();
    for (const session::MetricText& metric : session::metric_texts()) {
        const bool rows = metric.metric == session::Metric::ads ||
                          metric.metric == session::Metric::chapters ||
                          metric.metric == session::Metric::states;
        if (!rows) metrics[std::string(metric.key)] = value_of(metric, row);
    }
    return metrics;
}

Json metrics_of(const SessionRow& row) {
    Json metrics = Json::object();
    for (const session::MetricText& metric : session::metric_texts()) {
        metrics[std::string(metric.key)] = value_of(metric, row);
    }
    return metrics;
}

Json texts_of(session::VerdictCode code) {
    const session::VerdictText& text = session::text_of(code);
    return {{"code", text.name},
            {"message", text.message},
            {"rule", text.rule},
            {"remedy", text.remedy}};
}

Json verdict(const session::EventRow& event) {
    Json shown = {{"outcome", name_of(session::text_of(event.verdict).outcome)}};
    shown.update(texts_of(session::most_telling(event)));
    if (event.mistakes.empty()) return shown;
    Json& mistakes = shown["mistakes"] = Json::array();
    for (const session::VerdictCode code : event.mistakes) mistakes.push_back(texts_of(code));
    return shown;
}

Json verdicts_of(std::span<const session::EventRow> events) {
    Json all = Json::array();
    for (const session::EventRow& event : events) {
        Json entry = {{"eventType", name_of(event.type)}, {"ts", event.ts}};
        entry.update(verdict(event));
        all.push_back(std::move(entry));
    }
    return all;
}

Json dimensions_of(const SessionRow& row) {
    Json dimensions = Json::object();
    for (const session::Dimension& sent : row.dimensions) {
        dimensions[std::string(name_of(sent.name))] = sent.value;
    }
    if (row.length) {
        dimensions[std::string(name_of(event::Parameter::media_length))] = number(*row.length);
    }
    return dimensions;
}

Json report_suite_of(const SessionRow& row) {
    for (const session::Dimension& sent : row.dimensions) {
        if (sent.name == event::Parameter::analytics_report_suite) return sent.value;
    }
    return nullptr;
}

Json session_with(const SessionRow& row, Json metrics) {
    const bool open = row.close_reason == session::CloseReason::open;
    Json metadata = Json::object();
    for (const auto& [key, value] : row.custom_metadata) metadata[key] = value;
    return {{"id", row.id.text()},
            {"state", open ? "open" : "closed"},
            {"startTs", row.start_ts},
            {"lastEventTs", row.last_event_ts},
            {"closeTs", open ? Json(nullptr) : Json(row.close_ts)},
            {"firstReceivedAt", row.first_received_at},
            {"lastReceivedAt", row.last_received_at},
            {"reportSuite", report_suite_of(row)},
            {"reported", row.reported},
            {"ruleSet", row.rule_set},
            {"dimensions", dimensions_of(row)},
            {"customMetadata", std::move(metadata)},
            {"metrics", std::move(metrics)}};
}

Json event(const session::EventRow& row) {
    constexpr double ms_in_second = 1'000;
    return {{"eventType", name_of(row.type)},
            {"playerTime",
             {{"playhead", number(static_cast<double>(row.playhead_ms) / ms_in_second)},
              {"ts", row.ts}}},
            {"receivedAt", row.received_at},
            {"offset", row.offset},
            {"verdict", verdict(row)}};
}

std::string page_text(Json items, const std::optional<std::string>& next) {
    return text_of_json({{"items", std::move(items)}, {"next", or_null(next)}});
}

Json spans_of(const std::vector<session::Span>& spans) {
    Json all = Json::array();
    for (const session::Span& span : spans) all.push_back({span.from_ts, span.to_ts});
    return all;
}

Json folded_session(const SessionRow& row, std::span<const session::EventRow> events,
                    bool with_spans) {
    Json folded = metrics_of(row);
    folded["verdicts"] = verdicts_of(events);
    if (with_spans) {
        folded["spans.content"] = spans_of(row.content_spans);
        folded["spans.ad"] = spans_of(row.ad_spans);
    }
    return folded;
}

}  // namespace

std::string expect_json(const SessionRow& row) {
    return text_of_json(metrics_of(row));
}

std::string verdicts_json(std::span<const session::EventRow> events) {
    return text_of_json(verdicts_of(events));
}

std::string fold_json(const SessionRow& row, std::span<const session::EventRow> events,
                      bool with_spans) {
    return text_of_json(folded_session(row, events, with_spans));
}

std::string fold_json(std::span<const FoldedSession> sessions, bool with_spans) {
    Json folded = Json::object();
    for (const FoldedSession& session : sessions) {
        Json keys = folded_session(session.row, session.events, with_spans);
        for (auto& [key, value] : keys.items()) {
            folded[session.name + "/" + key] = std::move(value);
        }
    }
    return text_of_json(folded);
}

std::string session_json(const SessionRow& row) {
    return text_of_json(session_with(row, metrics_of(row)));
}

std::string session_list_json(std::span<const SessionRow> rows,
                              const std::optional<std::string>& next) {
    Json items = Json::array();
    for (const SessionRow& row : rows) items.push_back(session_with(row, metrics_in_list(row)));
    return page_text(std::move(items), next);
}

std::string event_list_json(std::span<const session::EventRow> events,
                            const std::optional<std::string>& next) {
    Json items = Json::array();
    for (const session::EventRow& row : events) items.push_back(event(row));
    return page_text(std::move(items), next);
}

}  // namespace playhead::web
