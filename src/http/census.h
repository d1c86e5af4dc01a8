// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace playhead::http {

// How many there are of something across the loops of a server, and waiting until none is left.
// Safe from any thread.
class Census {
  public:
    size_t count() const { return count_.load(std::memory_order_relaxed); }

    void enter() { count_.fetch_add(1, std::memory_order_relaxed); }

    void leave() {
        if (count_.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
        // The lock keeps a waiter from missing the change between its look and its sleep.
        const std::lock_guard lock(mutex_);
        changed_.notify_all();
    }

    // False when the time is over and some are left.
    bool wait_until_none(std::chrono::milliseconds at_most) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, at_most, [this] { return count() == 0; });
    }

  private:
    std::atomic<size_t> count_{0};
    std::mutex mutex_;
    std::condition_variable changed_;
};

}  // namespace playhead::http
