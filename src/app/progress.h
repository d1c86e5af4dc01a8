// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace playhead::app {

// How far a thread has come, for who looks after it: the thread says when it begins to work and
// when it has done; another one looks. Saying it is a plain store, so it fits each round of a loop.
class Progress {
  public:
    // The thread that works.
    void begin() { say(value_.load(std::memory_order_relaxed) | 1); }

    // It goes on; the next part may take as long as the first.
    void go_on() { say(value_.load(std::memory_order_relaxed) + 2); }

    void end() { say((value_.load(std::memory_order_relaxed) | 1) + 1); }

    // Any thread. Another value than before: something happened meanwhile.
    uint64_t value() const { return value_.load(std::memory_order_relaxed); }

    static bool is_work(uint64_t value) { return (value & 1) != 0; }

  private:
    void say(uint64_t value) { value_.store(value, std::memory_order_relaxed); }

    std::atomic<uint64_t> value_{0};  // odd: it works
};

// The thread works as long as this is there.
class Work {
  public:
    explicit Work(Progress& progress) : progress_(progress) { progress_.begin(); }

    ~Work() { progress_.end(); }

    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

  private:
    Progress& progress_;
};

}  // namespace playhead::app
