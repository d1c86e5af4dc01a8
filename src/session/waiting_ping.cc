// SPDX-License-Identifier: Apache-2.0
#include "session/waiting_ping.h"

#include <cstring>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "session/rules.h"

namespace playhead::session {
namespace {

constexpr size_t distance_bytes = sizeof(int32_t);

// All distances that fit into four bytes, signed, become less than 2^32 by it, and no others.
constexpr uint64_t shift = 0x80000000U;

template <typename Number>
uint64_t distance(Number from, Number to) {
    return static_cast<uint64_t>(to) - static_cast<uint64_t>(from);
}

template <typename Number>
Number moved(Number from, const char*& at) {
    int32_t distance = 0;
    std::memcpy(&distance, at, distance_bytes);
    at += distance_bytes;
    return static_cast<Number>(static_cast<uint64_t>(from) +
                               static_cast<uint64_t>(static_cast<int64_t>(distance)));
}

}  // namespace

bool WaitingPing::Latest::is_followed_by(const event::Event& event) const {
    return event.type == event::EventType::ping && event.ts > ts &&
           bounded_ms(event.playhead_ms) != bounded_ms(playhead_ms) && !says_more(event);
}

std::optional<std::array<char, WaitingPing::bytes>> WaitingPing::pack(const Anchor& anchor,
                                                                      const Arrival& arrival,
                                                                      const event::Event& event) {
    std::optional<std::array<char, bytes>> packed(std::in_place);
    char* at = packed->data();
    uint64_t excess = 0;
    const auto write = [&](uint64_t distance) __attribute__((always_inline)) {
        excess |= distance + shift;
        at = base::write_little(at, static_cast<uint32_t>(distance));
    };
    write(distance(anchor.offset, arrival.offset));
    write(distance(anchor.received_at, arrival.received_at));
    write(distance(anchor.uptime_ms, arrival.uptime_ms));
    write(distance(anchor.ts, event.ts));
    write(distance(anchor.playhead_ms, event.playhead_ms));
    base::write_little(at, event.fingerprint);
    if (excess >> 32 != 0) packed.reset();
    return packed;
}

WaitingPing::WaitingPing(const Anchor& anchor, std::string_view packed) {
    CHECK(packed.size() == bytes);
    const char* at = packed.data();
    offset_ = moved(anchor.offset, at);
    received_at_ = moved(anchor.received_at, at);
    uptime_ms_ = moved(anchor.uptime_ms, at);
    ts_ = moved(anchor.ts, at);
    playhead_ms_ = moved(anchor.playhead_ms, at);
    std::memcpy(&fingerprint_, at, sizeof fingerprint_);
}

Arrival WaitingPing::arrival(const event::SessionId& session) const {
    return {.offset = offset_,
            .received_at = received_at_,
            .uptime_ms = uptime_ms_,
            .session = session};
}

void WaitingPing::fill(event::Event& event) const {
    event.type = event::EventType::ping;
    event.ts = ts_;
    event.playhead_ms = playhead_ms_;
    event.fingerprint = fingerprint_;
}

}  // namespace playhead::session
