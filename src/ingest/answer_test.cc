// SPDX-License-Identifier: Apache-2.0
#include "ingest/answer.h"

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace playhead::ingest {
namespace {

using Lines = std::multiset<std::string>;

Lines header_lines(const http::Response& response) {
    const std::string all = std::string(response.fixed_headers) + response.headers;
    Lines lines;
    for (size_t at = 0; at < all.size();) {
        const size_t end = all.find("\r\n", at);
        if (end == std::string::npos) return {"a header line is not ended"};
        lines.insert(all.substr(at, end - at));
        at = end + 2;
    }
    return lines;
}

Lines with_cors(Lines more) {
    more.insert({"Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: OPTIONS,POST,PUT",
                 "Access-Control-Allow-Headers: Content-Type",
                 "Access-Control-Expose-Headers: Location"});
    return more;
}

TEST(Answer, an_accepted_event_is_204_with_nothing_but_cors) {
    const http::Response response = accepted_event();
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(header_lines(response), with_cors({}));
}

TEST(Answer, a_created_session_is_201_with_a_path_absolute_location) {
    event::SessionId id;
    id.bytes[0] = 0xbf;
    id.bytes[31] = 0x58;
    const http::Response response = created_session(id);
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(header_lines(response),
              with_cors({"Content-Type: application/octet-stream",
                         "Location: /api/v1/sessions/bf" + std::string(60, '0') + "58"}));
}

TEST(Answer, a_rejection_has_the_status_and_sentence_of_the_table) {
    for (size_t i = 0; i < rejection_count; ++i) {
        const auto rejection = static_cast<Rejection>(i);
        const http::Response response = rejected(rejection);
        EXPECT_EQ(response.status, status_of(rejection));
        EXPECT_EQ(nlohmann::json::parse(response.body),
                  nlohmann::json({{"message", sentence_of(rejection)}}));
        Lines more = {"Content-Type: application/json"};
        if (rejection == Rejection::overloaded) more.insert("Retry-After: 1");
        EXPECT_EQ(header_lines(response), with_cors(more));
    }
}

TEST(Answer, statuses_are_those_of_the_protocol) {
    EXPECT_EQ(status_of(Rejection::malformed_json), 400);
    EXPECT_EQ(status_of(Rejection::schema_failure), 400);
    EXPECT_EQ(status_of(Rejection::wrong_endpoint), 400);
    EXPECT_EQ(status_of(Rejection::wrong_batch), 400);
    EXPECT_EQ(status_of(Rejection::downloaded_flag), 400);
    EXPECT_EQ(status_of(Rejection::unknown_session), 404);
    EXPECT_EQ(status_of(Rejection::unknown_path), 404);
    EXPECT_EQ(status_of(Rejection::unknown_schema), 404);
    EXPECT_EQ(status_of(Rejection::wrong_method), 405);
    EXPECT_EQ(status_of(Rejection::closed_session), 410);
    EXPECT_EQ(status_of(Rejection::too_large), 413);
    EXPECT_EQ(status_of(Rejection::unsupported_encoding), 415);
    EXPECT_EQ(status_of(Rejection::overloaded), 503);
}

TEST(Answer, names_of_rejections_are_distinct) {
    std::set<std::string_view> names;
    for (size_t i = 0; i < rejection_count; ++i) names.insert(name_of(static_cast<Rejection>(i)));
    EXPECT_EQ(names.size(), rejection_count);
}

TEST(Answer, problems_are_listed_with_their_paths_escaped) {
    const std::vector<Problem> problems = {
        {"/params/a\"b\\c\n\x01\x1f\x7f\xc3\xa4", "expected number"}, {"", "required"}};
    const http::Response response = rejected(Rejection::schema_failure, problems);
    EXPECT_EQ(
        nlohmann::json::parse(response.body),
        nlohmann::json::parse(
            R"({"message":"Request had improper format.","errors":[)"
            R"({"path":"/params/a\"b\\c\n\u0001\u001f\u007f\u00e4","reason":"expected number"},)"
            R"({"path":"","reason":"required"}]})"));
}

TEST(Answer, a_wrong_method_names_the_right_ones) {
    const http::Response response = wrong_method("OPTIONS, POST");
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(header_lines(response),
              with_cors({"Content-Type: application/json", "Allow: OPTIONS, POST"}));
}

Lines preflight_lines(const std::string& allowed) {
    return {"Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: OPTIONS,POST,PUT",
            "Access-Control-Allow-Headers: " + allowed, "Access-Control-Expose-Headers: Location",
            "Access-Control-Max-Age: 86400"};
}

TEST(Answer, a_preflight_allows_content_type_and_what_is_asked_for) {
    const auto lines = [](std::string_view requested) {
        const http::Response response = preflight(requested, false);
        EXPECT_EQ(response.status, 200);
        EXPECT_EQ(response.body, "");
        return header_lines(response);
    };
    EXPECT_EQ(lines(""), preflight_lines("Content-Type"));
    EXPECT_EQ(lines("content-type"), preflight_lines("Content-Type"));
    EXPECT_EQ(lines("content-type,user-agent"), preflight_lines("Content-Type,user-agent"));
    EXPECT_EQ(lines(" x-a ,\tX-B,, CONTENT-TYPE"), preflight_lines("Content-Type,x-a,X-B"));
}

TEST(Answer, a_preflight_mirrors_tokens_only) {
    const auto allowed = [](std::string_view requested) {
        return header_lines(preflight(requested, false));
    };
    EXPECT_EQ(allowed("a b,x(y),ok,\"q\",\r\nEvil: 1,\x80"), preflight_lines("Content-Type,ok"));
    const std::string longest(mirrored_header_bytes, 'x');
    EXPECT_EQ(allowed(longest.substr(1)), preflight_lines("Content-Type," + longest.substr(1)));
    EXPECT_EQ(allowed(longest), preflight_lines("Content-Type," + longest));
    EXPECT_EQ(allowed(longest + "x"), preflight_lines("Content-Type"));
    EXPECT_EQ(allowed(longest + ",y"), preflight_lines("Content-Type," + longest));
}

TEST(Answer, a_preflight_admits_private_networks_when_asked) {
    Lines expected = preflight_lines("Content-Type");
    expected.insert("Access-Control-Allow-Private-Network: true");
    EXPECT_EQ(header_lines(preflight("", true)), expected);
}

TEST(Answer, a_schema_is_json) {
    const http::Response response = schema_answer("{}");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "{}");
    EXPECT_EQ(header_lines(response), with_cors({"Content-Type: application/json"}));
}

}  // namespace
}  // namespace playhead::ingest
