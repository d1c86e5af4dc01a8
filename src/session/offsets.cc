// SPDX-License-Identifier: Apache-2.0
#include "session/offsets.h"

#include "base/check.h"

namespace playhead::session {

void Offsets::add(uint64_t offset) {
    CHECK(offset >= last_);
    if (count_ == limit) return;
    uint64_t rest = offset - last_;
    while (rest >= 0x80) {
        packed_.push_back(static_cast<char>(rest | 0x80));
        rest >>= 7;
    }
    packed_.push_back(static_cast<char>(rest));
    last_ = offset;
    ++count_;
    if (packed_.size() < part_bytes) return;
    log_.add({.part = RowLog::Part::offsets, .head = packed_, .texts = {}});
    packed_.clear();
}

std::vector<uint64_t> Offsets::list() const {
    std::vector<uint64_t> all;
    all.reserve(count_);
    uint64_t offset = 0;
    const auto unpack = [&](std::string_view packed) {
        uint64_t step = 0;
        unsigned shift = 0;
        for (const char c : packed) {
            const auto byte = static_cast<uint8_t>(c);
            step |= static_cast<uint64_t>(byte & 0x7f) << (shift % 64);
            shift += 7;
            if ((byte & 0x80) != 0) continue;
            offset += step;
            all.push_back(offset);
            step = 0;
            shift = 0;
        }
    };
    RowLogReader log(log_.bytes());
    RowLog::Record record;
    while (log.next(record)) unpack(record.head);
    unpack(packed_);
    return all;
}

}  // namespace playhead::session
