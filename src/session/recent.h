// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "event/limits.h"
#include "session/archive.h"

namespace playhead::session {

// Fingerprints of the last `event::duplicate_memory` processed events of one session. metrics 2.3
// drops every repetition; protocol 13.5 asks for the last few. This keeps the bound of the protocol
// and, like metrics, sets no age: a repetition of one of the last 32 is dropped however late it
// comes, an older one is an ordinary late event.
//
// Equal events have equal stamps, so one that is stamped after all before it is new without a look.
// Of the others 40 bits of the fingerprint are compared: a chance of 2^-40 per compared pair.
class RecentEvents {
  public:
    // False when this event is among the remembered ones, and then changes nothing.
    bool remember(uint64_t fingerprint, int64_t ts) {
        if (ts > newest_ts_) {
            newest_ts_ = ts;
        } else if (knows(fingerprint)) {
            return false;
        }
        std::memcpy(ring_.data() + bytes * next_, &fingerprint, bytes);
        next_ = static_cast<uint8_t>((next_ + 1) % event::duplicate_memory);
        if (count_ < event::duplicate_memory) ++count_;
        return true;
    }

    // An event that is stamped after this is no repetition.
    int64_t newest_ts() const { return newest_ts_; }

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        each.fixed(Whole{self.newest_ts_}, self.count_, self.next_);
        each.require(self.count_ <= event::duplicate_memory);
        each.require(self.next_ < event::duplicate_memory);
        each.raw(self.ring_.data(), std::min(bytes * self.count_, self.ring_.size()));
    }

  private:
    static constexpr size_t bytes = 5;

    bool knows(uint64_t fingerprint) const {
        for (size_t i = 0; i < count_; ++i) {
            if (std::memcmp(ring_.data() + bytes * i, &fingerprint, bytes) == 0) return true;
        }
        return false;
    }

    int64_t newest_ts_ = INT64_MIN;
    std::array<char, bytes * event::duplicate_memory> ring_{};
    uint8_t count_ = 0;
    uint8_t next_ = 0;
};

}  // namespace playhead::session
