// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace playhead::base {

// What each item of a queue takes of its limit when the limit is a number of items.
struct OneEach {
    template <typename T>
    size_t operator()(const T&) const {
        return 1;
    }
};

// A queue with a limit: many producers, one consumer, any threads.
//
// `Cost` says how much of the limit an item takes. At the limit try_push refuses and the item stays
// with the caller, who says so to whoever sent it. After close() nothing more goes in; what is
// inside still comes out. There is no unbounded queue in the program.
template <typename T, typename Cost = OneEach>
class BoundedQueue {
  public:
    explicit BoundedQueue(size_t limit) : limit_(limit) {}

    // False when full or closed; `item` is then untouched.
    [[nodiscard]] bool try_push(T&& item) {
        const size_t cost = Cost()(item);
        {
            const std::lock_guard lock(mutex_);
            if (closed_ || cost > limit_ - cost_) return false;
            cost_ += cost;
            items_.push_back(std::move(item));
        }
        changed_.notify_one();
        return true;
    }

    // Waits until there is something, then moves everything to the end of `into`.
    // False when the queue is closed and empty.
    bool pop_all(std::vector<T>& into) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return closed_ || !items_.empty(); });
        return take(into);
    }

    // Like pop_all, but waits no longer than `limit`; nothing may have come then. False only when
    // the queue is closed and empty.
    bool pop_all_within(std::vector<T>& into, std::chrono::milliseconds limit) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, limit, [this] { return closed_ || !items_.empty(); });
        return take(into) || !closed_;
    }

    // Like pop_all, but returns at once: false when there is nothing now.
    bool try_pop_all(std::vector<T>& into) {
        const std::lock_guard lock(mutex_);
        return take(into);
    }

    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        changed_.notify_all();
    }

    size_t size() const {
        const std::lock_guard lock(mutex_);
        return items_.size();
    }

  private:
    bool take(std::vector<T>& into) {
        if (items_.empty()) return false;
        for (T& item : items_) into.push_back(std::move(item));
        items_.clear();
        cost_ = 0;
        return true;
    }

    const size_t limit_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<T> items_;
    size_t cost_ = 0;  // of all items; at most limit_
    bool closed_ = false;
};

}  // namespace playhead::base
