// SPDX-License-Identifier: Apache-2.0
#include "web/report_worker.h"

#include <string>
#include <utility>

#include "web/problem.h"
#include "web/report_answer.h"
#include "web/report_request.h"

namespace playhead::web {
namespace {

enum class Format : uint8_t { json, csv };

// What the client would rather have of what there is; JSON when it does not say.
Format format_of(std::string_view accept) {
    return accept.find("text/csv") != accept.npos ? Format::csv : Format::json;
}

http::Response response_of(const ReportRequest& request, const store::Report& report,
                           Format format) {
    if (format == Format::csv) {
        return csv_answer(report_headers(request, report), report_csv(request, report));
    }
    return json_answer(report_json(request, report));
}

base::Result<http::Response> answer_to(const ReportWorker::Sources& sources,
                                       const std::string& target, const std::string& body,
                                       Format format) {
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
               format = format_of(request.header("Accept"))] {
                  return answer_to(sources_, target, body, format);
              });
}

}  // namespace playhead::web
