// SPDX-License-Identifier: Apache-2.0
#include "web/sql_request.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace playhead::web {
namespace {

TEST(SqlRequest, has_limits_of_its_own) {
    const SqlRequest request = sql_request_from(R"({"sql": "SELECT 1"})");
    EXPECT_TRUE(request.problems.empty());
    EXPECT_EQ(request.question.sql, "SELECT 1");
    EXPECT_EQ(request.question.rows, usual_sql_rows);
    EXPECT_EQ(request.question.bytes, most_sql_answer_bytes);
    EXPECT_EQ(sql_request_from(R"({"sql": "x", "limit": 1})").question.rows, 1U);
    EXPECT_EQ(sql_request_from(R"({"sql": "x", "limit": 50000})").question.rows, 50'000U);
}

TEST(SqlRequest, names_all_that_is_wrong) {
    using Problems = std::vector<FieldProblem>;
    const FieldProblem sql{"sql", "is missing or not a text"};
    const FieldProblem limit{"limit", "must be a whole number from 1 to 50000"};
    EXPECT_EQ(sql_request_from("[]").problems, (Problems{{"", "the body must be a JSON object"}}));
    EXPECT_EQ(sql_request_from("{").problems, sql_request_from("").problems);
    EXPECT_EQ(sql_request_from(R"({"sql": 1, "limit": 0, "x": 1})").problems,
              (Problems{{"x", "is not known"}, sql, limit}));
    for (const char* wrong : {"50001", "-1", "1.5", "\"1\"", "null", "1e400"}) {
        const std::string body = R"({"sql": "x", "limit": )" + std::string(wrong) + "}";
        EXPECT_EQ(sql_request_from(body).problems.size(), 1U) << wrong;
    }
}

TEST(SqlRequest, a_statement_has_so_many_bytes_and_no_more) {
    const auto of = [](size_t bytes) {
        return sql_request_from(nlohmann::json{{"sql", std::string(bytes, 'x')}}.dump());
    };
    EXPECT_TRUE(of(most_sql_bytes).problems.empty());
    EXPECT_EQ(of(most_sql_bytes + 1).problems,
              (std::vector<FieldProblem>{{"sql", "must have at most 65536 bytes"}}));
}

}  // namespace
}  // namespace playhead::web
