// SPDX-License-Identifier: Apache-2.0
#include "app/watch.h"

#include <gtest/gtest.h>

namespace playhead::app {
namespace {

class WatchTest : public testing::Test {
  protected:
    bool look(int64_t after_ms) {
        clock_.advance(after_ms);
        return watch_.look(limit_ms);
    }

    static constexpr int64_t limit_ms = 3'000;

    base::ManualClock clock_{0};
    Watch watch_{clock_};
    Progress progress_;
};

TEST_F(WatchTest, who_rests_is_well_for_ever) {
    watch_.add("it", progress_);
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(look(1'000));
}

TEST_F(WatchTest, who_works_may_be_still_up_to_the_limit_and_not_beyond_it) {
    watch_.add("it", progress_);
    EXPECT_TRUE(look(0));
    const Work work(progress_);
    EXPECT_TRUE(look(1'000)) << "it has begun since";
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(look(1'000));
    EXPECT_FALSE(look(1));
    EXPECT_FALSE(look(1'000));
}

TEST_F(WatchTest, each_part_has_the_limit_for_itself) {
    watch_.add("it", progress_);
    EXPECT_TRUE(look(0));
    for (int round = 0; round < 3; ++round) {
        const Work work(progress_);
        for (int part = 0; part < 3; ++part) {
            EXPECT_TRUE(look(1'000));
            EXPECT_TRUE(look(2'000));
            EXPECT_TRUE(look(1'000));
            progress_.go_on();
        }
    }
}

TEST_F(WatchTest, who_goes_on_is_well_again) {
    watch_.add("it", progress_);
    EXPECT_TRUE(look(0));
    progress_.begin();
    EXPECT_TRUE(look(1'000));
    EXPECT_TRUE(look(2'000));
    EXPECT_FALSE(look(2'000));
    progress_.end();
    EXPECT_TRUE(look(1'000));
}

TEST_F(WatchTest, patience_is_a_number_of_limits) {
    watch_.add("slow", progress_, 2);
    EXPECT_TRUE(look(0));
    progress_.begin();
    EXPECT_TRUE(look(1'000));
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(look(2'000));
    EXPECT_FALSE(look(1));
}

TEST_F(WatchTest, who_rests_though_there_is_work_is_stuck) {
    bool has_work = false;
    watch_.add("it", progress_, 1, [&] { return has_work; });
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(look(2'000));
    has_work = true;
    EXPECT_TRUE(look(2'000));
    EXPECT_FALSE(look(2'000));
}

TEST_F(WatchTest, one_that_is_stuck_is_enough) {
    Progress other;
    bool moves = true;
    watch_.add("it", progress_);
    watch_.add("other", [&] { return moves; });
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(look(2'000));
    moves = false;
    EXPECT_TRUE(look(2'000));
    EXPECT_FALSE(look(2'000));
}

TEST_F(WatchTest, time_in_which_nobody_looked_does_not_count) {
    watch_.add("it", progress_);
    EXPECT_TRUE(look(0));
    const Work work(progress_);
    EXPECT_TRUE(look(1'000));
    EXPECT_TRUE(look(600'000));
    EXPECT_FALSE(look(1'001));
}

}  // namespace
}  // namespace playhead::app
