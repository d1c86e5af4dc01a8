// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <ctime>

namespace playhead::base {
namespace {

int64_t read_ms(clockid_t which) {
    timespec now{};
    clock_gettime(which, &now);
    return static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace

int64_t SystemClock::wall_ms() const {
    return read_ms(CLOCK_REALTIME);
}

int64_t SystemClock::monotonic_ms() const {
    return read_ms(CLOCK_MONOTONIC);
}

}  // namespace playhead::base
