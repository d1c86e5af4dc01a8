// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "http/output.h"

namespace playhead::http {

// The requests of one connection that wait for their answers, and the answers that wait for those
// before them: answers come in any order and leave in that of the requests (RFC 9112
// section 9.3.2).
//
// No I/O, not thread-safe. Never more than `limit` wait; who expects one more has a bug.
class AnswerOrder {
  public:
    static constexpr size_t limit = 64;

    // One more request was read. `head`: its answer carries no body. Returns its number.
    uint64_t expect(bool head);

    // Requests that were expected and whose answers have not left.
    size_t waiting() const { return static_cast<size_t>(next_ - first_); }

    // No request follows: the answer to the newest one says so.
    void finish() { finishing_ = true; }

    // finish() was called and nothing waits.
    bool finished() const { return finishing_ && waiting() == 0; }

    // Adds to `out` what can leave now that `request` has its answer. Each request is answered
    // once.
    void answer(uint64_t request, Response&& response, Output& out);

    // The same for an answer that goes on. Once it has left, nothing else does: requests behind it
    // wait no longer. finish() must have been called.
    void begin(uint64_t request, Response&& head, Output& out);

    // More of the answer that goes on; kept with its head while that waits.
    void go_on(std::string_view bytes, Output& out);

    // The bytes of the answers that came too early; they are kept until their turn.
    size_t held_bytes() const { return held_bytes_; }

  private:
    struct Early {
        uint64_t request = 0;
        Response response;
        bool goes_on = false;
    };

    void put(Early&& answer, Output& out);
    void write(const Early& answer, Output& out);
    bool write_early(Output& out);

    uint64_t first_ = 0;  // the oldest request without an answer
    uint64_t next_ = 0;
    uint64_t heads_ = 0;  // one bit for each waiting request, at its number modulo 64
    bool finishing_ = false;
    bool goes_on_ = false;  // the last answer has left, and has no end yet
    size_t held_bytes_ = 0;
    std::vector<Early> early_;  // at most limit - 1
};

}  // namespace playhead::http
