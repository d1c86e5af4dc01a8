// SPDX-License-Identifier: Apache-2.0
#include "app/doctor.h"

#include <gtest/gtest.h>

namespace playhead::app {
namespace {

using Verdict = Finding::Verdict;

constexpr uint64_t gibibyte = uint64_t{1} << 30;

bool says(const Finding& finding, std::string_view words) {
    return finding.meaning.find(words) != std::string::npos;
}

TEST(Doctor, too_few_open_files_are_told_in_connections) {
    EXPECT_EQ(judge_open_files(1'048'576, 100'000).verdict, Verdict::good);
    const Finding few = judge_open_files(1024, 100'000);
    EXPECT_EQ(few.verdict, Verdict::warning);
    EXPECT_TRUE(says(few, "connections of players")) << few.meaning;
    EXPECT_TRUE(says(few, "not the 100000")) << few.meaning;
}

TEST(Doctor, a_folder_in_memory_is_bad_and_an_unknown_one_is_a_warning) {
    EXPECT_EQ(judge_file_system(0xEF53).verdict, Verdict::good);
    EXPECT_EQ(judge_file_system(0xEF53).value, "ext4");
    EXPECT_EQ(judge_file_system(0x01021994).verdict, Verdict::bad);
    EXPECT_EQ(judge_file_system(0x6969).verdict, Verdict::warning);
    EXPECT_EQ(judge_file_system(1).verdict, Verdict::warning);
}

TEST(Doctor, room_for_less_than_two_journal_files_is_bad) {
    Config config;
    const auto segment = static_cast<uint64_t>(config.segment_bytes);
    EXPECT_EQ(judge_room(2 * segment - 1, config).verdict, Verdict::bad);
    EXPECT_EQ(judge_room(2 * segment, config).verdict, Verdict::good);
    EXPECT_TRUE(says(judge_room(2 * segment, config), "nothing is ever removed"));
    config.retention_bytes = static_cast<int64_t>(gibibyte);
    EXPECT_EQ(judge_room(gibibyte - 1, config).verdict, Verdict::warning);
    EXPECT_EQ(judge_room(gibibyte, config).verdict, Verdict::good);
}

TEST(Doctor, a_slow_disk_is_a_warning_and_one_that_stands_still_is_bad) {
    EXPECT_EQ(judge_sync({.median_us = 20'000, .p99_us = 1'000'000}).verdict, Verdict::good);
    EXPECT_EQ(judge_sync({.median_us = 20'001, .p99_us = 30'000}).verdict, Verdict::warning);
    EXPECT_EQ(judge_sync({.median_us = 400, .p99_us = 1'000'001}).verdict, Verdict::bad);
    const Finding found = judge_sync({.median_us = 400, .p99_us = 12'345});
    EXPECT_EQ(found.value, "half within 0.40 ms, 99 of 100 within 12.35 ms");
    EXPECT_TRUE(says(found, "2500 batches a second")) << found.meaning;
    EXPECT_EQ(judge_sync({.median_us = 0, .p99_us = 0}).verdict, Verdict::good);
}

TEST(Doctor, a_clock_that_nobody_sets_is_a_warning) {
    EXPECT_EQ(judge_clock(true).verdict, Verdict::good);
    EXPECT_EQ(judge_clock(false).verdict, Verdict::warning);
}

TEST(Doctor, a_folder_of_somebody_else_is_bad_and_an_open_one_is_a_warning) {
    EXPECT_EQ(judge_folder({.exists = true}, "d").verdict, Verdict::good);
    EXPECT_EQ(judge_folder({.exists = true, .is_closed = false}, "d").verdict, Verdict::warning);
    EXPECT_EQ(judge_folder({.exists = true, .is_ours = false}, "d").verdict, Verdict::bad);
    EXPECT_EQ(judge_folder({.exists = true, .is_writable = false}, "d").verdict, Verdict::bad);
    EXPECT_EQ(judge_folder({}, "d").verdict, Verdict::good);
    EXPECT_EQ(judge_folder({.is_writable = false}, "d").verdict, Verdict::bad);
}

TEST(Doctor, memory_is_told_in_sessions) {
    const Finding large = judge_memory({.total_bytes = 64 * gibibyte, .free_bytes = 0}, 1'000'000);
    EXPECT_EQ(large.verdict, Verdict::good);
    EXPECT_EQ(large.value, "65536 MiB, 0 MiB of it free");
    const Finding small = judge_memory({.total_bytes = gibibyte, .free_bytes = 0}, 1'000'000);
    EXPECT_EQ(small.verdict, Verdict::warning);
    EXPECT_TRUE(says(small, "131072 open sessions, less than the 1000000")) << small.meaning;
    EXPECT_EQ(judge_memory({}, 1).verdict, Verdict::warning);
}

TEST(Doctor, cores_are_told_in_events) {
    EXPECT_TRUE(says(judge_cores(3), "200000 events a second"));
}

}  // namespace
}  // namespace playhead::app
