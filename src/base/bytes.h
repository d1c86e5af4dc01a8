// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

namespace playhead::base {

static_assert(std::endian::native == std::endian::little,
              "the formats on disk are little endian and are written without conversion");

// Reads an integer of a disk format. `from` need not be aligned; the caller has checked its length.
template <std::integral T>
T read_little(const char* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

// Writes an integer of a disk format; returns the place behind it.
template <std::integral T>
char* write_little(char* to, T value) {
    std::memcpy(to, &value, sizeof value);
    return to + sizeof value;
}

}  // namespace playhead::base
