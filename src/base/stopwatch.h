// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace playhead::base {

// How long something of the real world took, for showing it to people; what decides something takes
// its time from a Clock.
class Stopwatch {
  public:
    Stopwatch();

    int64_t microseconds() const;

  private:
    int64_t begin_us_;
};

}  // namespace playhead::base
