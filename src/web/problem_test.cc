// SPDX-License-Identifier: Apache-2.0
#include "web/problem.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace playhead::web {
namespace {

using nlohmann::json;

TEST(ProblemTest, has_the_members_of_problem_details) {
    const http::Response response = problem_answer(Problem::bad_limit, "/v1/sessions?limit=0");
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(json::parse(response.body),
              (json{{"type", "about:blank"},
                    {"title", "Bad Request"},
                    {"status", 400},
                    {"detail", "limit must be a whole number from 1 to 1000."},
                    {"instance", "/v1/sessions?limit=0"}}));
    EXPECT_NE(response.fixed_headers.find("Content-Type: application/problem+json\r\n"),
              std::string_view::npos);
}

TEST(ProblemTest, puts_more_behind_the_sentence) {
    const auto body =
        json::parse(problem_answer(Problem::unknown_parameter, "/healthz?a=b", "a").body);
    EXPECT_EQ(body["detail"], "This path does not take the query parameter a");
}

TEST(ProblemTest, says_what_is_allowed_and_when_to_come_again) {
    EXPECT_EQ(problem_answer(Problem::method_not_allowed, "/").headers, "Allow: GET, HEAD\r\n");
    EXPECT_EQ(problem_answer(Problem::overloaded, "/").headers, "Retry-After: 1\r\n");
}

TEST(ProblemTest, survives_bytes_that_are_not_text) {
    const auto body = json::parse(problem_answer(Problem::no_such_path, "/\xff\"\\", "\xc3").body);
    EXPECT_EQ(body["instance"], "/\xef\xbf\xbd\"\\");
}

TEST(ProblemTest, every_entry_is_an_error_with_a_sentence) {
    for (int i = 0; i <= static_cast<int>(Problem::no_such_erasure); ++i) {
        const http::Response response = problem_answer(static_cast<Problem>(i), "/");
        const auto body = json::parse(response.body);
        EXPECT_EQ(body["status"], response.status);
        EXPECT_GE(response.status, 400);
        EXPECT_FALSE(body["title"].get<std::string>().empty());
        EXPECT_FALSE(body["detail"].get<std::string>().empty());
    }
}

TEST(ProblemTest, tells_errors_of_the_world_apart) {
    using base::ErrorCode;
    const auto status = [](ErrorCode code) { return error_answer({code, "why"}, "/").status; };
    EXPECT_EQ(status(ErrorCode::not_found), 410);
    for (const ErrorCode code : {ErrorCode::full, ErrorCode::busy, ErrorCode::stopped}) {
        EXPECT_EQ(status(code), 503);
    }
    for (const ErrorCode code : {ErrorCode::io, ErrorCode::damaged, ErrorCode::invalid}) {
        EXPECT_EQ(status(code), 500);
    }
    EXPECT_NE(error_answer({ErrorCode::busy, "why"}, "/").body.find("The store"),
              std::string::npos);
    EXPECT_EQ(json::parse(error_answer({ErrorCode::io, "the disk is gone"}, "/").body)["detail"],
              "The answer could not be read: the disk is gone");
}

TEST(AnswerTest, is_not_cached_and_not_taken_for_another_type) {
    for (const http::Response& response :
         {problem_answer(Problem::no_such_path, "/"), json_answer("{}"), text_answer("a 1\n")}) {
        EXPECT_NE(response.fixed_headers.find("X-Content-Type-Options: nosniff\r\n"),
                  std::string_view::npos);
        EXPECT_NE(response.fixed_headers.find("Cache-Control: no-store\r\n"),
                  std::string_view::npos);
        EXPECT_TRUE(response.fixed_headers.ends_with("\r\n"));
    }
}

}  // namespace
}  // namespace playhead::web
