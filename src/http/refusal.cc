// SPDX-License-Identifier: Apache-2.0
#include "http/refusal.h"

#include "base/check.h"

namespace playhead::http {

RefusalText describe(Refusal refusal) {
    switch (refusal) {
        case Refusal::malformed:
            return {400, "malformed", "The request is not well-formed HTTP."};
        case Refusal::timed_out:
            return {408, "timed_out", "The request was not complete in time."};
        case Refusal::body_too_large:
            return {413, "body_too_large", "The body of the request is too large."};
        case Refusal::target_too_long:
            return {414, "target_too_long", "The target of the request is too long."};
        case Refusal::header_too_large:
            return {431, "header_too_large", "The headers of the request are too large."};
        case Refusal::not_implemented:
            return {501, "not_implemented", "The request uses an unsupported feature."};
        case Refusal::overloaded:
            return {503, "overloaded", "The server is busy, try again soon."};
        case Refusal::version_unknown:
            return {505, "version_unknown", "Only HTTP/1.0 and HTTP/1.1 are spoken here."};
        case Refusal::tls_wanted:
            return {400, "tls_wanted", "This address speaks TLS, use https."};
        // Not 429: players that keep what they could not send do so for 503, and drop it for 429.
        case Refusal::too_many_requests:
            return {503, "too_many_requests", "Too many requests from this address, try again."};
        case Refusal::unanswered:
            return {500, "unanswered", "The server failed to answer the request."};
    }
    CHECK(false);
}

Response refusal_response(Refusal refusal, std::string_view error_headers) {
    const RefusalText text = describe(refusal);
    Response response;
    response.status = text.status;
    response.fixed_headers = error_headers;
    response.headers = "Content-Type: application/json\r\n";
    if (text.status == 503) response.headers += "Retry-After: 1\r\n";
    response.body = "{\"message\":\"";
    response.body += text.message;
    response.body += "\"}";
    return response;
}

}  // namespace playhead::http
