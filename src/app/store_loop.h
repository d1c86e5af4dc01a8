// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "app/fold_loop.h"
#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/counters.h"
#include "base/signal.h"
#include "store/store.h"

namespace playhead::app {

// Writes rows into the store: one thread's whole life, because a checkpoint of the store may take
// seconds and nobody may wait for it. A write that fails is repeated for ever, with a pause;
// meanwhile nothing is lost, the numbers only get old (the journal has everything).
//
// A transaction costs the store milliseconds whatever is in it. So after each write this loop rests
// four times as long as the write took (at most a second), while the next rows gather: the store
// never takes more than a fifth of a core. Rows that wait are answered from memory (FoldLoop).
class StoreLoop {
  public:
    using Queue = base::BoundedQueue<std::shared_ptr<const StoreBatch>>;

    // `stored` is told after each write up to which offset the store is complete.
    StoreLoop(store::Writer& writer, Queue& queue, std::function<void(uint64_t)> stored,
              const base::Clock& clock, base::Counters& counters);

    // One round: writes what waits, one batch after the other, then rests. False when the queue is
    // closed and empty, or when the process ends and a write fails.
    bool step();

    // The process ends: no more rests, and a failing write is given up (the journal will repeat
    // it).
    void hurry();

    // True while the last write failed. Any thread.
    bool failing() const { return failing_; }

  private:
    bool write(const StoreBatch& batch);
    void rest(std::chrono::milliseconds time);

    store::Writer& writer_;
    Queue& queue_;
    std::function<void(uint64_t)> stored_;
    const base::Clock& clock_;
    std::vector<std::shared_ptr<const StoreBatch>> batches_;
    std::atomic<bool> hurried_{false};
    base::Signal hurry_;
    std::atomic<bool> failing_{false};
    base::Counter& rows_;
    base::Counter& failures_;
};

}  // namespace playhead::app
