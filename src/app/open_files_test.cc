// SPDX-License-Identifier: Apache-2.0
#include "app/open_files.h"

#include <limits>

#include <gtest/gtest.h>

namespace playhead::app {
namespace {

constexpr size_t any_number = std::numeric_limits<size_t>::max();

// With those that the HTTP server keeps to refuse them.
size_t files_of(size_t connections) {
    return connections + connections / 16 + 16;
}

TEST(OpenFiles, what_is_wanted_is_given_when_there_is_room) {
    EXPECT_EQ(connections_within(1'000'000, 100'000), 100'000U);
    EXPECT_EQ(connections_within(1'000'000, 1), 1U);
}

TEST(OpenFiles, the_journal_and_operators_always_have_files_left) {
    for (size_t files = 64; files < 5000; ++files) {
        const size_t connections = connections_within(files, any_number);
        const size_t rest = files < 896 ? files / 2 : 448;
        ASSERT_LE(files_of(connections) + rest, files) << files;
        ASSERT_GE(files_of(connections + 1) + rest, files) << files;
    }
}

TEST(OpenFiles, the_limit_is_exact) {
    const size_t most = connections_within(10'000, any_number);
    EXPECT_EQ(connections_within(10'000, most - 1), most - 1);
    EXPECT_EQ(connections_within(10'000, most), most);
    EXPECT_EQ(connections_within(10'000, most + 1), most);
}

TEST(OpenFiles, there_is_always_room_for_one) {
    for (const size_t files : {0, 1, 15, 16, 17, 32, 33}) {
        EXPECT_EQ(connections_within(files, any_number), 1U) << files;
    }
}

TEST(OpenFiles, raising_gives_what_is_open_to_this_process) {
    EXPECT_GT(raise_open_files(), 0U);
}

}  // namespace
}  // namespace playhead::app
