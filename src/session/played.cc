// SPDX-License-Identifier: Apache-2.0
#include "session/played.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace playhead::session {
namespace {

constexpr int64_t day_ms = 86'400'000;
constexpr int64_t segment_minutes = 5;
constexpr int64_t segment_ms = segment_minutes * 60'000;
constexpr std::array<int, 5> percentages = {10, 25, 50, 75, 95};

}  // namespace

void Played::credit(int64_t dt, int64_t p0, int64_t p1) {
    const int64_t dp = p1 - p0;
    const int64_t reachable = 2 * dt + 2'000;
    if (dp == 0) return;
    if (dp > 0 && dp <= reachable) {
        add(p0, p1);
        return;
    }
    if (dp < 0 && length_ms_ == day_ms && p0 < day_ms && dp + day_ms <= reachable) {
        add(p0, day_ms);
        add(0, p1);
        return;
    }
    add(std::max<int64_t>(0, p1 - dt), p1);
}

void Played::add(int64_t from, int64_t to) {
    if (from >= to) return;
    mark(from, to);
    widen(from, to);
    auto first = std::ranges::lower_bound(parts_, from, {}, &Part::to);
    if (first == parts_.end() || first->from > to) {
        parts_.insert(first, Part{from, to});
        if (parts_.size() > max_parts) join_nearest();
        return;
    }
    first->from = std::min(first->from, from);
    auto last = first;
    while (last != parts_.end() && last->from <= to) {
        to = std::max(to, last->to);
        ++last;
    }
    first->to = to;
    parts_.erase(first + 1, last);
}

void Played::join_nearest() {
    size_t nearest = 0;
    for (size_t i = 1; i + 1 < parts_.size(); ++i) {
        if (parts_[i + 1].from - parts_[i].to < parts_[nearest + 1].from - parts_[nearest].to) {
            nearest = i;
        }
    }
    parts_[nearest].to = parts_[nearest + 1].to;
    parts_.erase(parts_.begin() + static_cast<std::ptrdiff_t>(nearest) + 1);
}

void Played::mark(int64_t from, int64_t to) {
    if (length_ms_ <= 0) return;
    for (size_t i = 0; i < percentages.size(); ++i) {
        const int64_t marker = percentages[i] * length_ms_;
        if (from * 100 <= marker && marker <= to * 100) {
            markers_ = static_cast<uint8_t>(markers_ | (1U << i));
        }
    }
}

void Played::widen(int64_t from, int64_t to) {
    min_ = std::min(min_, from);
    max_ = std::max(max_, to);
}

int64_t Played::unique_ms() const {
    int64_t sum = 0;
    for (const Part& part : parts_) sum += part.to - part.from;
    return sum;
}

std::string Played::segment(int64_t otherwise) const {
    const bool played = min_ <= max_;
    const int64_t from = std::max<int64_t>(0, played ? min_ : otherwise);
    const int64_t to = std::max<int64_t>(0, played ? max_ : otherwise);
    const int64_t low = segment_minutes * (from / segment_ms);
    const int64_t high = segment_minutes * ((to + segment_ms - 1) / segment_ms);
    return "[" + std::to_string(low) + "-" + std::to_string(std::max(low + segment_minutes, high)) +
           "]";
}

bool Played::passed(int percent) const {
    for (size_t i = 0; i < percentages.size(); ++i) {
        if (percentages[i] == percent) return (markers_ >> i & 1U) != 0;
    }
    CHECK(false);
    return false;
}

}  // namespace playhead::session
