// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <ctime>

#include "base/stopwatch.h"

namespace playhead::base {
namespace {

int64_t read_ms(clockid_t which) {
    timespec now{};
    clock_gettime(which, &now);
    return static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

int64_t read_us(clockid_t which) {
    timespec now{};
    clock_gettime(which, &now);
    return static_cast<int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
}

}  // namespace

Stopwatch::Stopwatch() : begin_us_(read_us(CLOCK_MONOTONIC)) {
}

int64_t Stopwatch::microseconds() const {
    return read_us(CLOCK_MONOTONIC) - begin_us_;
}

int64_t SystemClock::wall_ms() const {
    return read_ms(CLOCK_REALTIME);
}

int64_t SystemClock::monotonic_ms() const {
    return read_ms(CLOCK_MONOTONIC);
}

}  // namespace playhead::base
