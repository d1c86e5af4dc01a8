// SPDX-License-Identifier: Apache-2.0
#include "base/counters.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace playhead::base {
namespace {

TEST(Counters, text_groups_by_name_in_order_of_registration) {
    Counters counters;
    Counter& used = counters.counter("events_total", "outcome=\"used\"", "Events");
    counters.gauge("sessions", "", "Open sessions", [] { return 2.5; });
    counters.counter("events_total", "outcome=\"late\"", "Events");
    used.add();
    used.add(41);
    EXPECT_EQ(counters.prometheus_text(),
              "# HELP events_total Events\n"
              "# TYPE events_total counter\n"
              "events_total{outcome=\"used\"} 42\n"
              "events_total{outcome=\"late\"} 0\n"
              "# HELP sessions Open sessions\n"
              "# TYPE sessions gauge\n"
              "sessions 2.5\n");
}

TEST(Counters, the_same_name_and_labels_are_one_counter) {
    Counters counters;
    Counter& first = counters.counter("a", "x=\"1\"", "A");
    EXPECT_EQ(&counters.counter("a", "x=\"1\"", "A"), &first);
    EXPECT_NE(&counters.counter("a", "x=\"2\"", "A"), &first);
}

TEST(Counters, references_stay_valid_while_others_are_made) {
    Counters counters;
    Counter& first = counters.counter("first", "", "First");
    for (int i = 0; i < 1000; ++i) {
        counters.counter("first", "i=\"" + std::to_string(i) + '"', "First");
        counters.counter("other" + std::to_string(i), "", "Other");
    }
    first.add(7);
    EXPECT_EQ(counters.counter("first", "", "First").value(), 7U);
}

TEST(Counters, threads_lose_no_count) {
    Counters counters;
    Counter& shared = counters.counter("shared", "", "Shared");
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&shared] {
            for (int n = 0; n < 10'000; ++n) shared.add();
        });
    }
    for (std::thread& one : threads) one.join();
    EXPECT_EQ(shared.value(), 40'000U);
}

TEST(Counters, the_same_name_and_labels_are_one_histogram_whose_text_stands_among_the_others) {
    Counters counters;
    Histogram& rows = counters.histogram("rows", "", "Rows", Histogram::Unit::count);
    EXPECT_EQ(&counters.histogram("rows", "", "Rows", Histogram::Unit::count), &rows);
    EXPECT_NE(&counters.histogram("rows", "x=\"1\"", "Rows", Histogram::Unit::count), &rows);
    rows.record(4);
    const std::string text = counters.prometheus_text();
    EXPECT_TRUE(
        text.starts_with("# HELP rows Rows\n"
                         "# TYPE rows histogram\n"
                         "rows_bucket{le=\"1\"} 0\n"
                         "rows_bucket{le=\"2\"} 0\n"
                         "rows_bucket{le=\"5\"} 1\n"))
        << text;
}

TEST(CountersDeathTest, a_name_is_either_counter_or_gauge) {
    Counters counters;
    counters.counter("a", "", "A");
    EXPECT_DEATH(counters.gauge("a", "", "A", [] { return 0.0; }), "CHECK");
}

}  // namespace
}  // namespace playhead::base
