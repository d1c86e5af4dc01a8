// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace playhead::web {

// The requests of one session as they arrived, in arrival order, for GET
// /v1/sessions/{sid}/recording.
struct Recording {
    struct Request {
        int64_t received_at = 0;
        std::string body;
    };

    std::string session;
    bool is_downloaded = false;  // one request, whose body is an array
    std::vector<Request> requests;
};

// The document that `playhead fold` reads: one session, each event as it was sent, to the byte,
// with `receivedAt` as a further last member. A downloaded session has its array alone. The bodies
// are valid JSON, as the collection side has made sure of before it kept them.
std::string recording_json(const Recording& recording);

}  // namespace playhead::web
