// SPDX-License-Identifier: Apache-2.0
#include "web/problem.h"

#include <array>

#include <nlohmann/json.hpp>

#include "base/check.h"

namespace playhead::web {
namespace {

constexpr std::string_view json_headers =
    "Content-Type: application/json\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Cache-Control: no-store\r\n";
constexpr std::string_view problem_headers =
    "Content-Type: application/problem+json\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Cache-Control: no-store\r\n";
constexpr std::string_view text_headers =
    "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Cache-Control: no-store\r\n";

constexpr std::string_view csv_headers =
    "Content-Type: text/csv; charset=utf-8; header=present\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Cache-Control: no-store\r\n";

struct ProblemText {
    Problem problem;
    int status;
    std::string_view title;
    std::string_view detail;
    std::string_view header;
};

constexpr std::string_view allow = "Allow: GET, HEAD\r\n";
constexpr std::string_view retry = "Retry-After: 1\r\n";
constexpr std::string_view challenge = "WWW-Authenticate: Bearer realm=\"playhead\"\r\n";
constexpr std::string_view challenge_again =
    "WWW-Authenticate: Bearer realm=\"playhead\", error=\"invalid_token\"\r\n";

constexpr std::array table = {
    ProblemText{Problem::no_such_path, 404, "Not Found", "There is nothing at this path.", ""},
    ProblemText{Problem::no_such_session, 404, "Not Found", "There is no session of this id.", ""},
    ProblemText{Problem::method_not_allowed, 405, "Method Not Allowed",
                "This path takes GET and HEAD only.", allow},
    ProblemText{Problem::malformed_query, 400, "Bad Request",
                "The query is not a list of name=value with %-escapes.", ""},
    ProblemText{Problem::unknown_parameter, 400, "Bad Request",
                "This path does not take the query parameter", ""},
    ProblemText{Problem::repeated_parameter, 400, "Bad Request",
                "This query parameter is given more than once:", ""},
    ProblemText{Problem::bad_limit, 400, "Bad Request",
                "limit must be a whole number from 1 to 1000.", ""},
    ProblemText{Problem::bad_session_cursor, 400, "Bad Request",
                "cursor must be the next of an earlier part of this list.", ""},
    ProblemText{Problem::bad_event_cursor, 400, "Bad Request",
                "cursor must be the next of an earlier part of this list.", ""},
    ProblemText{Problem::bad_seconds, 400, "Bad Request",
                "This must be a whole number from 0 to 900:", ""},
    ProblemText{Problem::bad_parameter, 400, "Bad Request",
                "A query parameter has a value that it does not take:", ""},
    ProblemText{Problem::no_such_dimension, 400, "Bad Request",
                "by must be a string parameter of sessionStart or c.<key> of its metadata, and not",
                ""},
    ProblemText{Problem::events_not_kept, 410, "Gone",
                "The events of this session are no longer kept.", ""},
    ProblemText{Problem::store_failed, 500, "Internal Server Error",
                "The answer could not be read:", ""},
    ProblemText{Problem::store_away, 503, "Service Unavailable",
                "The store cannot be asked at the moment; /readyz says why.", retry},
    ProblemText{Problem::too_many_streams, 503, "Service Unavailable",
                "All 64 streams are taken. Ask without text/event-stream, or again later.", retry},
    ProblemText{Problem::overloaded, 503, "Service Unavailable",
                "Too many questions are waiting. Ask again in a moment.", retry},
    ProblemText{Problem::no_token, 401, "Unauthorized",
                "This address asks for a token: Authorization: Bearer TOKEN.", challenge},
    ProblemText{Problem::unknown_token, 401, "Unauthorized",
                "This token is not known, was revoked or has expired.", challenge_again},
    ProblemText{Problem::token_lacks_scope, 403, "Forbidden", "This token does not have the scope",
                ""},
    ProblemText{Problem::foreign_host, 421, "Misdirected Request",
                "Without tokens this address answers to localhost and 127.0.0.1 only (set "
                "admin_tokens to required to use another name); the Host was",
                ""},
    ProblemText{Problem::foreign_origin, 403, "Forbidden",
                "A page of another origin may not send this.", ""},
    ProblemText{Problem::takes_post, 405, "Method Not Allowed", "This path takes POST only.",
                "Allow: POST\r\n"},
    ProblemText{Problem::bad_question, 400, "Bad Request",
                "The question cannot be answered as it is; errors says why.", ""},
    ProblemText{Problem::question_too_large, 413, "Content Too Large",
                "A question has at most 262144 bytes.", ""},
    ProblemText{Problem::took_too_long, 503, "Service Unavailable",
                "The answer was given up because it took too long. Ask for a shorter period or for "
                "less.",
                ""},
    ProblemText{Problem::left, 503, "Service Unavailable",
                "The answer was given up because the client had closed its side.", ""},
    ProblemText{Problem::needs_too_much_memory, 503, "Service Unavailable",
                "The answer needs more memory than there is for such questions. Ask for a shorter "
                "period or for less.",
                ""},
    ProblemText{Problem::bad_erasure, 400, "Bad Request",
                "The body must be {\"visitorId\": \"...\"}:", ""},
    ProblemText{Problem::no_person, 422, "Unprocessable Content", "Nothing was erased:", ""},
    ProblemText{Problem::no_such_erasure, 404, "Not Found", "There is no erasure of this id.", ""},
};

constexpr bool in_order() {
    for (size_t i = 0; i < table.size(); ++i) {
        if (static_cast<size_t>(table[i].problem) != i) return false;
    }
    return true;
}

static_assert(in_order(), "the table is indexed by Problem");

const ProblemText& text_of(Problem problem) {
    const auto index = static_cast<size_t>(problem);
    CHECK(index < table.size());
    return table[index];
}

using Json = nlohmann::ordered_json;

Json details_of(const ProblemText& text, std::string_view detail, std::string_view instance) {
    return {{"type", "about:blank"},
            {"title", text.title},
            {"status", text.status},
            {"detail", detail},
            {"instance", instance}};
}

http::Response answer_with(const ProblemText& text, const Json& body) {
    http::Response response;
    response.status = text.status;
    response.fixed_headers = problem_headers;
    response.headers = text.header;
    response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
    return response;
}

}  // namespace

http::Response problem_answer(Problem problem, std::string_view instance, std::string_view more) {
    const ProblemText& text = text_of(problem);
    std::string detail(text.detail);
    if (!more.empty()) detail.append(" ").append(more);
    return answer_with(text, details_of(text, detail, instance));
}

http::Response problem_answer(Problem problem, std::string_view instance,
                              std::span<const FieldProblem> errors) {
    const ProblemText& text = text_of(problem);
    Json body = details_of(text, text.detail, instance);
    Json& all = body["errors"] = Json::array();
    for (const FieldProblem& error : errors) {
        all.push_back({{"field", error.field}, {"reason", error.reason}});
    }
    return answer_with(text, body);
}

http::Response error_answer(const base::Error& error, std::string_view instance) {
    switch (error.code) {
        case base::ErrorCode::not_found:
            return problem_answer(Problem::events_not_kept, instance);
        case base::ErrorCode::busy:
            return problem_answer(Problem::store_away, instance);
        case base::ErrorCode::full:
        case base::ErrorCode::stopped:
            return problem_answer(Problem::overloaded, instance);
        case base::ErrorCode::io:
        case base::ErrorCode::damaged:
        case base::ErrorCode::invalid:
            break;
    }
    return problem_answer(Problem::store_failed, instance, error.what);
}

http::Response json_answer(std::string body) {
    return {200, json_headers, {}, std::move(body)};
}

http::Response csv_answer(std::string headers, std::string body) {
    return {200, csv_headers, std::move(headers), std::move(body)};
}

http::Response text_answer(std::string body) {
    return {200, text_headers, {}, std::move(body)};
}

}  // namespace playhead::web
