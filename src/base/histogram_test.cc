// SPDX-License-Identifier: Apache-2.0
#include "base/histogram.h"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace playhead::base {
namespace {

class HistogramOf : public testing::TestWithParam<Histogram::Unit> {};

TEST_P(HistogramOf, a_value_below_or_at_a_bound_is_within_it_and_one_above_is_not) {
    const auto bounds = Histogram::bounds(GetParam());
    ASSERT_LE(bounds.size(), Histogram::most_bounds);
    for (size_t place = 0; place < bounds.size(); ++place) {
        Histogram histogram(GetParam());
        histogram.record(bounds[place] - 1);
        histogram.record(bounds[place]);
        histogram.record(bounds[place] + 1);
        const size_t below = place > 0 && bounds[place] - 1 == bounds[place - 1] ? 1 : 0;
        EXPECT_EQ(histogram.in_bucket(place), 2 - below) << bounds[place];
        EXPECT_EQ(histogram.in_bucket(place + 1), 1U) << bounds[place];
        EXPECT_EQ(histogram.sum(), 3 * bounds[place]);
    }
}

TEST_P(HistogramOf, the_largest_value_is_in_the_rest) {
    Histogram histogram(GetParam());
    histogram.record(UINT64_MAX);
    EXPECT_EQ(histogram.in_bucket(Histogram::bounds(GetParam()).size()), 1U);
}

INSTANTIATE_TEST_SUITE_P(units, HistogramOf,
                         testing::Values(Histogram::Unit::microseconds, Histogram::Unit::count));

TEST(Histogram, one_value_many_times_is_that_many) {
    Histogram histogram(Histogram::Unit::count);
    histogram.record(3, 1000);
    histogram.record(3, 0);
    EXPECT_EQ(histogram.in_bucket(2), 1000U);
    EXPECT_EQ(histogram.sum(), 3000U);
}

TEST(Histogram, text_has_buckets_that_add_up_in_seconds_without_exponents) {
    Histogram histogram(Histogram::Unit::microseconds);
    histogram.record(100);
    histogram.record(900);
    histogram.record(40'000'000);
    std::string text;
    histogram.append_prometheus(text, "took_seconds", "stage=\"one\"");
    EXPECT_TRUE(
        text.starts_with("took_seconds_bucket{stage=\"one\",le=\"0.0001\"} 1\n"
                         "took_seconds_bucket{stage=\"one\",le=\"0.00025\"} 1\n"
                         "took_seconds_bucket{stage=\"one\",le=\"0.0005\"} 1\n"
                         "took_seconds_bucket{stage=\"one\",le=\"0.001\"} 2\n"))
        << text;
    EXPECT_TRUE(
        text.ends_with("took_seconds_bucket{stage=\"one\",le=\"30\"} 2\n"
                       "took_seconds_bucket{stage=\"one\",le=\"+Inf\"} 3\n"
                       "took_seconds_sum{stage=\"one\"} 40.001\n"
                       "took_seconds_count{stage=\"one\"} 3\n"))
        << text;
}

TEST(Histogram, text_without_labels_has_no_empty_braces) {
    const Histogram histogram(Histogram::Unit::count);
    std::string text;
    histogram.append_prometheus(text, "rows", "");
    EXPECT_TRUE(text.starts_with("rows_bucket{le=\"1\"} 0\n")) << text;
    EXPECT_TRUE(text.ends_with("rows_sum 0\nrows_count 0\n")) << text;
}

TEST(Histogram, threads_lose_nothing) {
    Histogram histogram(Histogram::Unit::count);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&histogram] {
            for (int n = 0; n < 10'000; ++n) histogram.record(7);
        });
    }
    for (std::thread& one : threads) one.join();
    EXPECT_EQ(histogram.in_bucket(3), 40'000U);
    EXPECT_EQ(histogram.sum(), 280'000U);
}

}  // namespace
}  // namespace playhead::base
