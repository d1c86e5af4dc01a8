// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/message.h"

namespace playhead::http {

// Why the server itself answers a request with an error. Every refusal but `unanswered` and
// `too_many_requests` ends its connection: what follows on it cannot be told from the rest of the
// refused request.
enum class Refusal : uint8_t {
    malformed,          // not HTTP, or framed in a way that two readers could read differently
    timed_out,          // begun, but not complete in time
    body_too_large,     // Limits::body_bytes
    target_too_long,    // Limits::target_bytes
    header_too_large,   // Limits::header_bytes, Limits::headers
    not_implemented,    // CONNECT, or a transfer coding other than chunked
    overloaded,         // too many connections or too many half-received requests
    version_unknown,    // neither HTTP/1.0 nor HTTP/1.1
    tls_wanted,         // HTTP without TLS where TLS is spoken
    too_many_requests,  // of one address: AddressRules::requests_per_second
    unanswered,         // a handler dropped its Responder: a bug
};

constexpr size_t refusal_count = static_cast<size_t>(Refusal::unanswered) + 1;

struct RefusalText {
    int status;
    std::string_view name;  // as counters know it
    std::string_view message;
};

// The status, name and sentence of a refusal; the sentence needs no escaping in JSON.
RefusalText describe(Refusal refusal);

// The answer: the JSON body {"message": ...}, and `error_headers` (complete lines that outlive the
// server) first among its headers. Those of 503 carry Retry-After, in seconds.
Response refusal_response(Refusal refusal, std::string_view error_headers);

}  // namespace playhead::http
