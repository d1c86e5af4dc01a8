// SPDX-License-Identifier: Apache-2.0
#include "web/report_worker.h"

#include <string>
#include <utility>

#include "web/answer_format.h"
#include "web/problem.h"
#include "web/report_answer.h"
#include "web/report_request.h"

namespace playhead::web {
namespace {

base::Result<http::Response> response_of(const ReportRequest& request, const store::Report& report,
                                         AnswerFormat format) {
    switch (format) {
        case AnswerFormat::json:
            break;
        case AnswerFormat::csv:
            return csv_answer(header_lines(report_notes(request, report)),
                              report_csv(request, report));
        case AnswerFormat::parquet:
            return report_parquet(request, report);
    }
    return json_answer(report_json(request, report));
}

base::Result<http::Response> answer_to(const ReportWorker::Sources& sources,
                                       const QuestionDesk::Asked& asked) {
    const ReportRequest request = report_request_from(asked.body);
    std::vector<FieldProblem> problems = request.problems;
    const auto objections = sources.object_to(request.question);
    if (!objections) return std::unexpected(objections.error());
    for (const auto& [field, reason] : *objections) problems.push_back({field, reason});
    if (!problems.empty()) return problem_answer(Problem::bad_question, asked.target, problems);
    const auto report = sources.answer(request.question);
    if (!report) return std::unexpected(report.error());
    return response_of(request, *report, asked.format);
}

}  // namespace

ReportWorker::ReportWorker(const Sources& sources, std::chrono::milliseconds time_limit)
    : sources_(sources), desk_(sources.interrupt, time_limit) {
}

void ReportWorker::answer(const http::Request& request, http::Responder responder) {
    desk_.take(request, std::move(responder),
               [this](const QuestionDesk::Asked& asked) { return answer_to(sources_, asked); });
}

}  // namespace playhead::web
