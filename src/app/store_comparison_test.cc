// SPDX-License-Identifier: Apache-2.0
#include "app/store_comparison.h"

#include <gtest/gtest.h>

#include "store/memory_store.h"

namespace playhead::app {
namespace {

using session::Metric;
using session::SessionRow;

SessionRow row_of(uint8_t number, int64_t pauses = 0, int64_t played_ms = 0) {
    SessionRow row;
    row.id.bytes[0] = number;
    row.close_reason = session::CloseReason::session_end;
    row.pause_count = pauses;
    row.time_played_ms = played_ms;
    return row;
}

class Comparison : public testing::Test {
  protected:
    StoreComparison compare(const std::vector<SessionRow>& before,
                            const std::vector<SessionRow>& after) {
        EXPECT_TRUE(before_.write(before, 1));
        EXPECT_TRUE(after_.write(after, 1));
        const auto found =
            compare_stores(before_, after_, [this](const SessionRow& row) -> base::Result<void> {
                only_before_.push_back(row.id);
                return after_.write({&row, 1}, 1);
            });
        EXPECT_TRUE(found);
        return found ? *found : StoreComparison();
    }

    static const StoreComparison::MetricDifference& of(const StoreComparison& found,
                                                       Metric metric) {
        return found.metrics[static_cast<size_t>(metric)];
    }

    store::MemoryStore before_;
    store::MemoryStore after_;
    std::vector<event::SessionId> only_before_;
};

TEST_F(Comparison, of_empty_stores_finds_nothing) {
    const StoreComparison found = compare({}, {});
    EXPECT_EQ(found.compared + found.only_before + found.only_after, 0U);
}

TEST_F(Comparison, tells_each_metric_that_differs_with_totals_and_examples) {
    std::vector<SessionRow> before;
    std::vector<SessionRow> after;
    for (uint8_t number = 1; number <= 5; ++number) {
        before.push_back(row_of(number, 1, 1'499));
        after.push_back(row_of(number, 2, 1'499));
    }
    after[4].time_played_ms = 1'500;
    const StoreComparison found = compare(before, after);
    EXPECT_EQ(found.compared, 5U);
    const auto& pauses = of(found, Metric::pause_count);
    EXPECT_EQ(pauses.sessions, 5U);
    EXPECT_EQ(pauses.before, StoreComparison::Total(int64_t{5}));
    EXPECT_EQ(pauses.after, StoreComparison::Total(int64_t{10}));
    EXPECT_EQ(pauses.examples.size(), StoreComparison::examples_kept);
    EXPECT_EQ(pauses.examples[0], row_of(5).id);
    const auto& played = of(found, Metric::time_played);
    EXPECT_EQ(played.sessions, 1U);
    EXPECT_EQ(played.before, StoreComparison::Total(int64_t{5}));
    EXPECT_EQ(played.after, StoreComparison::Total(int64_t{6}));
    EXPECT_EQ(of(found, Metric::ad_count).sessions, 0U);
}

TEST_F(Comparison, goes_through_any_number_of_pages_and_gives_what_only_the_first_has) {
    std::vector<SessionRow> before;
    std::vector<SessionRow> after;
    for (int number = 0; number < 2'000; ++number) {
        SessionRow row = row_of(static_cast<uint8_t>(number / 256));
        row.id.bytes[1] = static_cast<uint8_t>(number % 256);
        if (number % 3 != 0) before.push_back(row);
        if (number % 5 != 0) after.push_back(row);
    }
    const StoreComparison found = compare(before, after);
    EXPECT_EQ(found.only_before, 266U);
    EXPECT_EQ(found.only_before, only_before_.size());
    EXPECT_EQ(found.compared + found.only_before, before.size());
    EXPECT_EQ(found.compared + found.only_after, after.size());
    EXPECT_EQ(after_.sessions({}, std::nullopt, 5'000)->size(), after.size() + only_before_.size());
}

TEST_F(Comparison, sums_stay_at_the_largest_value) {
    const StoreComparison found =
        compare({row_of(1, INT64_MAX), row_of(2, 1)}, {row_of(1, 1), row_of(2, 1)});
    EXPECT_EQ(of(found, Metric::pause_count).before, StoreComparison::Total(INT64_MAX));
}

}  // namespace
}  // namespace playhead::app
