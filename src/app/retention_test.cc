// SPDX-License-Identifier: Apache-2.0
#include "app/retention.h"

#include <vector>

#include <gtest/gtest.h>

namespace playhead::app {
namespace {

constexpr int64_t hour = 3'600'000;
constexpr uint64_t everything = UINT64_MAX;

// Four segments of 100 bytes, one begun each hour; the last one is half full.
std::vector<journal::SegmentSummary> segments() {
    std::vector<journal::SegmentSummary> all;
    for (uint64_t i = 0; i < 4; ++i) {
        journal::SegmentSummary one;
        one.first = 100 * i;
        one.end = i == 3 ? 350 : 100 * (i + 1);
        one.opened_at = static_cast<int64_t>(i + 1) * hour;
        all.push_back(one);
    }
    return all;
}

TEST(Retention, keeps_everything_by_default) {
    EXPECT_EQ(retention_end(segments(), {}, 1'000 * hour, everything), 0U);
    EXPECT_EQ(retention_end({}, {.hours = 1, .bytes = 1}, 0, everything), 0U);
}

TEST(Retention, lets_a_segment_go_when_all_in_it_is_older) {
    const Retention two_hours{.hours = 2};
    // The first segment ends when the second begins, at two o'clock.
    EXPECT_EQ(retention_end(segments(), two_hours, 4 * hour - 1, everything), 0U);
    EXPECT_EQ(retention_end(segments(), two_hours, 4 * hour, everything), 100U);
    EXPECT_EQ(retention_end(segments(), two_hours, 5 * hour, everything), 200U);
}

TEST(Retention, never_takes_the_last_segment) {
    EXPECT_EQ(retention_end(segments(), {.hours = 1}, 1'000 * hour, everything), 300U);
    EXPECT_EQ(retention_end(segments(), {.bytes = 1}, 0, everything), 300U);
}

TEST(Retention, lets_the_oldest_go_when_there_is_too_much) {
    EXPECT_EQ(retention_end(segments(), {.bytes = 350}, 0, everything), 0U);
    EXPECT_EQ(retention_end(segments(), {.bytes = 349}, 0, everything), 100U);
    EXPECT_EQ(retention_end(segments(), {.bytes = 249}, 0, everything), 200U);
}

TEST(Retention, keeps_what_the_store_or_a_start_may_need) {
    EXPECT_EQ(retention_end(segments(), {.bytes = 1}, 0, 299), 200U);
    EXPECT_EQ(retention_end(segments(), {.bytes = 1}, 0, 0), 0U);
}

TEST(Retention, keeps_a_segment_of_unknown_age) {
    std::vector<journal::SegmentSummary> all = segments();
    all[1].opened_at = 0;
    EXPECT_EQ(retention_end(all, {.hours = 1}, 1'000 * hour, everything), 0U);
}

}  // namespace
}  // namespace playhead::app
