// SPDX-License-Identifier: Apache-2.0
#include "app/store_loop.h"

#include <algorithm>

#include "base/log.h"

namespace playhead::app {
namespace {

constexpr std::chrono::milliseconds pause_after_failure{500};
constexpr std::chrono::milliseconds longest_rest{1000};
constexpr int rest_factor = 4;

}  // namespace

StoreLoop::StoreLoop(store::Writer& writer, Queue& queue, std::function<void(uint64_t)> stored,
                     const base::Clock& clock, base::Counters& counters)
    : writer_(writer),
      queue_(queue),
      stored_(std::move(stored)),
      clock_(clock),
      rows_(counters.counter("playhead_rows_stored_total", "",
                             "Closed sessions written to the store")),
      failures_(
          counters.counter("playhead_store_failures_total", "", "Writes that the store refused")) {
}

bool StoreLoop::step() {
    batches_.clear();
    if (!queue_.pop_all(batches_)) return false;
    const int64_t begin = clock_.monotonic_ms();
    for (const auto& batch : batches_) {
        while (!write(*batch)) {
            if (hurried_) return false;
            rest(pause_after_failure);
        }
        stored_(batch->offset);
    }
    const std::chrono::milliseconds took(clock_.monotonic_ms() - begin);
    rest(std::min(rest_factor * took, longest_rest));
    return true;
}

void StoreLoop::hurry() {
    hurried_ = true;
    hurry_.raise();
}

void StoreLoop::rest(std::chrono::milliseconds time) {
    if (!hurried_ && time.count() > 0) hurry_.wait(time);
}

bool StoreLoop::write(const StoreBatch& batch) {
    const auto done = writer_.write(batch.rows, batch.offset);
    if (done) {
        rows_.add(batch.rows.size());
        if (failing_.exchange(false)) base::log(base::Level::info, "the store takes rows again");
        return true;
    }
    failures_.add();
    if (!failing_.exchange(true)) {
        base::log(base::Level::error,
                  "the store refuses rows, they are kept in the journal and "
                  "written as soon as it takes them: " +
                      done.error().what);
    }
    return false;
}

}  // namespace playhead::app
