// SPDX-License-Identifier: Apache-2.0
#include "session/playtime.h"

#include <gtest/gtest.h>

#include "session/quality.h"

namespace playhead::session {
namespace {

// Gives intervals one after the other on one clock.
class Clockwork {
  public:
    Interval next(int64_t dt, int64_t p0, int64_t p1, int64_t bitrate = 0) {
        now_ += dt;
        return {.dt = dt, .end_ms = now_, .p0 = p0, .p1 = p1, .bitrate = bitrate};
    }

    void still(int64_t dt) { playtime.main(next(dt, 0, 0), true, chapters); }

    void moving(int64_t dt) { playtime.main(next(dt, 0, dt), true, chapters); }

    void ad(int64_t dt) { playtime.ad(next(dt, 0, 0), chapters); }

    void paused_in_break(int64_t dt) { playtime.pause(next(dt, 0, 0), true, chapters); }

    void gap(int64_t dt) { playtime.gap(next(dt, 0, 0), chapters); }

    Playtime playtime{0};
    Chapters chapters;

  private:
    int64_t now_ = 0;
};

TEST(Stall, three_samples_a_second_apart_are_one) {
    Clockwork clock;
    clock.still(1'000);
    clock.still(1'000);
    clock.playtime.finish(clock.chapters);
    EXPECT_EQ(clock.playtime.stall_count(), 1);
    EXPECT_EQ(clock.playtime.stall_ms(), 2'000);
    EXPECT_EQ(clock.playtime.main_ms(), 0);
}

TEST(Stall, two_samples_are_content) {
    Clockwork clock;
    clock.still(1'000);
    clock.still(999);
    clock.playtime.finish(clock.chapters);
    EXPECT_EQ(clock.playtime.stall_count(), 0);
    EXPECT_EQ(clock.playtime.main_ms(), 1'999);
}

TEST(Stall, events_in_a_burst_are_one_sample) {
    Clockwork clock;
    for (int i = 0; i < 19; ++i) clock.still(100);
    EXPECT_EQ(clock.playtime.stall_count(), 0);
    clock.still(100);
    EXPECT_EQ(clock.playtime.stall_count(), 1);
    EXPECT_EQ(clock.playtime.stall_ms(), 2'000);
}

TEST(Stall, goes_on_until_the_playhead_moves) {
    Clockwork clock;
    for (int i = 0; i < 5; ++i) clock.still(1'000);
    clock.moving(1'000);
    clock.still(1'000);
    clock.still(1'000);
    clock.playtime.finish(clock.chapters);
    EXPECT_EQ(clock.playtime.stall_count(), 2);
    EXPECT_EQ(clock.playtime.stall_ms(), 7'000);
    EXPECT_EQ(clock.playtime.main_ms(), 1'000);
}

TEST(Stall, ends_with_anything_but_main_content) {
    Clockwork clock;
    clock.still(1'000);
    clock.playtime.pause(clock.next(0, 0, 0), false, clock.chapters);
    clock.still(1'000);
    clock.playtime.finish(clock.chapters);
    EXPECT_EQ(clock.playtime.stall_count(), 0);
    EXPECT_EQ(clock.playtime.main_ms(), 2'000);
}

TEST(Stall, is_not_looked_for_while_an_ignored_ad_is_believed_to_run) {
    Clockwork clock;
    for (int i = 0; i < 5; ++i) {
        clock.playtime.main(clock.next(1'000, 0, 0), false, clock.chapters);
    }
    EXPECT_EQ(clock.playtime.main_ms(), 5'000);
}

TEST(Stall, waiting_intervals_keep_their_own_bitrate) {
    Clockwork clock;
    clock.playtime.main(clock.next(500, 0, 0, 100), true, clock.chapters);
    clock.playtime.main(clock.next(500, 0, 0, 300), true, clock.chapters);
    clock.playtime.finish(clock.chapters);
    EXPECT_EQ(clock.playtime.average_bitrate(), 200);
}

TEST(Gap, counts_as_content_when_it_exceeds_250_ms) {
    Clockwork at_limit;
    at_limit.gap(250);
    at_limit.playtime.finish(at_limit.chapters);
    EXPECT_EQ(at_limit.playtime.main_ms(), 0);
    Clockwork above;
    above.gap(250);
    above.gap(1);
    above.gap(1);
    above.playtime.finish(above.chapters);
    EXPECT_EQ(above.playtime.main_ms(), 252);
}

TEST(Gap, goes_on_through_a_pause_which_is_not_of_it) {
    Clockwork clock;
    clock.gap(200);
    clock.playtime.pause(clock.next(5'000, 0, 0), true, clock.chapters);
    clock.gap(51);
    EXPECT_EQ(clock.playtime.main_ms(), 251);
    EXPECT_EQ(clock.playtime.pause_ms(), 5'000);
}

TEST(Gap, a_move_during_its_pause_is_not_played) {
    Clockwork clock;
    clock.gap(250);
    clock.playtime.pause(clock.next(5'000, 0, 700), true, clock.chapters);
    clock.playtime.gap(clock.next(30'000, 700, 700), clock.chapters);
    clock.playtime.finish(clock.chapters);
    EXPECT_EQ(clock.playtime.main_ms(), 30'250);
    EXPECT_EQ(clock.playtime.played().unique_ms(), 0);
}

TEST(Gap, ends_with_an_ad) {
    Clockwork clock;
    clock.gap(200);
    clock.playtime.ad(clock.next(0, 0, 0), clock.chapters);
    clock.gap(200);
    clock.playtime.finish(clock.chapters);
    EXPECT_EQ(clock.playtime.main_ms(), 0);
}

TEST(Gap, many_waiting_moves_lose_no_time) {
    Clockwork clock;
    for (int64_t i = 0; i < 200; ++i) {
        clock.playtime.gap(clock.next(1, i * 10, i * 10 + 10), clock.chapters);
    }
    clock.playtime.gap(clock.next(51, 2'000, 2'000), clock.chapters);
    EXPECT_EQ(clock.playtime.main_ms(), 251);
    EXPECT_LE(clock.playtime.waiting(), Playtime::max_held);
}

TEST(AverageBitrate, is_rounded_half_up) {
    const auto average = [](int64_t first, int64_t second) {
        Clockwork clock;
        clock.playtime.main(clock.next(1'000, 0, 1'000, first), true, clock.chapters);
        clock.playtime.main(clock.next(1'000, 1'000, 2'000, second), true, clock.chapters);
        return clock.playtime.average_bitrate();
    };
    EXPECT_EQ(average(100, 101), 101);
    EXPECT_EQ(average(100, 102), 101);
}

TEST(AverageBitrate, takes_ads_in_and_pauses_not) {
    Clockwork clock;
    clock.playtime.ad(clock.next(1'000, 0, 0, 100), clock.chapters);
    clock.playtime.pause(clock.next(1'000, 0, 0, 900), false, clock.chapters);
    clock.playtime.main(clock.next(1'000, 0, 1'000, 0), true, clock.chapters);
    EXPECT_EQ(clock.playtime.average_bitrate(), 100);
}

TEST(AverageBitrate, does_not_overflow) {
    Clockwork clock;
    for (int i = 0; i < 3; ++i) {
        clock.playtime.ad(clock.next(int64_t{1} << 50, 0, 0, Quality::largest_bitrate),
                          clock.chapters);
    }
    EXPECT_TRUE(clock.playtime.has_bitrate());
    EXPECT_GT(clock.playtime.average_bitrate(), 0);
}

using Spans = std::vector<Span>;

TEST(ContentSpans, of_a_gap_that_counts_late_lie_where_it_played) {
    Clockwork clock;
    clock.moving(1'000);
    clock.gap(100);
    clock.paused_in_break(5'000);
    clock.gap(100);
    EXPECT_EQ(clock.playtime.content_spans(0), (Spans{{0, 1'000}}));
    clock.gap(51);
    EXPECT_EQ(clock.playtime.content_spans(0), (Spans{{0, 1'100}, {6'100, 6'251}}));
    EXPECT_EQ(clock.playtime.main_ms(), 1'251);
}

TEST(ContentSpans, of_a_gap_that_is_too_short_are_none) {
    Clockwork clock;
    clock.gap(100);
    clock.paused_in_break(5'000);
    clock.gap(150);
    clock.playtime.finish(clock.chapters);
    EXPECT_TRUE(clock.playtime.content_spans(0).empty());
}

TEST(ContentSpans, of_more_pieces_of_a_gap_than_are_held_keep_their_sum_and_do_not_overlap) {
    for (const size_t pieces :
         {Playtime::max_held - 1, Playtime::max_held, Playtime::max_held + 1}) {
        Clockwork clock;
        for (size_t i = 0; i < pieces; ++i) {
            clock.gap(3);
            clock.paused_in_break(7);
        }
        clock.gap(200);
        const Spans spans = clock.playtime.content_spans(0);
        // The last piece of 200 ms is held by itself, or joins the last that is held.
        const size_t held = std::min(pieces + 1, Playtime::max_held);
        ASSERT_EQ(spans.size(), held);
        for (size_t i = 0; i + 1 < held; ++i) {
            const auto from = static_cast<int64_t>(10 * i);
            EXPECT_EQ(spans[i], (Span{from, from + 3}));
        }
        const auto joined = static_cast<int64_t>(pieces + 1 - held);
        const auto from = static_cast<int64_t>(10 * (held - 1));
        EXPECT_EQ(spans.back(), (Span{from, from + 200 + 3 * joined}));
        EXPECT_EQ(clock.playtime.main_ms(), 200 + 3 * static_cast<int64_t>(pieces));
    }
}

TEST(ContentSpans, leave_a_stall_out) {
    Clockwork clock;
    clock.moving(1'000);
    clock.still(1'000);
    clock.still(1'000);
    clock.still(500);
    clock.moving(2'000);
    EXPECT_EQ(clock.playtime.content_spans(0), (Spans{{0, 1'000}, {3'500, 5'500}}));
}

TEST(ContentSpans, of_a_playhead_that_stood_shortly_are_not_interrupted) {
    Clockwork clock;
    clock.moving(1'000);
    clock.still(600);
    clock.still(600);
    clock.moving(2'000);
    EXPECT_EQ(clock.playtime.content_spans(7), (Spans{{7, 4'207}}));
}

TEST(AdSpans, are_apart_from_those_of_content) {
    Clockwork clock;
    clock.moving(1'000);
    clock.ad(300);
    clock.ad(200);
    clock.moving(1'000);
    clock.ad(100);
    EXPECT_EQ(clock.playtime.content_spans(0), (Spans{{0, 1'000}, {1'500, 2'500}}));
    EXPECT_EQ(clock.playtime.ad_spans(0), (Spans{{1'000, 1'500}, {2'500, 2'600}}));
}

}  // namespace
}  // namespace playhead::session
