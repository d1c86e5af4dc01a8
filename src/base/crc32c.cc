// SPDX-License-Identifier: Apache-2.0
#include "base/crc32c.h"

#include <array>
#include <cstring>

#include <nmmintrin.h>

namespace playhead::base {
namespace {

constexpr uint32_t reflected_polynomial = 0x82f63b78;

constexpr std::array<uint32_t, 256> make_table() {
    std::array<uint32_t, 256> table{};
    for (uint32_t byte = 0; byte < 256; ++byte) {
        uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit) {
            value = (value & 1) != 0 ? (value >> 1) ^ reflected_polynomial : value >> 1;
        }
        table[byte] = value;
    }
    return table;
}

constexpr std::array<uint32_t, 256> table = make_table();

uint32_t by_table(std::string_view bytes, uint32_t value) {
    for (const char c : bytes) {
        value = table[(value ^ static_cast<unsigned char>(c)) & 0xff] ^ (value >> 8);
    }
    return value;
}

__attribute__((target("sse4.2"))) uint32_t by_instruction(std::string_view bytes, uint32_t value) {
    const char* at = bytes.data();
    size_t left = bytes.size();
    uint64_t wide = value;
    while (left >= 8) {
        uint64_t word;
        std::memcpy(&word, at, 8);
        wide = _mm_crc32_u64(wide, word);
        at += 8;
        left -= 8;
    }
    auto narrow = static_cast<uint32_t>(wide);
    while (left > 0) {
        narrow = _mm_crc32_u8(narrow, static_cast<unsigned char>(*at));
        ++at;
        --left;
    }
    return narrow;
}

const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;

}  // namespace

uint32_t crc32c(std::string_view bytes, uint32_t before) {
    const uint32_t value = ~before;
    return ~(has_instruction ? by_instruction(bytes, value) : by_table(bytes, value));
}

}  // namespace playhead::base
