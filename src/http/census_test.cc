// SPDX-License-Identifier: Apache-2.0
#include "http/census.h"

#include <atomic>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace playhead::http {
namespace {

using namespace std::chrono_literals;

TEST(Census, where_there_is_none_there_is_nothing_to_wait_for) {
    Census census;
    EXPECT_TRUE(census.wait_until_none(0us));
    EXPECT_TRUE(census.wait_until_none(1h));
}

TEST(Census, one_that_stays_is_not_waited_for_longer_than_said) {
    Census census;
    census.enter();
    EXPECT_FALSE(census.wait_until_none(0us));
    EXPECT_FALSE(census.wait_until_none(100us));
    census.leave();
    EXPECT_TRUE(census.wait_until_none(0us));
}

TEST(Census, the_last_of_all_ends_the_wait) {
    Census census;
    census.enter();
    census.enter();
    std::thread worker([&] {
        while (!census.is_awaited()) std::this_thread::yield();
        census.leave();
        census.leave();
    });
    EXPECT_TRUE(census.wait_until_none(1h));
    worker.join();
    EXPECT_FALSE(census.is_awaited());
}

// The one who leaves in a round may come before, in, or behind the look of the waiter.
TEST(Census, no_change_is_missed_between_a_look_and_the_sleep) {
    constexpr int rounds = 2'000;
    Census census;
    std::atomic<int> begun{0};
    std::thread worker([&] {
        for (int round = 1; round <= rounds; ++round) {
            while (begun != round) std::this_thread::yield();
            census.leave();
        }
    });
    for (int round = 1; round <= rounds; ++round) {
        census.enter();
        begun = round;
        ASSERT_TRUE(census.wait_until_none(1h)) << "round " << round;
    }
    worker.join();
}

}  // namespace
}  // namespace playhead::http
