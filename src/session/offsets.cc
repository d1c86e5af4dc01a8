// SPDX-License-Identifier: Apache-2.0
#include "session/offsets.h"

#include "base/check.h"

namespace playhead::session {

void Offsets::add(uint64_t offset) {
    CHECK(offset >= last_);
    if (count_ == limit) return;
    steps_.add(offset - last_);
    last_ = offset;
    ++count_;
}

std::vector<uint64_t> Offsets::list() const {
    std::vector<uint64_t> all;
    all.reserve(count_);
    uint64_t offset = 0;
    steps_.for_each([&](uint64_t step) { all.push_back(offset += step); });
    return all;
}

}  // namespace playhead::session
