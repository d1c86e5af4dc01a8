// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "event/event_type.h"
#include "session/row.h"
#include "session/verdict.h"

namespace playhead::session {

// What became of the events of one session: for each type and verdict how many there were, and
// where the first of them stands in the journal. Five or six bytes for each of the pairs that were
// there, at most event_type_count * fold_code_count; an ordinary session has about eight.
class EventCounts {
  public:
    // `verdict` is of the fold (CHECK).
    void add(event::EventType type, VerdictCode verdict, uint64_t offset);

    // Sorted by type, then by verdict.
    std::vector<EventCount> list() const;

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        each.fixed(self.recent_, self.recent_type_, self.recent_verdict_);
        each.text(self.packed_);
    }

  private:
    struct Entry;
    class EntryReader;

    void increment(const Entry& entry);

    static constexpr uint8_t none = UINT8_MAX;

    // For each pair, in the order in which they came first, three numbers (number_log.h): the pair,
    // the first offset as the difference to that of the pair before, and the count.
    std::string packed_;
    // A pair that came lately, mostly it comes again, and where its count begins.
    uint8_t recent_ = none;
    event::EventType recent_type_{};
    VerdictCode recent_verdict_{};
};

}  // namespace playhead::session
