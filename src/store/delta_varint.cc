// SPDX-License-Identifier: Apache-2.0
#include "store/delta_varint.h"

namespace playhead::store {
namespace {

constexpr unsigned bits_of_byte = 7;
constexpr uint64_t payload = 0x7f;
constexpr uint64_t more = 0x80;
constexpr unsigned bits_of_offset = 64;

void append_varint(uint64_t value, std::string& to) {
    while (value > payload) {
        to.push_back(static_cast<char>((value & payload) | more));
        value >>= bits_of_byte;
    }
    to.push_back(static_cast<char>(value));
}

// Takes one varint from the front of `bytes`.
std::optional<uint64_t> take_varint(std::string_view& bytes) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < bits_of_offset && !bytes.empty(); shift += bits_of_byte) {
        const auto byte = static_cast<uint8_t>(bytes.front());
        bytes.remove_prefix(1);
        const uint64_t bits = byte & payload;
        if ((bits << shift) >> shift != bits) return std::nullopt;
        value |= bits << shift;
        if ((byte & more) == 0) return value;
    }
    return std::nullopt;
}

}  // namespace

std::string encode_offsets(std::span<const uint64_t> offsets) {
    std::string bytes;
    uint64_t before = 0;
    for (const uint64_t offset : offsets) {
        append_varint(offset - before, bytes);
        before = offset;
    }
    return bytes;
}

std::optional<std::vector<uint64_t>> decode_offsets(std::string_view bytes) {
    std::vector<uint64_t> offsets;
    uint64_t before = 0;
    while (!bytes.empty()) {
        const std::optional<uint64_t> difference = take_varint(bytes);
        if (!difference) return std::nullopt;
        before += *difference;
        offsets.push_back(before);
    }
    return offsets;
}

}  // namespace playhead::store
