// SPDX-License-Identifier: Apache-2.0
#include "session/sorted_numbers.h"

#include <iterator>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "session/deadline_heap.h"
#include "session/number_index.h"
#include "session/slab.h"

namespace playhead::session {
namespace {

struct Thing {
    uint64_t key = 0;
    uint32_t place = 0;
};

struct KeyOf {
    const uint64_t& operator()(uint32_t number) const { return (*things)[number].key; }

    const Slab<Thing>* things;
};

struct Sooner {
    bool is_sooner(uint32_t a, uint32_t b) const { return (*things)[a].key < (*things)[b].key; }

    uint32_t& place(uint32_t number) const { return (*things)[number].place; }

    Slab<Thing>* things;
};

// The three ways to find an entry beside what the standard library has for it.
struct Found {
    Slab<Thing> things;
    NumberIndex index;
    SortedNumbers<KeyOf> sorted{{&things}};
    DeadlineHeap<Sooner> heap{{&things}};
    std::set<uint64_t> keys;

    // Few hashes, so that many collide.
    static uint64_t hash_of(uint64_t key) { return key % 1'000; }

    std::optional<uint32_t> find(uint64_t key) const {
        return index.find(hash_of(key), [&](uint32_t number) { return things[number].key == key; });
    }

    void add(uint64_t key) {
        const uint32_t number = things.add();
        things[number].key = key;
        index.add(hash_of(key), number);
        sorted.add(number);
        heap.add(number);
        keys.insert(key);
    }

    void remove(uint64_t key) {
        const uint32_t number = *find(key);
        heap.remove(number);
        sorted.remove(number);
        index.remove(hash_of(key), number);
        things.remove(number);
        keys.erase(key);
    }

    void expect_all() const {
        std::vector<uint64_t> up;
        sorted.for_each([&](uint32_t number) { up.push_back(things[number].key); });
        ASSERT_TRUE(std::ranges::equal(up, keys));
        ASSERT_EQ(things.size(), keys.size());
        ASSERT_EQ(heap.empty(), keys.empty());
        if (keys.empty()) return;
        ASSERT_EQ(things[heap.first()].key, *keys.begin());
    }
};

TEST(SortedNumbers, and_the_other_indexes_know_the_same_as_a_set) {
    for (const bool in_order : {false, true}) {
        Found found;
        std::mt19937_64 random(7);
        uint64_t next = 0;
        for (int i = 0; i < 20'000; ++i) {
            const bool grows = i < 12'000;
            if (found.keys.empty() || random() % 4 < (grows ? 3 : 1)) {
                const uint64_t key = in_order ? next++ : random() % 1'000'000;
                if (!found.keys.contains(key)) found.add(key);
            } else {
                const auto at = found.keys.lower_bound(random() % (*found.keys.rbegin() + 1));
                found.remove(*at);
            }
            if (i % 500 == 0) found.expect_all();
        }
        while (!found.keys.empty()) found.remove(found.things[found.heap.first()].key);
        found.expect_all();
        EXPECT_FALSE(found.find(1));
    }
}

TEST(SortedNumbers, go_down_from_any_key) {
    Found found;
    for (uint64_t key = 0; key < 3'000; key += 2) found.add((key * 7) % 3'000);
    for (uint64_t before = 0; before < 3'100; before += 31) {
        std::vector<uint64_t> down;
        found.sorted.for_each_down(&before, [&](uint32_t number) {
            down.push_back(found.things[number].key);
            return down.size() < 700;
        });
        std::vector<uint64_t> expected(std::make_reverse_iterator(found.keys.lower_bound(before)),
                                       found.keys.rend());
        if (expected.size() > 700) expected.resize(700);
        ASSERT_EQ(down, expected) << before;
    }
}

TEST(DeadlineHeap, follows_a_deadline_that_moved) {
    Found found;
    for (const uint64_t key : {50, 10, 40, 30, 20}) found.add(key);
    const uint32_t moved = *found.find(40);
    found.things[moved].key = 5;
    found.heap.moved(moved);
    EXPECT_EQ(found.heap.first(), moved);
    found.things[moved].key = 45;
    found.heap.moved(moved);
    EXPECT_EQ(found.things[found.heap.first()].key, 10U);
}

}  // namespace
}  // namespace playhead::session
