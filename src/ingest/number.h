// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "ingest/fingerprint.h"

namespace playhead::ingest {

// A JSON number that is finite.
struct Number {
    double real = 0;
    int64_t integer = 0;  // only of an integer of 64 bits, whatever its spelling (3, 3.0, 30e-1)
    bool is_integer = false;

    uint64_t hash() const {
        return is_integer ? fingerprint::of_integer(integer) : fingerprint::of_real(real);
    }

    // P(x) of metrics section 1, of seconds. Beyond 2^53 ms (285,000 years) a playhead means
    // nothing; it is held there, so that sums of a few of them stay in range.
    int64_t milliseconds() const {
        constexpr double limit = 9007199254740992.0;
        return static_cast<int64_t>(std::clamp(std::floor(real * 1000 + 0.5), -limit, limit));
    }
};

}  // namespace playhead::ingest
