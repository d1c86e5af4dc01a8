// SPDX-License-Identifier: Apache-2.0
#include "base/bounded_queue.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace playhead::base {
namespace {

TEST(BoundedQueue, takes_up_to_its_limit_and_refuses_the_next) {
    BoundedQueue<int> queue(3);
    EXPECT_TRUE(queue.try_push(1));
    EXPECT_TRUE(queue.try_push(2));
    EXPECT_TRUE(queue.try_push(3));
    EXPECT_FALSE(queue.try_push(4));
    EXPECT_EQ(queue.size(), 3U);
    std::vector<int> got;
    EXPECT_TRUE(queue.pop_all(got));
    EXPECT_EQ(got, (std::vector<int>{1, 2, 3}));
    EXPECT_TRUE(queue.try_push(4));
}

TEST(BoundedQueue, a_refused_item_stays_with_the_caller) {
    BoundedQueue<std::unique_ptr<int>> queue(1);
    EXPECT_TRUE(queue.try_push(std::make_unique<int>(1)));
    auto kept = std::make_unique<int>(2);
    EXPECT_FALSE(queue.try_push(std::move(kept)));
    ASSERT_NE(kept, nullptr);
    EXPECT_EQ(*kept, 2);
}

struct Length {
    size_t operator()(const std::string& item) const { return item.size(); }
};

TEST(BoundedQueue, a_limit_may_be_about_what_the_items_cost) {
    BoundedQueue<std::string, Length> queue(10);
    EXPECT_FALSE(queue.try_push(std::string(11, 'x')));
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(queue.try_push("x"));
    EXPECT_FALSE(queue.try_push(std::string(6, 'x')));
    EXPECT_TRUE(queue.try_push(std::string(5, 'x')));
    EXPECT_FALSE(queue.try_push("x"));
    EXPECT_TRUE(queue.try_push(""));
    std::vector<std::string> got;
    EXPECT_TRUE(queue.pop_all(got));
    EXPECT_EQ(got.size(), 7U);
    EXPECT_TRUE(queue.try_push(std::string(10, 'x')));
}

TEST(BoundedQueue, after_closing_only_what_is_inside_comes_out) {
    BoundedQueue<int> queue(3);
    EXPECT_TRUE(queue.try_push(1));
    queue.close();
    EXPECT_FALSE(queue.try_push(2));
    std::vector<int> got{0};
    EXPECT_TRUE(queue.pop_all(got));
    EXPECT_EQ(got, (std::vector<int>{0, 1}));
    EXPECT_FALSE(queue.pop_all(got));
    EXPECT_FALSE(queue.try_pop_all(got));
}

TEST(BoundedQueue, trying_does_not_wait) {
    BoundedQueue<int> queue(1);
    std::vector<int> got;
    EXPECT_FALSE(queue.try_pop_all(got));
    EXPECT_TRUE(queue.try_push(1));
    EXPECT_TRUE(queue.try_pop_all(got));
    EXPECT_EQ(got, (std::vector<int>{1}));
}

TEST(BoundedQueue, closing_wakes_the_consumer) {
    BoundedQueue<int> queue(1);
    bool more = true;
    std::thread consumer([&] {
        std::vector<int> got;
        more = queue.pop_all(got);
    });
    queue.close();
    consumer.join();
    EXPECT_FALSE(more);
}

TEST(BoundedQueue, many_producers_lose_nothing_and_keep_their_own_order) {
    constexpr int producers = 4;
    constexpr int each = 2000;
    BoundedQueue<int> queue(64);
    std::vector<std::thread> threads;
    for (int p = 0; p < producers; ++p) {
        threads.emplace_back([&queue, p] {
            for (int n = 0; n < each; ++n) {
                while (!queue.try_push(p * each + n)) std::this_thread::yield();
            }
        });
    }
    std::vector<int> got;
    while (got.size() < producers * each) queue.pop_all(got);
    for (std::thread& one : threads) one.join();
    std::vector<int> last(producers, -1);
    for (const int item : got) {
        EXPECT_GT(item, last[static_cast<size_t>(item / each)]);
        last[static_cast<size_t>(item / each)] = item;
    }
    EXPECT_EQ(got.size(), static_cast<size_t>(producers * each));
}

}  // namespace
}  // namespace playhead::base
