// SPDX-License-Identifier: Apache-2.0
#include "app/uptime.h"

#include <gtest/gtest.h>

namespace playhead::app {
namespace {

TEST(Uptime, goes_on_where_the_journal_ended) {
    Uptime uptime(5'000, 1'000'000);
    EXPECT_EQ(uptime.at(1'000'000), 5'000);
    EXPECT_EQ(uptime.at(1'000'250), 5'250);
}

TEST(Uptime, never_runs_backwards) {
    Uptime uptime(0, 100);
    EXPECT_EQ(uptime.at(400), 300);
    EXPECT_EQ(uptime.at(399), 300);
    EXPECT_EQ(uptime.at(401), 301);
    EXPECT_EQ(uptime.latest(), 301);
}

}  // namespace
}  // namespace playhead::app
