// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "event/event_type.h"
#include "event/record.h"
#include "event/session_id.h"
#include "http/message.h"

namespace playhead::ingest {

// One valid request on its way to the journal. Whether its session is known and open is not decided
// yet; the answer is sent when that is known and the bytes are on disk.
struct Submission {
    event::Record::Kind kind{};
    event::SessionId session;
    event::EventType type{};   // of a batch: that of its first element
    int64_t ts = 0;            // playerTime.ts; of a batch: of its first element
    int64_t playhead_ms = 0;   // likewise
    int64_t received_at = 0;   // wall clock, ms
    int64_t monotonic_ms = 0;  // monotonic clock, ms
    size_t body_offset = 0;    // the body lies in Turn::bodies
    size_t body_size = 0;
    http::Responder responder;
};

// A turn is handed over when it holds this many submissions or bytes, so it never holds more than
// this plus one body.
constexpr size_t turn_submissions = 1024;
constexpr size_t turn_bytes = 1024 * 1024;

// What one turn of a server loop gathered, handed over as one.
struct Turn {
    std::string bodies;
    std::vector<Submission> submissions;
};

// The memory that a turn holds while it waits, in bytes.
struct TurnBytes {
    size_t operator()(const Turn& turn) const {
        return sizeof turn + turn.bodies.capacity() +
               turn.submissions.capacity() * sizeof(Submission);
    }
};

}  // namespace playhead::ingest
