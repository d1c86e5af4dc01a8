// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace playhead::http {

// Whether the loops of a server have anything to do, for one thread that would rather go on when
// they have handed over all that has come. A hint: a loop that sleeps does not know what it is
// about to be woken for. Costs a loop two atomic steps a turn, and a system call only while that
// thread waits.
class Idleness {
  public:
    // For a loop's thread: it has something to do, and then it has not.
    void begin_work() { busy_.fetch_add(1); }

    void end_work() {
        if (busy_.fetch_sub(1) > 1 || !awaited_) return;
        // The lock keeps the waiter from missing the change between its look and its sleep.
        {
            const std::lock_guard lock(mutex_);
        }
        changed_.notify_one();
    }

    // Whether a loop should look once more whether there is something to do before it says not.
    bool is_awaited() const { return awaited_.load(std::memory_order_relaxed); }

    // Waits until no loop has anything to do; false when one still had after `at_most`. One thread.
    bool wait(std::chrono::microseconds at_most) {
        std::unique_lock lock(mutex_);
        awaited_ = true;
        const bool is_idle = changed_.wait_for(lock, at_most, [this] { return busy_ == 0; });
        awaited_ = false;
        return is_idle;
    }

  private:
    std::atomic<size_t> busy_{0};
    std::atomic<bool> awaited_{false};
    std::mutex mutex_;
    std::condition_variable changed_;
};

}  // namespace playhead::http
