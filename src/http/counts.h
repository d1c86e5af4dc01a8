// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/counters.h"
#include "http/refusal.h"

namespace playhead::http {

// What one loop counted in one turn; added to Counts at its end, so that a request costs no atomic.
struct Tally {
    uint64_t accepted = 0;                           // connections, refused ones not included
    uint64_t refused = 0;                            // connections above the limit
    uint64_t crowded = 0;                            // connections above the limit of an address
    uint64_t introductions = 0;                      // headers of proxies that were read
    uint64_t bad_introductions = 0;                  // missing or not well-formed ones
    uint64_t handshakes = 0;                         // of TLS, successful ones
    uint64_t failed_handshakes = 0;                  // those that were begun and came to nothing
    uint64_t requests = 0;                           // complete ones, given to the handler
    std::array<uint64_t, 6> answers{};               // by class of the status; 0 for an unknown one
    uint64_t dropped = 0;                            // of them, those whose client had gone
    std::array<uint64_t, refusal_count> refusals{};  // answers that no handler gave

    void count_answer(int status) {
        const auto kind = static_cast<size_t>(status / 100);
        ++answers[kind < answers.size() ? kind : 0];
    }

    void count_refusal(Refusal why) { ++refusals[static_cast<size_t>(why)]; }
};

// The counters of one server. Safe from any thread. When nothing is under way, the answers are as
// many as the requests and the refusals together; a Refusal::unanswered is the answer to a request,
// and only a bug makes one.
class Counts {
  public:
    // `registry` may be null. It must outlive this object.
    Counts(base::Counters* registry, std::string_view server);

    // Adds a turn and empties it.
    void add(Tally& tally);

  private:
    base::Counters unseen_;  // when nobody looks
    base::Counter& accepted_;
    base::Counter& refused_;
    base::Counter& crowded_;
    base::Counter& introductions_;
    base::Counter& bad_introductions_;
    base::Counter& handshakes_;
    base::Counter& failed_handshakes_;
    base::Counter& requests_;
    std::array<base::Counter*, 6> answers_;
    base::Counter& dropped_;
    std::array<base::Counter*, refusal_count> refusals_;
};

}  // namespace playhead::http
