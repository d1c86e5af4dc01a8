// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/histogram.h"

namespace playhead::base {

// A number that only grows. Adding is one relaxed atomic instruction; keep the reference.
class Counter {
  public:
    void add(uint64_t by = 1) { value_.fetch_add(by, std::memory_order_relaxed); }

    uint64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<uint64_t> value_{0};
};

// What the process counts about itself, as GET /metrics shows it (Prometheus text format).
//
// Counters are made at start and live as long as the registry; a name with labels is made once. The
// number of counters is bounded by the code: no label value ever comes from outside. All functions
// are safe from any thread; only those that make something lock, so they are not for the hot path.
class Counters {
  public:
    // `name` as `playhead_events_total`, `labels` as `outcome="used"` or empty. The same name and
    // labels give the same counter.
    Counter& counter(std::string_view name, std::string_view labels, std::string_view help);

    // A number that is read when somebody looks. `read` is called from the reading thread and must
    // stay callable for the life of the registry.
    void gauge(std::string_view name, std::string_view labels, std::string_view help,
               std::function<double()> read);

    // The same name and labels give the same histogram. `name` ends in `_seconds` when the unit is
    // a time.
    Histogram& histogram(std::string_view name, std::string_view labels, std::string_view help,
                         Histogram::Unit unit);

    // The whole registry, grouped by name in order of registration.
    std::string prometheus_text() const;

  private:
    enum class Kind : uint8_t { counter, gauge, histogram };

    struct Series {
        std::string labels;
        Counter counter;
        std::function<double()> read;          // of a gauge
        std::unique_ptr<Histogram> histogram;  // of a histogram
    };

    struct Family {
        std::string name;
        std::string help;
        Kind kind{};
        std::deque<Series> series;  // a deque keeps references valid
    };

    Family& family(std::string_view name, std::string_view help, Kind kind);
    static std::string_view type_of(Kind kind);
    static void append(std::string& text, const Family& in, const Series& one);

    mutable std::mutex mutex_;
    std::deque<Family> families_;
};

}  // namespace playhead::base
