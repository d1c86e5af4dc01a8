// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace playhead::event {

// The name of a session: 32 bytes, on the wire 64 lower-case hexadecimal digits (protocol 4.3).
//
//   bytes  0..5   creation time, ms since the epoch, big endian: ids sort by age as text too
//   bytes  6..7   shard
//   bytes  8..15  random
//   bytes 16..31  first half of HMAC-SHA256(key, bytes 0..15)
//
// A forged or foreign id is told from a real one without looking anything up.
struct SessionId {
    std::array<uint8_t, 32> bytes{};

    auto operator<=>(const SessionId&) const = default;

    int64_t created_ms() const;
    std::string text() const;
};

// The id that this text spells, or nothing when it is not 64 lower-case hexadecimal digits. Whether
// the id is genuine is another question (SessionIdKey::genuine).
std::optional<SessionId> session_id_from(std::string_view text);

// Makes and checks session ids. The key is 32 secret bytes of one data folder. Thread-safe: it has
// no state but the key.
class SessionIdKey {
  public:
    using Key = std::array<uint8_t, 32>;

    explicit SessionIdKey(const Key& key) : key_(key) {}

    // `random` comes from the caller, so that the id is a function of its arguments.
    SessionId make(int64_t created_ms, uint16_t shard, uint64_t random) const;

    bool genuine(const SessionId& id) const;

  private:
    std::array<uint8_t, 16> seal(std::span<const uint8_t, 16> front) const;

    Key key_;
};

}  // namespace playhead::event

template <>
struct std::hash<playhead::event::SessionId> {
    // The random bytes are a hash already.
    size_t operator()(const playhead::event::SessionId& id) const noexcept;
};
