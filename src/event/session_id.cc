// SPDX-License-Identifier: Apache-2.0
#include "event/session_id.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/canary.h"
#include "base/digest.h"

namespace playhead::event {
namespace {

constexpr size_t digits_at_once = 16;

using Digits = uint8_t __attribute__((vector_size(digits_at_once)));
using Pairs = uint16_t __attribute__((vector_size(digits_at_once)));
using Halves = std::array<uint64_t, 2>;
using Bytes = uint8_t __attribute__((vector_size(digits_at_once / 2)));

static_assert(std::endian::native == std::endian::little, "the first of a pair is its lower half");

// Eight bytes from sixteen digits. Sets bits of `wrong` when one of them is no digit.
Bytes read_digits(const char* from, Digits& wrong) {
    Digits digits;
    std::memcpy(&digits, from, sizeof digits);
    const auto is_letter = std::bit_cast<Digits>(digits > '9');
    const Digits values = digits - '0' - (is_letter & ('a' - '9' - 1));
    wrong |= std::bit_cast<Digits>(values > 0xf) | (is_letter & std::bit_cast<Digits>(values < 10));
    const auto pairs = std::bit_cast<Pairs>(values);
    return __builtin_convertvector((pairs << 4 | pairs >> 8) & 0xff, Bytes);
}

}  // namespace

int64_t SessionId::created_ms() const {
    int64_t ms = 0;
    for (size_t i = 0; i < 6; ++i) ms = ms << 8 | bytes[i];
    return ms;
}

std::string SessionId::text() const {
    return base::hex(bytes);
}

std::optional<SessionId> session_id_from(std::string_view text) {
    SessionId id;
    if (text.size() != id.bytes.size() * 2) return std::nullopt;
    Digits wrong{};
    for (size_t at = 0; at < text.size(); at += digits_at_once) {
        const Bytes bytes = read_digits(text.data() + at, wrong);
        std::memcpy(id.bytes.data() + at / 2, &bytes, sizeof bytes);
    }
    if (std::bit_cast<Halves>(wrong) != Halves{}) return std::nullopt;
    return id;
}

SessionId SessionIdKey::make(int64_t created_ms, uint16_t shard, uint64_t random) const {
    SessionId id;
    for (size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<uint8_t>(created_ms >> (40 - 8 * i));
    id.bytes[6] = static_cast<uint8_t>(shard >> 8);
    id.bytes[7] = static_cast<uint8_t>(shard & 0xff);
    std::memcpy(id.bytes.data() + 8, &random, sizeof random);
    const auto mac = seal(std::span<const uint8_t, 16>(id.bytes.data(), 16));
    std::memcpy(id.bytes.data() + 16, mac.data(), mac.size());
    return id;
}

bool SessionIdKey::genuine(const SessionId& id) const {
    const auto mac = seal(std::span<const uint8_t, 16>(id.bytes.data(), 16));
    constexpr size_t compared = PLAYHEAD_CANARY(looks_at_half_of_the_mac) ? 8 : 16;
    return base::equal_in_constant_time(std::span(mac).first(compared),
                                        std::span(id.bytes).subspan(16, compared));
}

std::array<uint8_t, 16> SessionIdKey::seal(std::span<const uint8_t, 16> front) const {
    const base::Sha256 whole = base::hmac_sha256(key_, front);
    std::array<uint8_t, 16> half{};
    std::memcpy(half.data(), whole.data(), half.size());
    return half;
}

}  // namespace playhead::event

size_t std::hash<playhead::event::SessionId>::operator()(
    const playhead::event::SessionId& id) const noexcept {
    size_t value;
    std::memcpy(&value, id.bytes.data() + 8, sizeof value);
    return value;
}
