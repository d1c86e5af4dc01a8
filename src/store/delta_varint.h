// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace playhead::store {

// How the store keeps the journal offsets of a session: the first, then the difference of each to
// the one before (modulo 2^64, so any order comes back), each as an unsigned LEB128 varint: seven
// bits a byte, lowest first, the high bit set on all but the last. Offsets of one session lie close
// together, which makes this two to four bytes an event.
std::string encode_offsets(std::span<const uint64_t> offsets);

// Nothing when `bytes` were not made by encode_offsets.
std::optional<std::vector<uint64_t>> decode_offsets(std::string_view bytes);

}  // namespace playhead::store
