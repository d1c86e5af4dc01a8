// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "session/archive.h"
#include "session/rules.h"

namespace playhead::session {

// Played content of one session, from the intervals of metrics 4.1: unique time (5.4), progress
// markers (5.5) and the range of the content segment (5.6). All in ms of the content.
class Played {
  public:
    // Separate parts that are kept. One more part joins the two parts with the smallest hole
    // between them, so unique time then counts that hole.
    static constexpr size_t max_parts = 128;

    // `length_ms` is L of metrics 1; 0 when unknown, which sets no marker.
    Played() = default;

    explicit Played(int64_t length_ms) : length_ms_(length_ms) {}

    // Credits the movement of the content playhead from `p0` to `p1` within `dt` ms of play time.
    void credit(int64_t dt, int64_t p0, int64_t p1);

    // A `play` on main content at this playhead: part of the segment, played or not.
    void touch(int64_t playhead_ms) { widen(playhead_ms, playhead_ms); }

    // Sets the markers that lie between the two, as if it had been played (rule_set.h, D1).
    void pass(int64_t p0, int64_t p1) { mark(p0, p1); }

    int64_t unique_ms() const;

    // One of the percentages 10, 25, 50, 75, 95 lies in played content, or was passed.
    bool passed(int percent) const;

    // The label of metrics 5.6; `otherwise` is the playhead to take when nothing was played.
    std::string segment(int64_t otherwise) const;

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        each.fixed(self.length_ms_, self.min_, From{self.min_, self.max_}, self.markers_);
        each.list(self.parts_, [&each](auto& part) {
            each.fixed(part.from, From{part.from, part.to});
            each.bounded(part.from, part.to);
        });
        each.bounded(self.length_ms_);
        each.require(self.min_ > self.max_ || bounded_ms(self.max_) == self.max_);
        each.require(self.parts_.size() <= max_parts);
    }

  private:
    struct Part {
        int64_t from = 0;
        int64_t to = 0;
    };

    void add(int64_t from, int64_t to);
    void mark(int64_t from, int64_t to);
    void join_nearest();
    void widen(int64_t from, int64_t to);

    int64_t length_ms_ = 0;
    int64_t min_ = INT64_MAX;
    int64_t max_ = INT64_MIN;
    std::vector<Part> parts_;  // sorted, with holes between them
    uint8_t markers_ = 0;
};

}  // namespace playhead::session
