// SPDX-License-Identifier: Apache-2.0
#include "store/report_time.h"

#include <gtest/gtest.h>

#include "store/minute_plan.h"

namespace playhead::store {
namespace {

constexpr int64_t hour_ms = 60 * minute_ms;
constexpr int64_t day_ms = 24 * hour_ms;

Question by(Granularity granularity, int64_t minutes, const char* metric = "concurrentViewers") {
    Question question;
    question.metrics = {{.sum = sum_metric_named(metric)}};
    question.granularity = granularity;
    question.bucket_minutes = minutes;
    return question;
}

void expect(const Question& question, Granularity granularity, int64_t minutes) {
    EXPECT_EQ(question.granularity, granularity);
    EXPECT_EQ(question.bucket_minutes, minutes);
}

TEST(ReportTime, has_at_most_1440_buckets_by_minute) {
    const Question minutes = by(Granularity::minutes, 1);
    expect(with_fewer_buckets(minutes, {0, day_ms - 1}), Granularity::minutes, 1);
    expect(with_fewer_buckets(minutes, {0, day_ms}), Granularity::minutes, 1);
    expect(with_fewer_buckets(minutes, {0, day_ms + 1}), Granularity::minutes, 5);
    expect(with_fewer_buckets(minutes, {0, 5 * day_ms + 1}), Granularity::minutes, 15);
    expect(with_fewer_buckets(minutes, {0, 15 * day_ms + 1}), Granularity::minutes, 60);
    expect(with_fewer_buckets(minutes, {0, 60 * day_ms}), Granularity::minutes, 60);
    expect(with_fewer_buckets(minutes, {0, 60 * day_ms + 1}), Granularity::day, 1);
    expect(with_fewer_buckets(minutes, {0, 1'440 * day_ms + 1}), Granularity::week, 1);
    expect(with_fewer_buckets(minutes, {0, 7 * 1'440 * day_ms + 1}), Granularity::month, 1);
}

TEST(ReportTime, keeps_buckets_that_are_large_enough) {
    expect(with_fewer_buckets(by(Granularity::minutes, 7), {0, 2 * day_ms}), Granularity::minutes,
           7);
    expect(with_fewer_buckets(by(Granularity::minutes, 7), {0, 8 * day_ms}), Granularity::minutes,
           15);
    expect(with_fewer_buckets(by(Granularity::all, 1), {0, 900 * day_ms}), Granularity::all, 1);
    expect(with_fewer_buckets(by(Granularity::minutes, 1, "mediaStarts"), {0, 900 * day_ms}),
           Granularity::minutes, 1);
}

TEST(ReportTime, has_pieces_in_which_no_bucket_begins) {
    const Period period{0, 100 * day_ms};
    const TimeZone utc;
    EXPECT_EQ(piece_length(by(Granularity::minutes, 7), period, utc), 7 * minute_ms);
    EXPECT_EQ(piece_length(by(Granularity::month, 1), period, utc), day_ms);
    const TimeZone kathmandu({{.since = 0, .ahead = 345 * minute_ms}});
    EXPECT_EQ(piece_length(by(Granularity::day, 1), period, kathmandu), 15 * minute_ms);
    EXPECT_EQ(piece_length(by(Granularity::minutes, 60), period, kathmandu), 15 * minute_ms);
    const TimeZone shifted({{.since = 0, .ahead = hour_ms},
                            {.since = 50 * day_ms + 30 * minute_ms, .ahead = 2 * hour_ms}});
    EXPECT_EQ(piece_length(by(Granularity::day, 1), period, shifted), 30 * minute_ms);
    const TimeZone odd({{.since = 0, .ahead = 90'500}});
    EXPECT_EQ(piece_length(by(Granularity::day, 1), period, odd), minute_ms);
    EXPECT_GT(piece_length(by(Granularity::all, 1), period, utc), last_moment + day_ms);
}

}  // namespace
}  // namespace playhead::store
