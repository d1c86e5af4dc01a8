// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "session/archive.h"
#include "session/chapters.h"
#include "session/played.h"
#include "session/spans.h"

namespace playhead::session {

// The time between two processed events, with what was valid during it.
struct Interval {
    int64_t dt = 0;          // ms, never negative
    int64_t end_ms = 0;      // of the event that ends it, in session time since sessionStart
    int64_t p0 = 0;          // content playhead before, ms
    int64_t p1 = 0;          // and after
    int32_t chapter = none;  // number of the running chapter
    int64_t bitrate = 0;     // kbps; 0 unknown

    static constexpr int32_t none = -1;

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        each.numbers(self.dt, self.end_ms, self.p0, From{self.p0, self.p1}, self.chapter,
                     self.bitrate);
        each.bounded(self.dt, self.end_ms, self.p0, self.p1);
        each.require(self.chapter >= none && self.dt >= 0);
    }
};

// Where time goes: interval accounting, metrics 4. Give every interval of a session to exactly one
// of the functions below, in order, none of them before the end of the one before.
//
// Two kinds of interval must wait until it is known what they were: those of a gap inside a break
// (until it exceeds 250 ms) and those of a still playhead (until it moves or is a stall). At most
// `max_held` of each wait. Further ones are joined to the last of them, which changes at most which
// part of some milliseconds counts for a chapter, a bitrate or unique time, and when they ran.
class Playtime {
  public:
    static constexpr size_t max_held = 64;
    static constexpr int64_t gap_ms = 250;             // metrics 4.2
    static constexpr int64_t stall_sample_ms = 1'000;  // metrics 4.3
    static constexpr int stall_samples = 3;            // metrics 4.3
    static constexpr int64_t shortest_stall_ms = (stall_samples - 1) * stall_sample_ms;

    Playtime() = default;

    explicit Playtime(int64_t length_ms) : played_(length_ms) {}

    // Main content played. `may_stall`: no ad announced outside a break is believed to run.
    void main(const Interval& interval, bool may_stall, Chapters& chapters);

    // Playing in an open break with no ad.
    void gap(const Interval& interval, Chapters& chapters);

    void ad(const Interval& interval, Chapters& chapters);

    // `in_break`: with a break open and no ad; the gap goes on, but this time is not of it.
    void pause(const Interval& interval, bool in_break, Chapters& chapters);
    void buffer(const Interval& interval, bool in_break, Chapters& chapters);
    void nothing(bool in_break, Chapters& chapters);

    // No interval follows: decides about what waits.
    void finish(Chapters& chapters);

    // A `play` on main content.
    void touch(int64_t playhead_ms) { played_.touch(playhead_ms); }

    // The content playhead moved forward over this, by whatever cause: only its markers are set.
    void pass(int64_t p0, int64_t p1) { played_.pass(p0, p1); }

    const Played& played() const { return played_; }

    int64_t main_ms() const { return main_ms_; }

    int64_t ad_ms() const { return ad_ms_; }

    int64_t pause_ms() const { return pause_ms_; }

    int64_t buffer_ms() const { return buffer_ms_; }

    int64_t stall_ms() const { return stall_ms_; }

    int64_t stall_count() const { return stall_count_; }

    // The last interval was of a stall.
    bool stalled() const { return stalled_; }

    // No sample of a playhead that stands still has been taken: a stall is `shortest_stall_ms`
    // away.
    bool is_far_from_stall() const { return samples_ == 0; }

    // metrics 9.1; 0 when no bitrate was known while anything played.
    int64_t average_bitrate() const;

    // Times of main_ms() and of ad_ms(), for a session that started at this time.
    std::vector<Span> content_spans(int64_t start_ts) const {
        return content_spans_.list(start_ts);
    }

    std::vector<Span> ad_spans(int64_t start_ts) const { return ad_spans_.list(start_ts); }

    // The next interval does not begin before this.
    int64_t reached_ms() const;

    RowLog& content_log() { return content_spans_.log(); }

    RowLog& ad_log() { return ad_spans_.log(); }

    bool has_bitrate() const { return weight_ms_ > 0; }

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        each.fixed(self.main_ms_);
        each.rare(self.ad_ms_, self.pause_ms_, self.buffer_ms_, self.weight_ms_,
                  self.weighted_sum_);
        each.rare(self.stall_ms_, self.last_sample_ms_, self.gap_sum_ms_, self.stall_count_,
                  self.samples_, Flags(self.stalled_, self.gap_counts_));
        each.bounded(self.main_ms_, self.ad_ms_, self.pause_ms_, self.buffer_ms_, self.weight_ms_,
                     self.stall_ms_, self.last_sample_ms_, self.gap_sum_ms_);
        each.list(self.waiting_);
        each.require(self.waiting_.size() <= max_held);
        each.part(self.played_);
        each.part(self.content_spans_);
        each.part(self.ad_spans_);
        each.require(self.is_in_order());
    }

    size_t waiting() const { return waiting_.size(); }

  private:
    void credit(const Interval& interval, Chapters& chapters);
    void weigh(const Interval& interval);
    void start_run(const Interval& interval);
    void end_run(Chapters& chapters);
    void end_gap();
    bool is_in_order() const;

    Played played_;
    int64_t main_ms_ = 0;
    int64_t ad_ms_ = 0;
    int64_t pause_ms_ = 0;
    int64_t buffer_ms_ = 0;
    int64_t stall_ms_ = 0;
    int64_t weight_ms_ = 0;
    int64_t weighted_sum_ = 0;    // kbps * ms; stops at its largest value
    int64_t last_sample_ms_ = 0;  // of the run, since sessionStart
    int64_t gap_sum_ms_ = 0;
    Spans content_spans_{RowLog::Part::content_spans};
    Spans ad_spans_{RowLog::Part::ad_spans};
    std::vector<Interval> waiting_;  // of the run or of the gap: there is never both
    int32_t stall_count_ = 0;
    uint8_t samples_ = 0;  // of the run; 0: there is none
    bool stalled_ = false;
    bool gap_counts_ = false;
};

}  // namespace playhead::session
