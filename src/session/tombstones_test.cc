// SPDX-License-Identifier: Apache-2.0
#include "session/tombstones.h"

#include <vector>

#include <gtest/gtest.h>

#include "base/splitmix.h"

namespace playhead::session {
namespace {

event::SessionId id_of(uint64_t number) {
    event::SessionId id;
    for (size_t i = 0; i < 8; ++i) id.bytes[8 + i] = static_cast<uint8_t>(number >> (8 * i));
    return id;
}

std::optional<int64_t> closed_at(const std::vector<Buried>& all, const event::SessionId& id) {
    for (const Buried& one : all) {
        if (one.id == id) return one.closed_at;
    }
    return std::nullopt;
}

TEST(Tombstones, one_that_is_there_stays_as_it_is) {
    Tombstones tombstones;
    EXPECT_TRUE(tombstones.empty());
    EXPECT_TRUE(tombstones.add({id_of(1), 10}));
    EXPECT_FALSE(tombstones.add({id_of(1), 20}));
    EXPECT_EQ(tombstones.size(), 1U);
    EXPECT_EQ(tombstones.closed_at(id_of(1)), 10);
    EXPECT_EQ(tombstones.closed_at(id_of(2)), std::nullopt);
}

TEST(Tombstones, are_what_a_list_would_be) {
    base::Splitmix random(20'261'127);
    Tombstones tombstones;
    std::vector<Buried> list;
    const auto expect_alike = [&] {
        ASSERT_EQ(tombstones.size(), list.size());
        if (!list.empty()) {
            ASSERT_EQ(tombstones.oldest(), list.front());
        }
        for (uint64_t id = 0; id < 300; ++id) {
            ASSERT_EQ(tombstones.closed_at(id_of(id)), closed_at(list, id_of(id))) << id;
        }
    };
    for (int64_t turn = 0; turn < 3'000; ++turn) {
        const uint64_t what = random.next() % 100;
        if (what < 60) {
            const Buried one{.id = id_of(random.next() % 300), .closed_at = turn};
            const bool is_new = !closed_at(list, one.id);
            if (is_new) list.push_back(one);
            ASSERT_EQ(tombstones.add(one), is_new);
        } else if (what < 99) {
            if (list.empty()) continue;
            list.erase(list.begin());
            tombstones.forget_oldest();
        } else {
            const uint64_t every = 2 + random.next() % 9;
            const auto is_erased = [&](const event::SessionId& id) {
                return id.bytes[8] % every == 0;
            };
            std::erase_if(list, [&](const Buried& one) { return is_erased(one.id); });
            tombstones.erase(is_erased);
        }
        if (turn % 50 == 0 || what == 99) expect_alike();
    }
    expect_alike();
}

}  // namespace
}  // namespace playhead::session
