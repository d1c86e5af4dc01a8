// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "store/sql_questions.h"
#include "web/problem.h"

// From the body of POST /v1/sql to a question. docs/sql.md says what may stand in the body.
namespace playhead::web {

constexpr size_t most_sql_bytes = size_t{64} * 1024;
constexpr size_t usual_sql_rows = 1'000;
constexpr size_t most_sql_rows = 50'000;
constexpr size_t most_sql_answer_bytes = size_t{32} << 20;

struct SqlRequest {
    store::SqlQuestion question;
    std::vector<FieldProblem> problems;  // everything that is wrong with the body
};

SqlRequest sql_request_from(std::string_view body);

}  // namespace playhead::web
