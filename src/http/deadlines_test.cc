// SPDX-License-Identifier: Apache-2.0
#include "http/deadlines.h"

#include <deque>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace playhead::http {
namespace {

int count_due(Deadlines& wheel, int64_t now) {
    int count = 0;
    wheel.expire(now, [&](Deadlines::Entry&) { ++count; });
    return count;
}

TEST(deadlines, nothing_is_due_before_its_time) {
    Deadlines wheel(1000);
    Deadlines::Entry entry;
    wheel.set(entry, 2000);
    EXPECT_EQ(count_due(wheel, 1999), 0);
    EXPECT_EQ(count_due(wheel, 2000), 1);
    EXPECT_EQ(count_due(wheel, 5000), 0);
    EXPECT_EQ(entry.at(), Deadlines::never);
}

TEST(deadlines, a_deadline_can_be_moved_either_way_and_taken_back) {
    Deadlines wheel(0);
    Deadlines::Entry entry;
    wheel.set(entry, 1000);
    wheel.set(entry, 5000);
    EXPECT_EQ(count_due(wheel, 1000), 0);
    wheel.set(entry, 2000);
    EXPECT_EQ(count_due(wheel, 1999), 0);
    EXPECT_EQ(count_due(wheel, 2000), 1);
    wheel.set(entry, 3000);
    wheel.set(entry, Deadlines::never);
    EXPECT_EQ(count_due(wheel, 9000), 0);
}

TEST(deadlines, far_deadlines_and_long_pauses_are_kept) {
    Deadlines wheel(0);
    Deadlines::Entry far;
    Deadlines::Entry near;
    wheel.set(far, 10'000'000);
    wheel.set(near, 500);
    EXPECT_EQ(count_due(wheel, 9'999'750), 1);
    EXPECT_EQ(count_due(wheel, 10'000'000), 1);
}

TEST(deadlines, an_entry_that_is_gone_is_not_due) {
    Deadlines wheel(0);
    auto first = std::make_unique<Deadlines::Entry>();
    auto second = std::make_unique<Deadlines::Entry>();
    wheel.set(*first, 100);
    wheel.set(*second, 100);
    int count = 0;
    wheel.expire(1000, [&](Deadlines::Entry& entry) {
        ++count;
        if (&entry == first.get()) second.reset();
        if (&entry == second.get()) first.reset();
    });
    EXPECT_EQ(count, 1);
}

TEST(deadlines, the_wait_ends_with_the_next_tick) {
    Deadlines wheel(0);
    EXPECT_EQ(wheel.wait_ms(0), Deadlines::tick_ms);
    EXPECT_EQ(wheel.wait_ms(Deadlines::tick_ms - 1), 1);
    EXPECT_EQ(wheel.wait_ms(Deadlines::tick_ms + 1), 0);
}

// Against the plain list of deadlines that the wheel stands for.
TEST(deadlines, every_deadline_is_noticed_in_time) {
    std::mt19937 random(7);
    Deadlines wheel(0);
    std::deque<Deadlines::Entry> entries(50);
    std::vector<int64_t> expected(entries.size(), Deadlines::never);
    int64_t now = 0;
    for (int step = 0; step < 20'000; ++step) {
        now += static_cast<int64_t>(random() % 400);
        if (random() % 500 == 0) now += 300'000;
        const size_t chosen = random() % entries.size();
        expected[chosen] = random() % 8 == 0 ? Deadlines::never
                                             : now + 1 + static_cast<int64_t>(random() % 200'000);
        wheel.set(entries[chosen], expected[chosen]);
        wheel.expire(now, [&](Deadlines::Entry& entry) {
            size_t found = entries.size();
            for (size_t i = 0; i < entries.size(); ++i) {
                if (&entries[i] == &entry) found = i;
            }
            ASSERT_LT(found, entries.size());
            ASSERT_LE(expected[found], now);
            expected[found] = Deadlines::never;
        });
        for (const int64_t at : expected) ASSERT_GT(at, now - 2 * Deadlines::tick_ms);
    }
}

}  // namespace
}  // namespace playhead::http
