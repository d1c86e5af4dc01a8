// SPDX-License-Identifier: Apache-2.0
#include "http/response.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string_view>

namespace playhead::http {
namespace {

struct StatusLine {
    int status;
    std::string_view line;
};

// The answers that are usual here, those of the collection API first.
constexpr StatusLine status_lines[] = {
    {204, "HTTP/1.1 204 No Content\r\n"},
    {201, "HTTP/1.1 201 Created\r\n"},
    {200, "HTTP/1.1 200 OK\r\n"},
    {202, "HTTP/1.1 202 Accepted\r\n"},
    {206, "HTTP/1.1 206 Partial Content\r\n"},
    {301, "HTTP/1.1 301 Moved Permanently\r\n"},
    {302, "HTTP/1.1 302 Found\r\n"},
    {303, "HTTP/1.1 303 See Other\r\n"},
    {304, "HTTP/1.1 304 Not Modified\r\n"},
    {307, "HTTP/1.1 307 Temporary Redirect\r\n"},
    {308, "HTTP/1.1 308 Permanent Redirect\r\n"},
    {400, "HTTP/1.1 400 Bad Request\r\n"},
    {401, "HTTP/1.1 401 Unauthorized\r\n"},
    {403, "HTTP/1.1 403 Forbidden\r\n"},
    {404, "HTTP/1.1 404 Not Found\r\n"},
    {405, "HTTP/1.1 405 Method Not Allowed\r\n"},
    {406, "HTTP/1.1 406 Not Acceptable\r\n"},
    {408, "HTTP/1.1 408 Request Timeout\r\n"},
    {409, "HTTP/1.1 409 Conflict\r\n"},
    {410, "HTTP/1.1 410 Gone\r\n"},
    {412, "HTTP/1.1 412 Precondition Failed\r\n"},
    {413, "HTTP/1.1 413 Content Too Large\r\n"},
    {414, "HTTP/1.1 414 URI Too Long\r\n"},
    {415, "HTTP/1.1 415 Unsupported Media Type\r\n"},
    {416, "HTTP/1.1 416 Range Not Satisfiable\r\n"},
    {421, "HTTP/1.1 421 Misdirected Request\r\n"},
    {422, "HTTP/1.1 422 Unprocessable Content\r\n"},
    {431, "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
    {500, "HTTP/1.1 500 Internal Server Error\r\n"},
    {501, "HTTP/1.1 501 Not Implemented\r\n"},
    {503, "HTTP/1.1 503 Service Unavailable\r\n"},
    {504, "HTTP/1.1 504 Gateway Timeout\r\n"},
    {505, "HTTP/1.1 505 HTTP Version Not Supported\r\n"},
    {507, "HTTP/1.1 507 Insufficient Storage\r\n"},
};

// The whole line; empty for a status that is not usual here.
std::string_view status_line(int status) {
    const auto* const found = std::ranges::find(status_lines, status, &StatusLine::status);
    return found == std::end(status_lines) ? std::string_view() : found->line;
}

void append_number(std::string& out, uint64_t number) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

}  // namespace

void append_response(std::string& out, const Response& response, Framing framing) {
    const std::string_view line = status_line(response.status);
    if (line.empty()) {
        // RFC 9112 section 4: the reason may be empty, the space before it may not.
        out += "HTTP/1.1 ";
        append_number(out, static_cast<uint64_t>(response.status));
        out += " \r\n";
    } else {
        out += line;
    }
    out += response.fixed_headers;
    out += response.headers;
    const bool bodiless = response.status < 200 || response.status == 204 || response.status == 304;
    if (!bodiless && !framing.open_ended) {
        out += "Content-Length: ";
        append_number(out, response.body.size());
        out += "\r\n";
    }
    out += framing.close ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n";
    if (!bodiless && !framing.head) out += response.body;
}

}  // namespace playhead::http
