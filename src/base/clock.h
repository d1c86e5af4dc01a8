// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace playhead::base {

// Seam: where time comes from. Only app/ and http/ are given a Clock; everything else receives time
// as a value. Safe to call from any thread.
class Clock {
  public:
    virtual ~Clock() = default;

    // Milliseconds since the Unix epoch, UTC. May jump when the machine's clock is set.
    virtual int64_t wall_ms() const = 0;

    // Milliseconds since an arbitrary start; never runs backwards, does not jump.
    virtual int64_t monotonic_ms() const = 0;
};

// The machine's clocks.
class SystemClock final : public Clock {
  public:
    int64_t wall_ms() const override;
    int64_t monotonic_ms() const override;
};

// A clock that stands still until it is moved; for simulation and tests. Moving it is thread-safe.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(int64_t wall_ms) : wall_ms_(wall_ms) {}

    int64_t wall_ms() const override { return wall_ms_.load(); }

    int64_t monotonic_ms() const override { return monotonic_ms_.load(); }

    // Time passes: both clocks move on.
    void advance(int64_t ms) {
        wall_ms_ += ms;
        monotonic_ms_ += ms;
    }

    // The wall clock is set, as by an administrator; monotonic time is not affected.
    void set_wall(int64_t wall_ms) { wall_ms_ = wall_ms; }

  private:
    std::atomic<int64_t> wall_ms_;
    std::atomic<int64_t> monotonic_ms_{0};
};

}  // namespace playhead::base
