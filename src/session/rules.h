// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "event/limits.h"
#include "session/rule_set.h"

namespace playhead::session {

// Stamps and playheads beyond this (in either direction) count as this, so that no sum overflows.
constexpr int64_t farthest_ms = int64_t{1} << 53;

constexpr int64_t bounded_ms(int64_t value) {
    return value < -farthest_ms ? -farthest_ms : value > farthest_ms ? farthest_ms : value;
}

// What an operator may change of the rules. A change is made at one place of the journal
// (Record::Kind rules) and holds from there on, so that a replay gives the same rows. All times in
// milliseconds of uptime (event/record.h).
struct Rules {
    int64_t inactivity_ms = event::inactivity_ms;  // metrics 2.2
    int64_t idle_ms = event::idle_ms;              // metrics 2.2
    int64_t reorder_ms = event::reorder_ms;        // metrics 2.1
    int64_t end_grace_ms = event::end_grace_ms;    // protocol 12.3
    int64_t tombstone_ms = event::tombstone_ms;    // protocol 12

    // Open sessions in memory, in Table and in Admission. At the limit a new session closes the one
    // whose last arrival is the oldest, with the reason inactivity. Admission also keeps this many
    // tombstones at most (admission.h).
    size_t max_sessions = 2'000'000;

    // Which decisions hold (rule_set.h) for sessions that start from here on: a session keeps the
    // set of its start, so that its row was computed with one.
    int64_t rule_set = first_rule_set;

    bool operator==(const Rules&) const = default;

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        each.numbers(self.inactivity_ms, self.idle_ms, self.reorder_ms, self.end_grace_ms,
                     self.tombstone_ms, self.max_sessions, self.rule_set);
        for (const int64_t time : {self.inactivity_ms, self.idle_ms, self.reorder_ms,
                                   self.end_grace_ms, self.tombstone_ms}) {
            each.require(time >= 0 && bounded_ms(time) == time);
        }
        each.require(self.max_sessions > 0 && is_rule_set(self.rule_set));
    }
};

}  // namespace playhead::session
