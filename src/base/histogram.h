// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace playhead::base {

// How often a value was how large, in a fixed number of buckets; for showing it to people.
//
// Recording is two relaxed atomic instructions and a search among the bounds: no lock, and no
// memory beyond what the object has from the start. Any thread may record and read. A reader may
// see a value in its bucket and not yet in the sum.
class Histogram {
  public:
    enum class Unit : uint8_t {
        microseconds,  // shown in seconds, as Prometheus wants it
        count,         // shown as it is
    };

    static constexpr size_t most_bounds = 17;

    explicit Histogram(Unit unit) : unit_(unit) {}

    // The same value `times` times. A value that is equal to a bound lies within it; one above the
    // last bound is in the bucket of the rest.
    void record(uint64_t value, uint64_t times = 1);

    // Upper bounds of the buckets of a unit, ascending; behind them comes that of the rest.
    static std::span<const uint64_t> bounds(Unit unit);

    // What was recorded within the bucket at this place; the one of the rest stands at
    // bounds().size().
    uint64_t in_bucket(size_t place) const {
        return buckets_[place].load(std::memory_order_relaxed);
    }

    uint64_t sum() const { return sum_.load(std::memory_order_relaxed); }

    // Appends `name_bucket`, `name_sum` and `name_count` in Prometheus text format; `labels` as
    // Counters::counter takes them.
    void append_prometheus(std::string& text, std::string_view name, std::string_view labels) const;

  private:
    const Unit unit_;
    std::array<std::atomic<uint64_t>, most_bounds + 1> buckets_{};
    std::atomic<uint64_t> sum_{0};
};

}  // namespace playhead::base
