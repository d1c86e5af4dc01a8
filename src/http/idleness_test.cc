// SPDX-License-Identifier: Apache-2.0
#include "http/idleness.h"

#include <atomic>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace playhead::http {
namespace {

using namespace std::chrono_literals;

TEST(Idleness, where_nobody_works_there_is_nothing_to_wait_for) {
    Idleness idleness;
    EXPECT_TRUE(idleness.wait(0us));
    EXPECT_TRUE(idleness.wait(1h));
}

TEST(Idleness, one_that_still_works_is_not_waited_for_longer_than_said) {
    Idleness idleness;
    idleness.begin_work();
    EXPECT_FALSE(idleness.wait(0us));
    EXPECT_FALSE(idleness.wait(100us));
    idleness.end_work();
    EXPECT_TRUE(idleness.wait(0us));
}

TEST(Idleness, the_last_of_all_ends_the_wait) {
    Idleness idleness;
    idleness.begin_work();
    idleness.begin_work();
    std::thread worker([&] {
        while (!idleness.is_awaited()) std::this_thread::yield();
        idleness.end_work();
        idleness.end_work();
    });
    EXPECT_TRUE(idleness.wait(1h));
    worker.join();
    EXPECT_FALSE(idleness.is_awaited());
}

// The one end of work of a round may come before, in, or behind the look of the waiter.
TEST(Idleness, no_change_is_missed_between_a_look_and_the_sleep) {
    constexpr int rounds = 2'000;
    Idleness idleness;
    std::atomic<int> begun{0};
    std::thread worker([&] {
        for (int round = 1; round <= rounds; ++round) {
            while (begun != round) std::this_thread::yield();
            idleness.end_work();
        }
    });
    for (int round = 1; round <= rounds; ++round) {
        idleness.begin_work();
        begun = round;
        ASSERT_TRUE(idleness.wait(1h)) << "round " << round;
    }
    worker.join();
}

}  // namespace
}  // namespace playhead::http
