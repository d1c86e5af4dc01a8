// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace playhead::base {

// Wakes one waiting thread: "there may be something for you". Raised any number of times before the
// waiter looks, it counts once. raise() is one atomic exchange when the flag is up already, and
// makes a system call only when the waiter really sleeps, so it fits a hot path.
class Signal {
  public:
    void raise() {
        if (raised_.exchange(true)) return;
        // The lock orders this with a waiter that has looked but does not sleep yet.
        {
            const std::lock_guard lock(mutex_);
        }
        changed_.notify_one();
    }

    // Waits until raised, at most `limit`; takes the flag down. One thread only.
    void wait(std::chrono::milliseconds limit) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, limit, [this] { return raised_.load(); });
        raised_ = false;
    }

  private:
    std::atomic<bool> raised_{false};
    std::mutex mutex_;
    std::condition_variable changed_;
};

}  // namespace playhead::base
