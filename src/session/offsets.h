// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "session/archive.h"
#include "session/number_log.h"
#include "session/row_log.h"

namespace playhead::session {

// Journal offsets of one session's records in arrival order, packed as differences: three or four
// bytes each. At most `limit` are kept (a session of a day with a ping every ten seconds has
// 8,640); later records count, but are not listed.
class Offsets {
  public:
    static constexpr size_t limit = 65'536;

    // Not smaller than the one before (CHECK).
    void add(uint64_t offset);

    std::vector<uint64_t> list() const;

    RowLog& log() { return steps_.log(); }

    // `offset`: of the last accepted event.
    template <typename Self, typename Each>
    static void archive(Self& self, Each& each, uint64_t offset) {
        each.fixed(From{offset, self.last_}, self.count_);
        each.require(self.count_ <= limit && self.last_ <= offset);
        each.part(self.steps_);
    }

  private:
    NumberLog steps_{RowLog::Part::offsets};
    uint64_t last_ = 0;
    uint32_t count_ = 0;
};

}  // namespace playhead::session
