// SPDX-License-Identifier: Apache-2.0
#include "web/report_answer.h"

#include <optional>
#include <variant>

#include "web/answer_format.h"
#include "web/csv.h"
#include "web/metric_json.h"
#include "web/report_names.h"

namespace playhead::web {
namespace {

using store::Report;
using store::ReportItem;
using store::Value;

std::string dumped(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json json_of(const Value& value) {
    if (const auto* integer = std::get_if<int64_t>(&value)) return *integer;
    if (const auto* real = std::get_if<double>(&value)) return *real;
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    return nullptr;
}

template <class Names>
Json named(const Names& names, const std::vector<Value>& values) {
    Json object = Json::object();
    for (size_t i = 0; i < names.size(); ++i) {
        object[std::string(names[i].text())] = json_of(values[i]);
    }
    return object;
}

std::string granularity_text(const Report& report) {
    for (const GranularityName& known : granularity_names) {
        if (report.granularity == known.granularity &&
            report.bucket_minutes == known.bucket_minutes) {
            return std::string(known.name);
        }
    }
    return std::to_string(report.bucket_minutes) + "minutes";
}

struct ExtremesJson {
    Json peaks = Json::object();
    Json troughs = Json::object();
};

// The largest and the smallest minute of each metric that is counted by the minute.
ExtremesJson extremes_json(const Report& report) {
    ExtremesJson all;
    for (const store::Extremes& each : report.extremes) {
        const std::string metric(each.metric);
        all.peaks[metric] = {{"value", each.largest}, {"time", each.largest_at}};
        all.troughs[metric] = {{"value", each.smallest}, {"time", each.smallest_at}};
    }
    return all;
}

double closed_share(const store::Reflects& reflects) {
    const int64_t all = reflects.closed_sessions + reflects.open_sessions;
    if (all == 0) return 1;
    return static_cast<double>(reflects.closed_sessions) / static_cast<double>(all);
}

Json reflects_json(const store::Reflects& reflects) {
    Json json = {
        {"journalOffset", reflects.journal_offset}, {"openOffset", reflects.open_offset},
        {"ruleSets", reflects.rule_sets},           {"closedShare", closed_share(reflects)},
        {"openSessions", reflects.open_sessions},   {"erasedSessions", reflects.erased_sessions}};
    if (reflects.sessions_without_spans) {
        json["sessionsWithoutSpans"] = *reflects.sessions_without_spans;
    }
    return json;
}

Json next_json(const ReportRequest& request, const Report& report) {
    if (!report.next) return nullptr;
    return cursor_text(request.digest, *report.next);
}

std::string csv_field(const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) {
        return std::holds_alternative<std::monostate>(value) ? "" : dumped(json_of(value));
    }
    return csv_text(*text);
}

std::optional<std::string> plain_text(const Value& value) {
    if (std::holds_alternative<std::monostate>(value)) return std::nullopt;
    const auto* text = std::get_if<std::string>(&value);
    return text != nullptr ? *text : dumped(json_of(value));
}

std::string_view type_of(const store::MetricName& metric) {
    if (metric.ratio != nullptr) return metric.ratio->divisor.empty() ? "BIGINT" : "DOUBLE";
    const bool is_whole =
        metric.sum->unit != store::Unit::audience && metric.sum->unit != store::Unit::share;
    return is_whole ? "BIGINT" : "DOUBLE";
}

std::vector<store::ParquetColumn> columns_of(const store::Question& question) {
    std::vector<store::ParquetColumn> columns;
    if (question.granularity != store::Granularity::all) columns.push_back({"time", "BIGINT"});
    for (const auto& dimension : question.dimensions) {
        const bool is_text = dimension.kind() == store::ValueKind::text;
        columns.push_back({dimension.text(), is_text ? "VARCHAR" : "DOUBLE"});
    }
    for (const auto& metric : question.metrics) {
        columns.push_back({std::string(metric.text()), std::string(type_of(metric))});
    }
    return columns;
}

void end_line(std::string& csv) {
    csv.pop_back();
    csv += "\r\n";
}

}  // namespace

std::string report_json(const ReportRequest& request, const Report& report) {
    const store::Question& question = request.question;
    Json items = Json::array();
    for (const ReportItem& item : report.items) {
        Json entry = Json::object();
        if (item.time) entry["time"] = *item.time;
        entry["dimensions"] = named(question.dimensions, item.dimensions);
        entry["metrics"] = named(question.metrics, item.metrics);
        items.push_back(std::move(entry));
    }
    Json answer = {{"items", std::move(items)},
                   {"totals", named(question.metrics, report.totals)},
                   {"granularity", granularity_text(report)},
                   {"next", next_json(request, report)},
                   {"reflects", reflects_json(report.reflects)}};
    if (!report.extremes.empty()) {
        ExtremesJson extremes = extremes_json(report);
        answer["peaks"] = std::move(extremes.peaks);
        answer["troughs"] = std::move(extremes.troughs);
    }
    return dumped(answer);
}

std::string report_csv(const ReportRequest& request, const Report& report) {
    const store::Question& question = request.question;
    std::string csv;
    if (question.granularity != store::Granularity::all) csv += "time,";
    for (const auto& dimension : question.dimensions) csv += csv_field(dimension.text()) + ",";
    for (const auto& metric : question.metrics) csv += std::string(metric.text()) + ",";
    end_line(csv);
    for (const ReportItem& item : report.items) {
        if (item.time) csv += std::to_string(*item.time) + ",";
        for (const Value& value : item.dimensions) csv += csv_field(value) + ",";
        for (const Value& value : item.metrics) csv += csv_field(value) + ",";
        end_line(csv);
    }
    return csv;
}

store::ParquetNotes report_notes(const ReportRequest& request, const Report& report) {
    store::ParquetNotes notes;
    const auto note = [&notes](const char* name, const Json& value) {
        // Escaped to ASCII, without which it could not stand in a header.
        notes.emplace_back("Playhead-" + std::string(name),
                           value.dump(-1, ' ', true, Json::error_handler_t::replace));
    };
    note("Reflects", reflects_json(report.reflects));
    note("Totals", named(request.question.metrics, report.totals));
    note("Granularity", granularity_text(report));
    note("Next", next_json(request, report));
    if (!report.extremes.empty()) {
        const ExtremesJson extremes = extremes_json(report);
        note("Peaks", extremes.peaks);
        note("Troughs", extremes.troughs);
    }
    return notes;
}

base::Result<http::Response> report_parquet(const ReportRequest& request, const Report& report) {
    std::vector<store::ParquetRow> rows;
    for (const ReportItem& item : report.items) {
        store::ParquetRow& row = rows.emplace_back();
        if (item.time) row.emplace_back(std::to_string(*item.time));
        for (const Value& value : item.dimensions) row.push_back(plain_text(value));
        for (const Value& value : item.metrics) row.push_back(plain_text(value));
    }
    const store::ParquetNotes notes = report_notes(request, report);
    return parquet_answer(header_lines(notes), columns_of(request.question), rows, notes);
}

std::string header_lines(const store::ParquetNotes& notes) {
    std::string lines;
    for (const auto& [name, value] : notes) {
        lines.append(name).append(": ").append(value).append("\r\n");
    }
    return lines;
}

}  // namespace playhead::web
