// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/counters.h"

namespace playhead::http {

// What one loop counted in one turn; added to Counts at its end, so that a request costs no atomic.
struct Tally {
    uint64_t accepted = 0;              // connections, refused ones not included
    uint64_t refused = 0;               // connections above the limit
    uint64_t requests = 0;              // complete ones, given to the handler
    std::array<uint64_t, 6> answers{};  // by class of the status; 0 for an unknown one
    uint64_t dropped = 0;               // answers whose client had gone
    uint64_t bugs = 0;                  // Responders that were destroyed unused
};

// The counters of one server. Safe from any thread.
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
    base::Counter& requests_;
    std::array<base::Counter*, 6> answers_;
    base::Counter& dropped_;
    base::Counter& bugs_;
};

}  // namespace playhead::http
