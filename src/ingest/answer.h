// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "event/session_id.h"
#include "http/message.h"
#include "ingest/rejection.h"

// The answers of the collection API, as pure functions. All carry the CORS headers of protocol
// section 3: without them a browser hides even the status from the player.
namespace playhead::ingest {

// Complete header lines (protocol section 3), also for the answers that the HTTP server gives
// itself.
constexpr std::string_view cors_headers =
    "Access-Control-Allow-Origin: *\r\n"
    "Access-Control-Allow-Methods: OPTIONS,POST,PUT\r\n"
    "Access-Control-Allow-Headers: Content-Type\r\n"
    "Access-Control-Expose-Headers: Location\r\n";

// Of a requested list of header names so much is mirrored.
constexpr size_t mirrored_header_bytes = 1024;

// 204 (protocol 5.2).
http::Response accepted_event();

// 201 with a path-absolute Location without any prefix (protocol 4.2).
http::Response created_session(const event::SessionId& session);

// The status and error body of protocol 11.5; `errors` is left out when there are no problems.
// `overloaded` carries Retry-After: 1.
http::Response rejected(Rejection rejection, std::span<const Problem> problems = {});

// 405 with `Allow`, for example "OPTIONS, POST".
http::Response wrong_method(std::string_view allowed);

// 200 to OPTIONS (protocol section 3). `requested_headers` is the value of
// Access-Control-Request-Headers: its names are mirrored when they are header tokens, as many of
// them as fit in mirrored_header_bytes. `private_network`: Access-Control-Request-Private-Network
// was "true".
http::Response preflight(std::string_view requested_headers, bool private_network);

// 200 with a JSON schema.
http::Response schema_answer(std::string schema);

}  // namespace playhead::ingest
