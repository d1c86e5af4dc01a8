// SPDX-License-Identifier: Apache-2.0
#include "ingest/answer.h"

#include <algorithm>
#include <utility>

#include "http/ascii.h"
#include "ingest/json_text.h"

namespace playhead::ingest {
namespace {

constexpr std::string_view json_type = "Content-Type: application/json\r\n";

// Those of cors_headers without Allow-Headers, which a preflight says itself.
constexpr std::string_view preflight_headers =
    "Access-Control-Allow-Origin: *\r\n"
    "Access-Control-Allow-Methods: OPTIONS,POST,PUT\r\n"
    "Access-Control-Expose-Headers: Location\r\n"
    "Access-Control-Max-Age: 86400\r\n";

// RFC 9110, 5.6.2.
bool is_token(std::string_view name) {
    static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               marks.find(c) != std::string_view::npos;
    });
}

std::string allowed_headers(std::string_view requested) {
    std::string allowed = "Content-Type";
    size_t mirrored = 0;
    while (!requested.empty()) {
        const size_t comma = requested.find(',');
        const std::string_view name = http::trimmed(requested.substr(0, comma));
        requested.remove_prefix(comma == std::string_view::npos ? requested.size() : comma + 1);
        if (!is_token(name) || http::same_text(name, "Content-Type")) continue;
        mirrored += name.size();
        if (mirrored > mirrored_header_bytes) break;
        allowed += ',';
        allowed += name;
    }
    return allowed;
}

std::string error_body(std::string_view message, std::span<const Problem> problems) {
    std::string body = "{\"message\":";
    append_json_string(message, body);
    if (!problems.empty()) {
        char separator = '[';
        body += ",\"errors\":";
        for (const Problem& problem : problems) {
            body += separator;
            body += "{\"path\":";
            append_json_string(problem.path, body);
            body += ",\"reason\":";
            append_json_string(problem.reason, body);
            body += '}';
            separator = ',';
        }
        body += ']';
    }
    body += '}';
    return body;
}

}  // namespace

http::Response accepted_event() {
    return {.status = 204, .fixed_headers = cors_headers, .headers = {}, .body = {}};
}

http::Response created_session(const event::SessionId& session) {
    std::string headers = "Content-Type: application/octet-stream\r\nLocation: /api/v1/sessions/";
    headers += session.text();
    headers += "\r\n";
    return {
        .status = 201, .fixed_headers = cors_headers, .headers = std::move(headers), .body = {}};
}

http::Response rejected(Rejection rejection, std::span<const Problem> problems) {
    std::string headers(json_type);
    if (rejection == Rejection::overloaded) headers += "Retry-After: 1\r\n";
    return {.status = status_of(rejection),
            .fixed_headers = cors_headers,
            .headers = std::move(headers),
            .body = error_body(sentence_of(rejection), problems)};
}

http::Response wrong_method(std::string_view allowed) {
    http::Response response = rejected(Rejection::wrong_method);
    response.headers += "Allow: ";
    response.headers += allowed;
    response.headers += "\r\n";
    return response;
}

http::Response preflight(std::string_view requested_headers, bool private_network) {
    std::string headers = "Access-Control-Allow-Headers: ";
    headers += allowed_headers(requested_headers);
    headers += "\r\n";
    if (private_network) headers += "Access-Control-Allow-Private-Network: true\r\n";
    return {.status = 200,
            .fixed_headers = preflight_headers,
            .headers = std::move(headers),
            .body = {}};
}

http::Response schema_answer(std::string schema) {
    return {.status = 200,
            .fixed_headers = cors_headers,
            .headers = std::string(json_type),
            .body = std::move(schema)};
}

}  // namespace playhead::ingest
