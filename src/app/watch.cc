// SPDX-License-Identifier: Apache-2.0
#include "app/watch.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace playhead::app {

void Watch::add(std::string name, std::function<bool()> moved, int64_t patience) {
    subjects_.push_back({std::move(name), std::move(moved), patience});
}

void Watch::add(std::string name, const Progress& progress, int64_t patience,
                std::function<bool()> has_work) {
    const auto moved = [&progress, has_work = std::move(has_work), last = uint64_t{0}]() mutable {
        const uint64_t before = std::exchange(last, progress.value());
        if (last != before) return true;
        return !Progress::is_work(last) && !(has_work && has_work());
    };
    add(std::move(name), moved, patience);
}

bool Watch::look(int64_t limit_ms) {
    const int64_t now = clock_.monotonic_ms();
    const int64_t passed = std::clamp<int64_t>(now - looked_at_, 0, look_at_most_ms);
    looked_at_ = now;
    bool is_well = true;
    for (Subject& subject : subjects_) {
        subject.still_ms = subject.moved() ? 0 : subject.still_ms + passed;
        const bool is_stuck = subject.still_ms > limit_ms * subject.patience;
        if (is_stuck && !subject.is_stuck) {
            base::log(base::Level::error, subject.name + " has work and has made no progress for " +
                                              std::to_string(subject.still_ms / 1000) +
                                              " s: the supervisor is not told any more that the "
                                              "server is alive");
        } else if (!is_stuck && subject.is_stuck) {
            base::log(base::Level::warning, subject.name + " makes progress again");
        }
        subject.is_stuck = is_stuck;
        is_well = is_well && !is_stuck;
    }
    return is_well;
}

}  // namespace playhead::app
