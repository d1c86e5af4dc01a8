// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/report_question.h"
#include "web/problem.h"

// From the body of POST /v1/reports to a question. Pure functions over input from outside.
// docs/reports.md says what may stand in the body.
namespace playhead::web {

struct ReportRequest {
    store::Question question;
    // Everything that is wrong with the body. When there is something, the question holds what was
    // understood.
    std::vector<FieldProblem> problems;
    // Changes with whatever the items and their order depend on.
    uint32_t digest = 0;
};

ReportRequest report_request_from(std::string_view body);

// Milliseconds since the epoch, a date, or a date and time with or without a zone; without one it
// is on the clock of the question's zone. Nothing when it is none of these, or no moment of 1970 to
// 2100.
std::optional<store::Moment> moment_from(std::string_view text);

// What `next` of an answer says, and `cursor` of the next question repeats.
std::string cursor_text(uint32_t digest, const std::vector<store::Value>& behind);

}  // namespace playhead::web
