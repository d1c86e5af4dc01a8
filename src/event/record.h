// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "event/session_id.h"

namespace playhead::event {

// What the journal keeps of one accepted request. Layout: docs/format/record.md.
struct Record {
    // The numbers are stored: never change or reuse one.
    enum class Kind : uint8_t {
        session_start = 1,  // body: the object that was posted to /sessions
        event = 2,          // body: the object that was posted to /sessions/{sid}/events
        batch = 3,          // body: the array of a downloaded session
        tick = 4,           // no session, no body: time passed
        rules = 5,          // no session; body: the session rules that hold from here on
        refusals = 6,       // no session; body: how much was refused since the last of these
        erasure = 7,        // no session; body: what is erased from here on, or how far that is
        erased = 8,         // no session; what is left of a record of the first three kinds
    };

    Kind kind{};

    // The server's wall clock at arrival, ms since the epoch. For people and reports.
    int64_t received_at = 0;

    // How long this data folder has been served, ms, over all restarts; never runs backwards and
    // leaves out the time in which the server was down. All time-outs are measured with it.
    int64_t uptime_ms = 0;

    SessionId session;      // zero for kinds from tick on
    std::string_view body;  // as it arrived
};

// Makes the bytes of a record into what is left of it when its person is erased: as long, with its
// two times and the number of its events. Nothing changes where there is no record.
void erase(std::span<char> bytes, uint64_t events);

// How many events an erased record held.
uint64_t erased_events(const Record& erased);

// Bytes of an encoded record with a body of `body_bytes`.
constexpr size_t record_bytes(size_t body_bytes) {
    return 1 + 8 + 8 + 32 + body_bytes;
}

// Appends the encoded record to `to`.
void encode(const Record& record, std::string& to);

// The record in these bytes; `body` points into them. Nothing when they are not a record that this
// version knows (too short, unknown kind).
std::optional<Record> decode(std::string_view bytes);

}  // namespace playhead::event
