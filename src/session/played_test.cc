// SPDX-License-Identifier: Apache-2.0
#include "session/played.h"

#include <gtest/gtest.h>

namespace playhead::session {
namespace {

constexpr int64_t day_ms = 86'400'000;

TEST(Played, forward_play_within_twice_the_time_and_two_seconds_is_continuous) {
    Played at_limit(0);
    at_limit.credit(1'000, 10'000, 14'000);
    EXPECT_EQ(at_limit.unique_ms(), 4'000);
    Played above(0);
    above.credit(1'000, 10'000, 14'001);
    EXPECT_EQ(above.unique_ms(), 1'000) << "a jump: only what must have run last";
}

TEST(Played, a_still_playhead_plays_nothing) {
    Played played(0);
    played.credit(10'000, 5'000, 5'000);
    EXPECT_EQ(played.unique_ms(), 0);
    EXPECT_EQ(played.segment(5'000), "[0-5]");
}

TEST(Played, a_move_backwards_credits_the_end_of_the_interval) {
    Played played(0);
    played.credit(3'000, 50'000, 10'000);
    EXPECT_EQ(played.unique_ms(), 3'000);
    Played near_zero(0);
    near_zero.credit(3'000, 50'000, 1'000);
    EXPECT_EQ(near_zero.unique_ms(), 1'000);
    Played at_zero(0);
    at_zero.credit(3'000, 50'000, 0);
    EXPECT_EQ(at_zero.unique_ms(), 0);
    EXPECT_EQ(at_zero.segment(600'000), "[10-15]") << "nothing was played";
}

TEST(Played, play_across_midnight_needs_a_day_of_content) {
    Played day(day_ms);
    day.credit(10'000, day_ms - 5'000, 5'000);
    EXPECT_EQ(day.unique_ms(), 10'000);
    EXPECT_EQ(day.segment(0), "[0-1440]");
    Played film(day_ms - 1);
    film.credit(10'000, day_ms - 5'000, 5'000);
    EXPECT_EQ(film.unique_ms(), 5'000);
}

TEST(Played, midnight_has_the_tolerance_of_forward_play) {
    Played at_limit(day_ms);
    at_limit.credit(1'000, day_ms - 2'000, 2'000);
    EXPECT_EQ(at_limit.unique_ms(), 4'000);
    Played above(day_ms);
    above.credit(1'000, day_ms - 2'000, 2'001);
    EXPECT_EQ(above.unique_ms(), 1'000);
    Played from_the_end(day_ms);
    from_the_end.credit(5'000, day_ms, 3'000);
    EXPECT_EQ(from_the_end.unique_ms(), 3'000) << "p0 is not below a day";
}

TEST(Played, parts_that_touch_or_overlap_count_once) {
    Played played(0);
    played.credit(10'000, 0, 10'000);
    played.credit(10'000, 20'000, 30'000);
    EXPECT_EQ(played.unique_ms(), 20'000);
    played.credit(10'000, 10'000, 20'000);
    EXPECT_EQ(played.unique_ms(), 30'000);
    played.credit(10'000, 5'000, 15'000);
    EXPECT_EQ(played.unique_ms(), 30'000);
    played.credit(30'000, 0, 40'000);
    EXPECT_EQ(played.unique_ms(), 40'000);
}

TEST(Played, a_marker_is_set_by_play_that_reaches_or_leaves_it) {
    Played before(100'000);
    before.credit(10'000, 0, 9'999);
    EXPECT_FALSE(before.passed(10));
    before.credit(1'000, 9'999, 10'000);
    EXPECT_TRUE(before.passed(10));
    EXPECT_FALSE(before.passed(25));
    Played from_it(100'000);
    from_it.credit(1'000, 25'000, 26'000);
    EXPECT_TRUE(from_it.passed(25));
    Played behind_it(100'000);
    behind_it.credit(1'000, 25'001, 26'000);
    EXPECT_FALSE(behind_it.passed(25));
}

TEST(Played, a_jump_sets_no_marker_on_its_way) {
    Played played(100'000);
    played.credit(5'000, 20'000, 80'000);
    EXPECT_FALSE(played.passed(25));
    EXPECT_FALSE(played.passed(50));
    EXPECT_TRUE(played.passed(75)) << "75 to 80 must have run";
    EXPECT_FALSE(played.passed(95));
}

TEST(Played, unknown_length_sets_no_marker) {
    Played played(0);
    played.credit(10'000, 0, 10'000);
    for (const int percent : {10, 25, 50, 75, 95}) EXPECT_FALSE(played.passed(percent));
}

TEST(Played, the_segment_lies_on_a_grid_of_five_minutes) {
    const auto label = [](int64_t from, int64_t to) {
        Played played(0);
        played.credit(to - from, from, to);
        return played.segment(0);
    };
    EXPECT_EQ(label(0, 45'000), "[0-5]");
    EXPECT_EQ(label(1'900'000, 1'935'000), "[30-35]");
    EXPECT_EQ(label(0, 323'000), "[0-10]");
    EXPECT_EQ(label(0, 300'000), "[0-5]");
    EXPECT_EQ(label(0, 300'001), "[0-10]");
    EXPECT_EQ(label(299'999, 300'000), "[0-5]");
    EXPECT_EQ(label(300'000, 300'001), "[5-10]");
    EXPECT_EQ(label(43'201'000, 43'241'000), "[720-725]");
}

TEST(Played, a_touch_widens_the_segment_and_plays_nothing) {
    Played played(0);
    played.touch(700'000);
    EXPECT_EQ(played.segment(0), "[10-15]");
    EXPECT_EQ(played.unique_ms(), 0);
}

TEST(Played, beyond_the_limit_the_nearest_parts_are_joined) {
    Played played(0);
    const int64_t step = 100'000;
    const auto parts = static_cast<int64_t>(Played::max_parts);
    for (int64_t i = 0; i < parts; ++i) played.credit(1'000, i * step, i * step + 1'000);
    EXPECT_EQ(played.unique_ms(), parts * 1'000);
    played.credit(1'000, 50'000, 51'000);
    const int64_t hole = 49'000;
    EXPECT_EQ(played.unique_ms(), (parts + 1) * 1'000 + hole);
}

}  // namespace
}  // namespace playhead::session
