// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "event/event.h"
#include "session/archive.h"
#include "session/arrival.h"
#include "session/held_event.h"

namespace playhead::session {

// A ping of a session whose content plays on, accepted and not yet shown to the session: most
// events are such pings, and to unpack and pack a session costs more than to fold one. Some of them
// wait behind the bytes of their session (Table); the next event of another kind, or one ping too
// many, folds them first, each as it would have been at its arrival. So nothing changes by it but
// when its verdict is counted.
class WaitingPing {
  public:
    // Packed.
    static constexpr size_t bytes = 28;

    // The newest of a session; whether a ping may wait behind it.
    struct Latest {
        int64_t ts = 0;
        int64_t playhead_ms = 0;

        // It is a ping that says nothing more, is stamped later, and has another playhead: after it
        // the content plays on.
        bool is_followed_by(const event::Event& event) const;
    };

    // Numbers of an event near those of `anchor`; nothing when one of them is too far from it.
    static std::optional<std::array<char, bytes>> pack(const Anchor& anchor, const Arrival& arrival,
                                                       const event::Event& event);

    // Exactly `bytes` bytes, which may be any (CHECK of their number).
    WaitingPing(const Anchor& anchor, std::string_view packed);

    Arrival arrival(const event::SessionId& session) const;

    // Sets the numbers and the type of an event that says nothing more.
    void fill(event::Event& event) const;

    Latest latest() const { return {.ts = ts_, .playhead_ms = playhead_ms_}; }

    uint64_t offset() const { return offset_; }

    int64_t uptime_ms() const { return uptime_ms_; }

  private:
    uint64_t offset_ = 0;
    int64_t received_at_ = 0;
    int64_t uptime_ms_ = 0;
    int64_t ts_ = 0;
    int64_t playhead_ms_ = 0;
    uint64_t fingerprint_ = 0;
};

}  // namespace playhead::session
