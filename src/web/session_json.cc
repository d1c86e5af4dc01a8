// SPDX-License-Identifier: Apache-2.0
#include "web/session_json.h"

#include <cmath>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

#include "session/metric.h"

namespace playhead::web {
namespace {

using Json = nlohmann::ordered_json;
using session::published_seconds;
using session::SessionRow;

std::string text_of_json(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

// Players send 30 far more often than 30.5; a whole number is shown as one.
Json number(double value) {
    constexpr double exact_in_double = 9007199254740992.0;
    if (std::floor(value) == value && std::abs(value) <= exact_in_double) {
        return static_cast<int64_t>(value);
    }
    return value;
}

Json seconds(int64_t ms) {
    return published_seconds(ms);
}

Json ad(const session::AdRow& row) {
    return {{"id", row.id},
            {"podId", row.pod_id},
            {"podName", or_null(row.pod_name)},
            {"podOffset", number(row.pod_offset)},
            {"podPosition", row.pod_position},
            {"length", number(row.length)},
            {"timePlayed", seconds(row.time_played_ms)},
            {"isCompleted", row.is_completed}};
}

Json chapter(const session::ChapterRow& row) {
    return {{"id", row.id},
            {"index", row.index},
            {"name", or_null(row.name)},
            {"offset", number(row.offset)},
            {"length", number(row.length)},
            {"timePlayed", seconds(row.time_played_ms)},
            {"isCompleted", row.is_completed}};
}

Json state(const session::StateRow& row) {
    return {{"name", row.name},
            {"isSet", row.count > 0},
            {"count", row.count},
            {"time", seconds(row.time_ms)}};
}

template <class Row>
Json list(const std::vector<Row>& rows, Json (*each)(const Row&)) {
    Json all = Json::array();
    for (const Row& row : rows) all.push_back(each(row));
    return all;
}

struct Published {
    Json operator()(std::monostate) const { return nullptr; }

    Json operator()(session::Duration time) const { return time.seconds(); }

    Json operator()(const std::vector<session::AdRow>& rows) const { return list(rows, ad); }

    Json operator()(const std::vector<session::ChapterRow>& rows) const {
        return list(rows, chapter);
    }

    Json operator()(const std::vector<session::StateRow>& rows) const { return list(rows, state); }

    Json operator()(const auto& value) const { return value; }
};

Json value_of(const session::MetricText& metric, const SessionRow& row) {
    return std::visit(Published(), metric.value(row));
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

// What says most about the event: why it was not simply used, else its first mistake.
session::VerdictCode shown_code(const session::EventRow& event) {
    const bool is_used = event.verdict == session::VerdictCode::used;
    return is_used && !event.mistakes.empty() ? event.mistakes.front() : event.verdict;
}

Json verdict(const session::EventRow& event) {
    Json shown = {{"outcome", name_of(session::text_of(event.verdict).outcome)}};
    shown.update(texts_of(shown_code(event)));
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

}  // namespace

std::string expect_json(const SessionRow& row) {
    return text_of_json(metrics_of(row));
}

std::string verdicts_json(std::span<const session::EventRow> events) {
    return text_of_json(verdicts_of(events));
}

std::string fold_json(const SessionRow& row, std::span<const session::EventRow> events) {
    Json folded = metrics_of(row);
    folded["verdicts"] = verdicts_of(events);
    return text_of_json(folded);
}

std::string fold_json(std::span<const FoldedSession> sessions) {
    Json folded = Json::object();
    for (const FoldedSession& session : sessions) {
        Json metrics = metrics_of(session.row);
        for (auto& [key, value] : metrics.items()) {
            folded[session.name + "/" + key] = std::move(value);
        }
        folded[session.name + "/verdicts"] = verdicts_of(session.events);
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
