// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace playhead::base {

// Eight bytes of a text as one word, the first in the lowest byte, so that all are looked at at
// once (read_little<uint64_t> reads one). A mark is the highest bit of a byte.

constexpr uint64_t in_each_byte(uint8_t byte) {
    return uint64_t{0x0101010101010101} * byte;
}

constexpr uint64_t byte_marks = in_each_byte(0x80);

// Marks the lowest byte that is below `limit` (128 at most); what is above it, or beyond ASCII, may
// be marked too.
constexpr uint64_t marks_below(uint64_t word, uint8_t limit) {
    return word - in_each_byte(limit);
}

// Marks the lowest byte that is `byte`, likewise.
constexpr uint64_t marks_equal(uint64_t word, uint8_t byte) {
    return marks_below(word ^ in_each_byte(byte), 1);
}

}  // namespace playhead::base
