// SPDX-License-Identifier: Apache-2.0
#include "event/session_id.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/bytes.h"
#include "base/canary.h"
#include "base/digest.h"

namespace playhead::event {
namespace {

using base::in_each_byte;

constexpr size_t digits_of_a_word = 8;

// Four bytes from eight digits, the first in the lowest byte. Sets bits of `wrong` when one of them
// is no digit.
constexpr uint32_t read_digits(uint64_t digits, uint64_t& wrong) {
    const uint64_t letters = digits >> 6 & in_each_byte(1);
    const uint64_t values = (digits & in_each_byte(0x0f)) + letters * 9;
    // With its upper half given back each is what it was, and letters alone are ten or more.
    wrong |= (values + in_each_byte('0') + letters * ('a' - 10 - '0')) ^ digits;
    wrong |= values & in_each_byte(0x10);
    wrong |= ((values + in_each_byte(6)) >> 4 & in_each_byte(1)) ^ letters;
    uint64_t packed = (values << 4 | values >> 8) & 0x00ff00ff00ff00ff;
    packed = (packed | packed >> 8) & 0x0000ffff0000ffff;
    return static_cast<uint32_t>(packed | packed >> 16);
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
    uint64_t wrong = 0;
    for (size_t at = 0; at < text.size(); at += digits_of_a_word) {
        const uint32_t bytes = read_digits(base::read_little<uint64_t>(text.data() + at), wrong);
        std::memcpy(id.bytes.data() + at / 2, &bytes, sizeof bytes);
    }
    if (wrong != 0) return std::nullopt;
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
