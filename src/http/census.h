// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace playhead::http {

// How many there are of something across the loops of a server, and waiting until none is left.
// Cheap enough for each turn of a loop: only while somebody waits does leave() do more than one
// atomic step. Safe from any thread.
class Census {
  public:
    size_t count() const { return count_.load(std::memory_order_relaxed); }

    void enter() { count_.fetch_add(1); }

    void leave() {
        if (count_.fetch_sub(1) > 1 || waiting_ == 0) return;
        // The lock keeps a waiter from missing the change between its look and its sleep.
        const std::lock_guard lock(mutex_);
        changed_.notify_all();
    }

    // Whether somebody waits.
    bool is_awaited() const { return waiting_.load(std::memory_order_relaxed) > 0; }

    // False when the time is over and some are left.
    bool wait_until_none(std::chrono::microseconds at_most) {
        std::unique_lock lock(mutex_);
        ++waiting_;
        const bool is_none = changed_.wait_for(lock, at_most, [this] { return count_ == 0; });
        --waiting_;
        return is_none;
    }

  private:
    std::atomic<size_t> count_{0};
    std::atomic<size_t> waiting_{0};
    std::mutex mutex_;
    std::condition_variable changed_;
};

}  // namespace playhead::http
