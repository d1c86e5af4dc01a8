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
                                       const std::string& target, const std::string& body,
                                       AnswerFormat format) {
    const ReportRequest request = report_request_from(body);
    std::vector<FieldProblem> problems = request.problems;
    const auto objections = sources.object_to(request.question);
    if (!objections) return std::unexpected(objections.error());
    for (const auto& [field, reason] : *objections) problems.push_back({field, reason});
    if (!problems.empty()) return problem_answer(Problem::bad_question, target, problems);
    const auto report = sources.answer(request.question);
    if (!report) return std::unexpected(report.error());
    return response_of(request, *report, format);
}

}  // namespace

ReportWorker::ReportWorker(const Sources& sources, std::chrono::milliseconds time_limit)
    : sources_(sources), desk_(sources.interrupt, time_limit) {
}

void ReportWorker::answer(const http::Request& request, http::Responder responder) {
    if (request.body.size() > most_question_bytes) {
        return responder.send(problem_answer(Problem::question_too_large, request.target));
    }
    desk_.put(request.target, std::move(responder),
              [this, target = std::string(request.target), body = std::string(request.body),
               format = answer_format_from(request.header("Accept"))] {
                  return answer_to(sources_, target, body, format);
              });
}

}  // namespace playhead::web
