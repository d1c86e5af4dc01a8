// SPDX-License-Identifier: Apache-2.0
#include "event/session_id.h"

#include <cstring>

#include "base/canary.h"
#include "base/digest.h"

namespace playhead::event {
namespace {

// By letter; what is no digit has a bit above the lowest four.
constexpr uint8_t no_digit = 0x80;
constexpr std::array<uint8_t, 256> digits = [] {
    std::array<uint8_t, 256> values{};
    values.fill(no_digit);
    for (uint8_t i = 0; i < 16; ++i) {
        values[static_cast<uint8_t>("0123456789abcdef"[i])] = i;
    }
    return values;
}();

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
    uint8_t all = 0;
    const char* at = text.data();
    for (uint8_t& byte : id.bytes) {
        const uint8_t high = digits[static_cast<uint8_t>(*at++)];
        const uint8_t low = digits[static_cast<uint8_t>(*at++)];
        all |= high | low;
        byte = static_cast<uint8_t>(high << 4 | low);
    }
    if ((all & no_digit) != 0) return std::nullopt;
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
