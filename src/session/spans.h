// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "session/archive.h"
#include "session/number_log.h"
#include "session/row.h"
#include "session/row_log.h"

namespace playhead::session {

// When time of one kind ran in a session: its intervals, those that meet joined to one. An ordinary
// session has a handful. All times are ms since sessionStart, in session time (machine.h).
//
// At most `limit` are kept. Further time makes the last one longer, by as much as it is: the sum
// stays right, and what lies behind the beginning of the last one moves forward in time.
class Spans {
  public:
    static constexpr size_t limit = 4'096;

    explicit Spans(RowLog::Part part) : steps_(part) {}

    // Not before the end of what was added before (CHECK).
    void add(int64_t from, int64_t to);

    // In order of time, with holes between them.
    std::vector<Span> list(int64_t start_ts) const;

    // The end of what was added last.
    int64_t reached_ms() const { return to_; }

    RowLog& log() { return steps_.log(); }

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        each.rare_fixed(self.from_, From{self.from_, self.to_}, self.count_);
        each.bounded(self.from_, self.to_);
        each.require(self.from_ <= self.to_ && self.count_ <= limit);
        each.part(self.steps_);
    }

  private:
    // For each span how long after the end of the one before it begins; for all but the last also
    // how long it is.
    NumberLog steps_;
    int64_t from_ = 0;  // of the last span
    int64_t to_ = 0;
    uint32_t count_ = 0;
};

}  // namespace playhead::session
