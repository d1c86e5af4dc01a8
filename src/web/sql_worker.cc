// SPDX-License-Identifier: Apache-2.0
#include "web/sql_worker.h"

#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "web/answer_format.h"
#include "web/csv.h"
#include "web/problem.h"
#include "web/report_answer.h"
#include "web/sql_request.h"

namespace playhead::web {
namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The values are JSON already, and may be many: they are not read again.
std::string rows_json(const store::SqlAnswer& answer) {
    std::string rows = "[";
    for (const auto& row : answer.rows) {
        rows += rows.size() == 1 ? "[" : ",[";
        for (size_t i = 0; i < row.size(); ++i) {
            if (i > 0) rows += ',';
            rows += row[i] ? *row[i] : "null";
        }
        rows += ']';
    }
    return rows + "]";
}

http::Response as_json(const store::SqlAnswer& answer) {
    Json columns = Json::array();
    for (const store::SqlColumn& column : answer.columns) {
        columns.push_back({{"name", column.name}, {"type", column.type}});
    }
    return json_answer("{\"columns\":" + dumped(columns) + ",\"rows\":" + rows_json(answer) +
                       ",\"truncated\":" + (answer.is_truncated ? "true" : "false") +
                       ",\"reflects\":{\"journalOffset\":" + std::to_string(answer.journal_offset) +
                       "}}");
}

store::ParquetNotes notes_of(const store::SqlAnswer& answer) {
    return {
        {"Playhead-Reflects", "{\"journalOffset\":" + std::to_string(answer.journal_offset) + "}"},
        {"Playhead-Truncated", answer.is_truncated ? "true" : "false"}};
}

http::Response as_csv(const store::SqlAnswer& answer) {
    std::string csv;
    const auto end_line = [&csv] {
        csv.pop_back();
        csv += "\r\n";
    };
    for (const store::SqlColumn& column : answer.columns) csv += csv_text(column.name) + ",";
    end_line();
    for (const auto& row : answer.rows) {
        for (const auto& value : row) csv += (value ? csv_text(*value) : "") + ",";
        end_line();
    }
    return csv_answer(header_lines(notes_of(answer)), std::move(csv));
}

base::Result<http::Response> as_parquet(const store::SqlAnswer& answer) {
    std::vector<store::ParquetColumn> columns;
    columns.reserve(answer.columns.size());
    for (const store::SqlColumn& column : answer.columns) {
        columns.push_back({column.name, column.type});
    }
    const store::ParquetNotes notes = notes_of(answer);
    return parquet_answer(header_lines(notes), columns, answer.rows, notes);
}

base::Result<http::Response> response_of(const store::SqlAnswer& answer, AnswerFormat format) {
    switch (format) {
        case AnswerFormat::json:
            break;
        case AnswerFormat::csv:
            return as_csv(answer);
        case AnswerFormat::parquet:
            return as_parquet(answer);
    }
    return as_json(answer);
}

base::Result<http::Response> answer_to(const SqlWorker::Sources& sources,
                                       const QuestionDesk::Asked& asked) {
    SqlRequest request = sql_request_from(asked.body);
    if (!request.problems.empty()) {
        return problem_answer(Problem::bad_question, asked.target, request.problems);
    }
    const bool is_json = asked.format == AnswerFormat::json;
    request.question.form = is_json ? store::CellForm::json : store::CellForm::text;
    const auto answer = sources.answer(request.question);
    auto response = answer ? response_of(*answer, asked.format) : std::unexpected(answer.error());
    if (response || response.error().code != base::ErrorCode::invalid) return response;
    const std::string& what = response.error().what;
    const FieldProblem problem{"sql", answer ? "has no form as Parquet: " + what : what};
    return problem_answer(Problem::bad_question, asked.target, std::span(&problem, 1));
}

}  // namespace

SqlWorker::SqlWorker(const Sources& sources, std::chrono::milliseconds time_limit)
    : sources_(sources), desk_(sources.interrupt, time_limit) {
}

void SqlWorker::answer(const http::Request& request, http::Responder responder) {
    desk_.take(request, std::move(responder),
               [this](const QuestionDesk::Asked& asked) { return answer_to(sources_, asked); });
}

}  // namespace playhead::web
