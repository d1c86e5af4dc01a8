// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/check.h"
#include "event/session_id.h"

// Properties: a text is an id exactly when it is 64 lower-case hexadecimal digits, and then it is
// printed as it was read; an id is genuine exactly when the key gives it for its own front; an id
// that the key made is not genuine any more once a bit of it or of the key has changed.
//
// The input is read twice: as a text, and as the front of an id (16 bytes) followed by changes of
// two bytes: which byte of id and key, and which bits of it.
namespace playhead::event {
namespace {

constexpr size_t front_bytes = 16;
constexpr size_t changes_max = 64;

SessionIdKey::Key secret() {
    SessionIdKey::Key key{};
    for (size_t i = 0; i < key.size(); ++i) key[i] = static_cast<uint8_t>(37 * i + 11);
    return key;
}

bool is_spelled_right(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    return text.size() == 64 && text.find_first_not_of(digits) == std::string_view::npos;
}

uint64_t big_endian(std::span<const uint8_t> bytes) {
    uint64_t value = 0;
    for (const uint8_t byte : bytes) value = value << 8 | byte;
    return value;
}

// The id that the key gives for the front of this one. `random` is kept as it lies in memory.
SessionId remade(const SessionIdKey& key, const SessionId& id) {
    uint64_t random = 0;
    std::copy_n(id.bytes.data() + 8, sizeof random, reinterpret_cast<uint8_t*>(&random));
    const auto shard = static_cast<uint16_t>(big_endian(std::span(id.bytes).subspan(6, 2)));
    return key.make(id.created_ms(), shard, random);
}

void check_text(const SessionIdKey& key, std::string_view text) {
    const std::optional<SessionId> id = session_id_from(text);
    CHECK(id.has_value() == is_spelled_right(text));
    if (!id) return;
    CHECK(id->text() == text);
    CHECK(key.genuine(*id) == (*id == remade(key, *id)));
}

void check_forgery(std::span<const uint8_t> front, std::span<const uint8_t> changes) {
    SessionId id;
    std::copy(front.begin(), front.end(), id.bytes.begin());
    const SessionIdKey key(secret());
    const SessionId made = remade(key, id);
    CHECK(std::equal(front.begin(), front.end(), made.bytes.begin()));
    CHECK(made.created_ms() == static_cast<int64_t>(big_endian(front.first(6))));
    CHECK(key.genuine(made));
    check_text(key, made.text());

    SessionId forged = made;
    SessionIdKey::Key foreign = secret();
    for (size_t i = 0; i + 1 < changes.size() && i < 2 * changes_max; i += 2) {
        const size_t at = changes[i] % (forged.bytes.size() + foreign.size());
        uint8_t& byte =
            at < forged.bytes.size() ? forged.bytes[at] : foreign[at - forged.bytes.size()];
        byte ^= changes[i + 1];
    }
    CHECK(key.genuine(forged) == (forged == made));
    CHECK(SessionIdKey(foreign).genuine(made) == (foreign == secret()));
    check_text(key, forged.text());
}

void check(std::span<const uint8_t> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    check_text(SessionIdKey(secret()), text);
    if (bytes.size() < front_bytes) return;
    check_forgery(bytes.first(front_bytes), bytes.subspan(front_bytes));
}

}  // namespace
}  // namespace playhead::event

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    playhead::event::check({data, size});
    return 0;
}
