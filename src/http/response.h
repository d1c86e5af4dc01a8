// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "http/message.h"

namespace playhead::http {

// What a response cannot say of itself, because it depends on the request.
struct Framing {
    bool head = false;        // the request was HEAD: the length of the body, but no body
    bool close = false;       // the connection ends with this answer
    bool open_ended = false;  // and its end is that of the body, whose length is not known
};

// Appends the bytes of an answer to `out`: status line, fixed headers, headers, Content-Length (not
// for 1xx, 204 and 304, nor when it is not known), Connection, body (not for these either).
void append_response(std::string& out, const Response& response, Framing framing);

}  // namespace playhead::http
