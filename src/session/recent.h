// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "event/limits.h"

namespace playhead::session {

// Fingerprints of the last `event::duplicate_memory` processed events of one session. metrics 2.3
// drops every repetition; protocol 13.5 asks for the last few. This keeps the bound of the protocol
// and, like metrics, sets no age: a repetition of one of the last 32 is dropped however late it
// comes, an older one is an ordinary late event.
class RecentEvents {
  public:
    // False when this fingerprint is among the remembered ones, and then changes nothing.
    bool remember(uint64_t fingerprint) {
        for (const uint64_t known : ring_) {
            if (known == fingerprint) return false;
        }
        if (ring_.size() < event::duplicate_memory) {
            ring_.push_back(fingerprint);
            return true;
        }
        ring_[oldest_] = fingerprint;
        oldest_ = static_cast<uint8_t>((oldest_ + 1) % event::duplicate_memory);
        return true;
    }

    size_t heap_bytes() const { return ring_.capacity() * sizeof(uint64_t); }

  private:
    std::vector<uint64_t> ring_;
    uint8_t oldest_ = 0;
};

}  // namespace playhead::session
