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

// Each wait must end by itself, wherever the worker is when it begins.
TEST(Idleness, no_change_is_missed_between_a_look_and_the_sleep) {
    Idleness idleness;
    std::atomic<bool> stop{false};
    std::thread worker([&] {
        while (!stop) {
            idleness.begin_work();
            idleness.end_work();
        }
    });
    for (int i = 0; i < 20'000; ++i) {
        while (!idleness.wait(1h)) ADD_FAILURE();
    }
    stop = true;
    worker.join();
}

}  // namespace
}  // namespace playhead::http
