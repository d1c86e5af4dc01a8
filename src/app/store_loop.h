// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/fold_loop.h"
#include "app/progress.h"
#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/counters.h"
#include "base/error.h"
#include "base/signal.h"
#include "store/store.h"

namespace playhead::app {

// Writes rows into the store: one thread's whole life, because a checkpoint of the store may take
// seconds and nobody may wait for it. A store that cannot be reached or refuses a write is tried
// again for ever, with pauses of half a second to five; meanwhile nothing is lost, the numbers only
// get old (the journal has everything). Before a write the store says how far it is, and what it
// has already is left out: so each row is there once, also when it was not known at the start what
// the store has, or whether the last write came through.
//
// A transaction costs the store milliseconds whatever is in it. So after each write this loop rests
// four times as long as the write took (at most a second), while the next rows gather: the store
// never takes more than a fifth of a core. Rows that wait are answered from memory (FoldLoop).
//
// Behind what waits, and also when nothing does, each round sums up one piece of the days that are
// over (store::Writer::sum_up), so that rows never wait longer than for one of them.
class StoreLoop {
  public:
    using Queue = base::BoundedQueue<std::shared_ptr<const StoreBatch>>;

    // `stored` is told up to which offset the store is complete: when it is reached, and after each
    // write.
    StoreLoop(store::Writer& writer, Queue& queue, std::function<void(uint64_t)> stored,
              const base::Clock& clock, base::Counters& counters);

    // One round: waits for rows, or some seconds when no day is to be summed; writes what waits,
    // one batch after the other, sums up a piece, then rests. False when the queue is closed and
    // empty, or when the process ends and a write fails.
    bool step();

    // Does something to the store between two batches, on this loop's thread. False when too much
    // waits. Any thread.
    bool ask(std::function<void()> job);

    // The process ends: no more rests, and a failing write is given up (the journal will repeat
    // it).
    void hurry();

    // True while the store cannot be reached or refused the last write. Any thread.
    bool failing() const { return failing_; }

    // Pieces of days that are not summed, as it was last known. Any thread.
    uint64_t left_to_sum() const { return left_to_sum_; }

    // Why, as a sentence; empty when it is not failing. Any thread.
    std::string reason() const;

    // Rests while there is nothing to write. Any thread.
    const Progress& progress() const { return progress_; }

  private:
    bool reach();
    bool write_all();
    void do_jobs();
    void sum_up();
    bool write(const StoreBatch& batch);
    base::Result<void> write_what_is_missing(const StoreBatch& batch);
    bool note(const base::Result<void>& done);
    void pause();
    void rest(std::chrono::milliseconds time);

    store::Writer& writer_;
    Queue& queue_;
    std::function<void(uint64_t)> stored_;
    const base::Clock& clock_;
    std::vector<std::shared_ptr<const StoreBatch>> batches_;
    base::BoundedQueue<std::function<void()>> jobs_{1};
    std::vector<std::function<void()>> taken_;
    std::atomic<bool> hurried_{false};
    base::Signal hurry_;
    Progress progress_;
    bool reached_ = false;
    bool has_summed_ = true;  // in the last round; then there may be more
    std::atomic<uint64_t> left_to_sum_{0};
    std::chrono::milliseconds pause_;
    std::atomic<bool> failing_{false};
    mutable std::mutex mutex_;
    std::string reason_;
    base::Counter& rows_;
    base::Counter& failures_;
    base::Histogram& sum_time_;
    base::Histogram& write_time_;
    base::Histogram& write_rows_;
};

}  // namespace playhead::app
