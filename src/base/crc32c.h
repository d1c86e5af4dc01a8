// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace playhead::base {

// CRC-32C (Castagnoli) of `bytes`, continuing from `before` (0 to begin), so that
// crc32c(b, crc32c(a)) == crc32c(ab). Uses the SSE4.2 instruction where the processor has it;
// both ways give the same value. About 0.1 ns per byte with the instruction.
uint32_t crc32c(std::string_view bytes, uint32_t before = 0);

}  // namespace playhead::base
