// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

namespace playhead::app {

// How long a data folder has been served (docs/format/record.md): goes on from where the journal
// ended, grows with the monotonic clock, never runs backwards. One thread.
class Uptime {
  public:
    // `so_far`: of the last record in the journal; `monotonic_ms`: now.
    Uptime(int64_t so_far, int64_t monotonic_ms) : latest_(so_far), start_(so_far - monotonic_ms) {}

    // The uptime at this moment of the monotonic clock, or the latest given, whichever is later.
    int64_t at(int64_t monotonic_ms) {
        latest_ = std::max(latest_, start_ + monotonic_ms);
        return latest_;
    }

    int64_t latest() const { return latest_; }

  private:
    int64_t latest_;
    int64_t start_;
};

}  // namespace playhead::app
