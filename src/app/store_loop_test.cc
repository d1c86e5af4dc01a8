// SPDX-License-Identifier: Apache-2.0
#include "app/store_loop.h"

#include <gtest/gtest.h>

#include "store/memory_store.h"

namespace playhead::app {
namespace {

std::shared_ptr<const StoreBatch> batch_of(uint8_t number, uint64_t offset) {
    auto batch = std::make_shared<StoreBatch>();
    batch->rows.emplace_back();
    batch->rows.back().id.bytes[0] = number;
    batch->rows.back().close_reason = session::CloseReason::session_end;
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
    EXPECT_EQ(store.sessions(std::nullopt, 10).value().size(), 2U);
    EXPECT_FALSE(loop.failing());
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

}  // namespace
}  // namespace playhead::app
