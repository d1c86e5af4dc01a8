// SPDX-License-Identifier: Apache-2.0
#include "base/histogram.h"

#include <algorithm>
#include <charconv>

namespace playhead::base {
namespace {

constexpr double microseconds_in_second = 1e6;

// From a sync of a fast disk to the longest report.
constexpr std::array<uint64_t, Histogram::most_bounds> time_bounds{
    100,     250,     500,     1'000,     2'500,     5'000,     10'000,     25'000,    50'000,
    100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000};

// From one event in a commit to the rows that may wait for the store.
constexpr std::array<uint64_t, 10> count_bounds{1,   2,     5,     10,     50,
                                                200, 1'000, 5'000, 20'000, 100'000};

double shown(Histogram::Unit unit, uint64_t value) {
    const auto number = static_cast<double>(value);
    return unit == Histogram::Unit::count ? number : number / microseconds_in_second;
}

// Without an exponent: a bound is a label, and labels are compared as text.
void append_plain(std::string& text, double value) {
    char digits[64];
    const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed);
    text.append(digits, end.ptr);
}

}  // namespace

std::span<const uint64_t> Histogram::bounds(Unit unit) {
    if (unit == Unit::count) return count_bounds;
    return time_bounds;
}

void Histogram::record(uint64_t value, uint64_t times) {
    const std::span<const uint64_t> upper = bounds(unit_);
    const auto place = static_cast<size_t>(std::ranges::lower_bound(upper, value) - upper.begin());
    buckets_[place].fetch_add(times, std::memory_order_relaxed);
    sum_.fetch_add(value * times, std::memory_order_relaxed);
}

void Histogram::append_prometheus(std::string& text, std::string_view name,
                                  std::string_view labels) const {
    const std::string own = labels.empty() ? std::string() : std::string(labels) + ',';
    const std::string braced = labels.empty() ? std::string() : '{' + std::string(labels) + '}';
    const std::span<const uint64_t> upper = bounds(unit_);
    uint64_t within = 0;
    for (size_t place = 0; place <= upper.size(); ++place) {
        within += in_bucket(place);
        text.append(name).append("_bucket{").append(own).append("le=\"");
        if (place < upper.size()) {
            append_plain(text, shown(unit_, upper[place]));
        } else {
            text += "+Inf";
        }
        text.append("\"} ").append(std::to_string(within)).append("\n");
    }
    text.append(name).append("_sum").append(braced).append(" ");
    append_plain(text, shown(unit_, sum()));
    text.append("\n").append(name).append("_count").append(braced).append(" ");
    text.append(std::to_string(within)).append("\n");
}

}  // namespace playhead::base
