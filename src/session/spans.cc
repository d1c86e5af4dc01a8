// SPDX-License-Identifier: Apache-2.0
#include "session/spans.h"

#include "base/check.h"

namespace playhead::session {

void Spans::add(int64_t from, int64_t to) {
    CHECK(to_ <= from && from <= to);
    if (from == to) return;
    const bool meets = count_ > 0 && from == to_;
    if (meets || count_ == limit) {
        to_ += to - from;
        return;
    }
    if (count_ > 0) steps_.add(static_cast<uint64_t>(to_ - from_));
    steps_.add(static_cast<uint64_t>(from - to_));
    from_ = from;
    to_ = to;
    ++count_;
}

std::vector<Span> Spans::list(int64_t start_ts) const {
    std::vector<Span> all;
    all.reserve(count_);
    auto at = static_cast<uint64_t>(start_ts);
    bool begins = true;
    steps_.for_each([&](uint64_t step) {
        at += step;
        const auto ts = static_cast<int64_t>(at);
        if (begins) {
            all.push_back({.from_ts = ts, .to_ts = ts});
        } else {
            all.back().to_ts = ts;
        }
        begins = !begins;
    });
    if (!all.empty()) all.back().to_ts += to_ - from_;
    return all;
}

}  // namespace playhead::session
