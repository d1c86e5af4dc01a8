// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/check.h"

namespace playhead::base {

// A sequence that is the same for the same seed on every machine and with every standard library
// (SplitMix64, Steele, Lea and Flood 2014). For simulations and tests; never for secrets.
class Splitmix {
  public:
    explicit Splitmix(uint64_t seed) : state_(seed) {}

    uint64_t next() {
        state_ += 0x9e3779b97f4a7c15;
        uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

    // 0 to limit - 1; limit is at least 1. Good enough for limits far below 2^64.
    uint64_t below(uint64_t limit) {
        CHECK(limit > 0);
        return next() % limit;
    }

  private:
    uint64_t state_;
};

}  // namespace playhead::base
