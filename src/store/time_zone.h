// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/database.h"

namespace playhead::store {

// The clock on the wall of a place: how many milliseconds it is ahead of UTC, and when that
// changes. From 2000 to 2100; what holds at its ends holds before and after.
class TimeZone {
  public:
    struct Shift {
        int64_t since = 0;  // ms since the epoch
        int64_t ahead = 0;  // ms
    };

    // UTC.
    TimeZone() : shifts_{Shift{}} {}

    // At least one, in order; the first one holds before it too.
    explicit TimeZone(std::vector<Shift> shifts) : shifts_(std::move(shifts)) {}

    int64_t ahead_at(int64_t utc_ms) const;

    // When the clock on the wall showed this. What it showed twice is the first time; what it
    // skipped is the moment of the skip.
    int64_t utc_of(int64_t local_ms) const;

    // The shifts that hold somewhere in [from, to).
    std::vector<Shift> within(int64_t from, int64_t to) const;

  private:
    std::vector<Shift> shifts_;
};

// The zone of this name of the IANA database, as the copy in DuckDB has it. Error `invalid`: there
// is none.
base::Result<TimeZone> read_time_zone(Connection& connection, const std::string& name);

}  // namespace playhead::store
