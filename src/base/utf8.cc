// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <cstdint>
#include <cstring>

namespace playhead::base {
namespace {

uint8_t byte_at(std::string_view text, size_t at) {
    return at < text.size() ? static_cast<uint8_t>(text[at]) : uint8_t{0};
}

bool is_continuation(uint8_t byte) {
    return (byte & 0xc0) == 0x80;
}

}  // namespace

size_t utf8_length(std::string_view text, size_t at) {
    const uint8_t first = byte_at(text, at);
    const uint8_t second = byte_at(text, at + 1);
    if (first < 0xc2 || first > 0xf4 || !is_continuation(second)) return 0;
    if (first < 0xe0) return 2;
    if (!is_continuation(byte_at(text, at + 2))) return 0;
    if (first < 0xf0) {
        const bool is_long = first == 0xe0 && second < 0xa0;
        const bool is_surrogate = first == 0xed && second >= 0xa0;
        return is_long || is_surrogate ? 0 : 3;
    }
    if (!is_continuation(byte_at(text, at + 3))) return 0;
    const bool is_long = first == 0xf0 && second < 0x90;
    const bool is_beyond = first == 0xf4 && second >= 0x90;
    return is_long || is_beyond ? 0 : 4;
}

bool is_utf8(std::string_view text) {
    constexpr uint64_t beyond_ascii = 0x8080808080808080ULL;
    size_t at = 0;
    while (at < text.size()) {
        uint64_t eight = 0;
        if (text.size() - at >= sizeof eight) {
            std::memcpy(&eight, text.data() + at, sizeof eight);
            if ((eight & beyond_ascii) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        if (byte_at(text, at) < 0x80) {
            ++at;
            continue;
        }
        const size_t length = utf8_length(text, at);
        if (length == 0) return false;
        at += length;
    }
    return true;
}

}  // namespace playhead::base
