// SPDX-License-Identifier: Apache-2.0
#include "app/store_loop.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "app/late_store.h"
#include "store/memory_store.h"
#include "store/scratch_folder.h"

namespace playhead::app {
namespace {

std::shared_ptr<const StoreBatch> batch_of(uint8_t number, uint64_t offset) {
    auto batch = std::make_shared<StoreBatch>();
    batch->rows.emplace_back();
    batch->rows.back().id.bytes[0] = number;
    batch->rows.back().close_reason = session::CloseReason::session_end;
    batch->closed_by.push_back(offset - 1);
    batch->offset = offset;
    return batch;
}

TEST(StoreLoop, writes_what_waits_and_says_how_far_it_is) {
    store::MemoryStore store;
    StoreLoop::Queue queue(4);
    const base::ManualClock clock(0);
    base::Counters counters;
    uint64_t stored = 0;
    StoreLoop loop(store, queue, [&](uint64_t offset) { stored = offset; }, clock, counters);
    ASSERT_TRUE(queue.try_push(batch_of(1, 100)));
    ASSERT_TRUE(queue.try_push(batch_of(2, 250)));
    EXPECT_TRUE(loop.step());
    EXPECT_EQ(stored, 250U);
    EXPECT_EQ(store.offset().value(), 250U);
    EXPECT_EQ(store.sessions({}, std::nullopt, 10).value().size(), 2U);
    EXPECT_FALSE(loop.failing());
    const std::string text = counters.prometheus_text();
    EXPECT_NE(text.find("\nplayhead_store_write_rows_bucket{le=\"1\"} 2\n"), std::string::npos);
    EXPECT_NE(text.find("\nplayhead_store_write_seconds_count 2\n"), std::string::npos);
}

TEST(StoreLoop, ends_when_the_queue_is_closed_and_empty) {
    store::MemoryStore store;
    StoreLoop::Queue queue(4);
    const base::ManualClock clock(0);
    base::Counters counters;
    StoreLoop loop(store, queue, [](uint64_t) {}, clock, counters);
    ASSERT_TRUE(queue.try_push(batch_of(1, 100)));
    queue.close();
    EXPECT_TRUE(loop.step());
    EXPECT_FALSE(loop.step());
    EXPECT_EQ(store.offset().value(), 100U);
}

TEST(StoreLoop, leaves_out_what_the_store_has_already) {
    store::MemoryStore store;
    const auto first = batch_of(1, 100);
    ASSERT_TRUE(store.write(first->rows, 100));
    StoreLoop::Queue queue(4);
    const base::ManualClock clock(0);
    base::Counters counters;
    uint64_t stored = 0;
    StoreLoop loop(store, queue, [&](uint64_t offset) { stored = offset; }, clock, counters);
    auto straddling = std::make_shared<StoreBatch>(*batch_of(1, 100));
    straddling->rows.push_back(batch_of(2, 150)->rows.front());
    straddling->closed_by.push_back(149);
    straddling->offset = 150;
    ASSERT_TRUE(queue.try_push(batch_of(3, 90)));
    ASSERT_TRUE(queue.try_push(std::move(straddling)));
    EXPECT_TRUE(loop.step());
    EXPECT_EQ(stored, 150U);
    const auto rows = store.sessions({}, std::nullopt, 10).value();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].id.bytes[0], 2);
    EXPECT_EQ(rows[1].id.bytes[0], 1);
    EXPECT_EQ(counters.counter("playhead_rows_stored_total", "", "").value(), 1U);
}

TEST(StoreLoop, sums_up_days_that_are_over_while_nothing_waits) {
    constexpr int64_t day = 86'400'000;
    const store::ScratchFolder folder;
    LateStore store(folder.path() + "/store.duckdb");
    StoreLoop::Queue queue(4);
    base::ManualClock clock(5 * day);
    base::Counters counters;
    StoreLoop loop(store, queue, [](uint64_t) {}, clock, counters);
    auto batch = std::make_shared<StoreBatch>(*batch_of(1, 100));
    batch->rows.front().start_ts = 3 * day;
    batch->rows.front().close_ts = 3 * day;
    ASSERT_TRUE(queue.try_push(std::move(batch)));
    ASSERT_TRUE(loop.step());
    EXPECT_GT(loop.left_to_sum(), 0U);
    clock.advance(day / 2);
    int rounds = 0;
    while (loop.left_to_sum() > 0) {
        ASSERT_TRUE(loop.step());
        ++rounds;
    }
    EXPECT_GT(rounds, 1);
    const std::string text = counters.prometheus_text();
    EXPECT_NE(text.find("\nplayhead_store_sum_seconds_count "), std::string::npos);
    EXPECT_EQ(text.find("\nplayhead_store_sum_seconds_count 0\n"), std::string::npos);
    loop.hurry();
    ASSERT_TRUE(queue.try_push(batch_of(2, 200)));
    EXPECT_TRUE(loop.step());
    EXPECT_EQ(store.offset().value(), 200U);
}

TEST(StoreLoop, says_why_the_store_is_away_and_goes_on_when_it_is_back) {
    const store::ScratchFolder folder;
    const std::string path = folder.path() + "/store.duckdb";
    std::ofstream(path) << std::string(100'000, 'x');
    LateStore store(path);
    StoreLoop::Queue queue(4);
    const base::ManualClock clock(0);
    base::Counters counters;
    uint64_t stored = UINT64_MAX;
    StoreLoop loop(store, queue, [&](uint64_t offset) { stored = offset; }, clock, counters);
    loop.hurry();  // no rests
    ASSERT_TRUE(queue.try_push(batch_of(1, 100)));
    EXPECT_FALSE(loop.step());
    EXPECT_TRUE(loop.failing());
    EXPECT_NE(loop.reason().find("playhead rebuild"), std::string::npos);
    EXPECT_EQ(stored, UINT64_MAX);
    std::filesystem::remove(path);
    EXPECT_TRUE(loop.step());
    EXPECT_FALSE(loop.failing());
    EXPECT_EQ(loop.reason(), "");
    EXPECT_EQ(stored, 100U);
}

}  // namespace
}  // namespace playhead::app
