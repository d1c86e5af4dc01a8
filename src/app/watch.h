// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/progress.h"
#include "base/clock.h"

namespace playhead::app {

// Looks after threads: which of them has work and makes no progress. Tells it in the log, once when
// it begins and once when it ends. One thread.
//
// Time in which nobody looked does not count, so a process that was stopped as a whole and goes on
// is not stuck.
class Watch {
  public:
    // Between two looks no more than this is counted.
    static constexpr int64_t look_at_most_ms = 2'000;

    explicit Watch(const base::Clock& clock) : clock_(clock) {}

    // `moved`: whether there was progress since the last call, or there is nothing to do.
    // `patience`: how many times the limit it may take.
    void add(std::string name, std::function<bool()> moved, int64_t patience = 1);

    // A thread that says how far it is. `has_work`, which may be empty, is asked when it rests.
    void add(std::string name, const Progress& progress, int64_t patience = 1,
             std::function<bool()> has_work = {});

    // Looks at all; to be called about once a second. False while one has been without progress for
    // longer than `limit_ms` (times its patience).
    bool look(int64_t limit_ms);

  private:
    struct Subject {
        std::string name;
        std::function<bool()> moved;
        int64_t patience = 1;
        int64_t still_ms = 0;  // without progress
        bool is_stuck = false;
    };

    const base::Clock& clock_;
    std::vector<Subject> subjects_;
    int64_t looked_at_ = INT64_MAX;  // monotonic
};

}  // namespace playhead::app
