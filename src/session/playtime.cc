// SPDX-License-Identifier: Apache-2.0
#include "session/playtime.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace playhead::session {
namespace {

void wait(std::vector<Interval>& waiting, const Interval& interval) {
    if (!waiting.empty()) {
        Interval& last = waiting.back();
        const bool alike = last.chapter == interval.chapter && last.bitrate == interval.bitrate &&
                           last.p0 == interval.p0 && last.p1 == interval.p0 &&
                           interval.p0 == interval.p1 &&
                           last.end_ms == interval.end_ms - interval.dt;
        if (alike || waiting.size() == Playtime::max_held) {
            last.dt += interval.dt;
            last.end_ms += interval.dt;
            last.p1 = interval.p1;
            return;
        }
    }
    waiting.push_back(interval);
}

}  // namespace

void Playtime::credit(const Interval& interval, Chapters& chapters) {
    main_ms_ += interval.dt;
    content_spans_.add(interval.end_ms - interval.dt, interval.end_ms);
    chapters.credit(interval.chapter, interval.dt);
    weigh(interval);
    played_.credit(interval.dt, interval.p0, interval.p1);
}

void Playtime::weigh(const Interval& interval) {
    if (interval.bitrate <= 0) return;
    constexpr int64_t most = std::numeric_limits<int64_t>::max() / 4;
    int64_t product = 0;
    if (__builtin_mul_overflow(interval.dt, interval.bitrate, &product) ||
        product > most - weighted_sum_) {
        weighted_sum_ = most;
    } else {
        weighted_sum_ += product;
    }
    weight_ms_ += interval.dt;
}

void Playtime::main(const Interval& interval, bool may_stall, Chapters& chapters) {
    end_gap();
    if (!may_stall || interval.p0 != interval.p1) {
        end_run(chapters);
        credit(interval, chapters);
        return;
    }
    if (samples_ == 0) start_run(interval);
    if (!stalled_ && interval.end_ms - last_sample_ms_ >= stall_sample_ms) {
        last_sample_ms_ = interval.end_ms;
        ++samples_;
    }
    if (stalled_) {
        stall_ms_ += interval.dt;
        return;
    }
    wait(waiting_, interval);
    if (samples_ < stall_samples) return;
    stalled_ = true;
    ++stall_count_;
    for (const Interval& held : waiting_) stall_ms_ += held.dt;
    waiting_.clear();
}

void Playtime::start_run(const Interval& interval) {
    samples_ = 1;
    last_sample_ms_ = interval.end_ms - interval.dt;
}

void Playtime::end_run(Chapters& chapters) {
    if (samples_ == 0) return;
    for (const Interval& held : waiting_) credit(held, chapters);
    waiting_.clear();
    samples_ = 0;
    stalled_ = false;
}

void Playtime::gap(const Interval& interval, Chapters& chapters) {
    end_run(chapters);
    if (gap_counts_) {
        credit(interval, chapters);
        return;
    }
    gap_sum_ms_ += interval.dt;
    wait(waiting_, interval);
    if (gap_sum_ms_ <= gap_ms) return;
    gap_counts_ = true;
    for (const Interval& held : waiting_) credit(held, chapters);
    waiting_.clear();
}

void Playtime::end_gap() {
    if (samples_ != 0) return;
    waiting_.clear();
    gap_sum_ms_ = 0;
    gap_counts_ = false;
}

void Playtime::ad(const Interval& interval, Chapters& chapters) {
    nothing(false, chapters);
    ad_ms_ += interval.dt;
    ad_spans_.add(interval.end_ms - interval.dt, interval.end_ms);
    weigh(interval);
}

void Playtime::pause(const Interval& interval, bool in_break, Chapters& chapters) {
    nothing(in_break, chapters);
    pause_ms_ += interval.dt;
}

void Playtime::buffer(const Interval& interval, bool in_break, Chapters& chapters) {
    nothing(in_break, chapters);
    buffer_ms_ += interval.dt;
}

void Playtime::nothing(bool in_break, Chapters& chapters) {
    end_run(chapters);
    if (!in_break) end_gap();
}

void Playtime::finish(Chapters& chapters) {
    nothing(false, chapters);
}

int64_t Playtime::reached_ms() const {
    const int64_t held = waiting_.empty() ? 0 : waiting_.back().end_ms;
    return std::max({held, content_spans_.reached_ms(), ad_spans_.reached_ms()});
}

bool Playtime::is_in_order() const {
    int64_t at = content_spans_.reached_ms();
    return std::ranges::all_of(waiting_, [&at](const Interval& held) {
        return std::exchange(at, held.end_ms) <= held.end_ms - held.dt;
    });
}

int64_t Playtime::average_bitrate() const {
    if (weight_ms_ == 0) return 0;
    return (2 * weighted_sum_ + weight_ms_) / (2 * weight_ms_);
}

}  // namespace playhead::session
