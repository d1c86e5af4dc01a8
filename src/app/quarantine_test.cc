// SPDX-License-Identifier: Apache-2.0
#include "app/quarantine.h"

#include <gtest/gtest.h>

#include "base/memory_disk.h"

namespace playhead::app {
namespace {

using ingest::Rejection;

class QuarantineTest : public testing::Test {
  protected:
    std::unique_ptr<Quarantine> open(uint64_t bytes = uint64_t{16} << 20) {
        auto opened = Quarantine::open(disk_, {.folder = "/quarantine", .bytes = bytes}, counters_);
        EXPECT_TRUE(opened) << opened.error().what;
        return std::move(*opened);
    }

    static RefusedEvent refused(int64_t number, size_t bytes = 10,
                                Rejection reason = Rejection::unknown_session) {
        RefusedEvent event;
        event.reason = reason;
        event.received_at = number;
        event.session.bytes[3] = 7;
        event.body = std::string(bytes, 'b');
        return event;
    }

    uint64_t count(const char* name) { return counters_.counter(name, "", "").value(); }

    base::MemoryDisk disk_;
    base::Counters counters_;
};

TEST_F(QuarantineTest, what_was_put_is_there_after_the_end) {
    auto quarantine = open();
    quarantine->put(refused(1));
    quarantine->put(refused(2, 20, Rejection::closed_session));
    quarantine.reset();
    disk_.crash(0);
    quarantine = open();
    const auto page = quarantine->list(0, 10);
    ASSERT_TRUE(page);
    ASSERT_EQ(page->items.size(), 2U);
    EXPECT_EQ(page->items[0].reason, "unknown_session");
    EXPECT_EQ(page->items[0].received_at, 1);
    EXPECT_EQ(page->items[0].session.bytes[3], 7);
    EXPECT_EQ(page->items[0].body, std::string(10, 'b'));
    EXPECT_EQ(page->items[1].reason, "closed_session");
    EXPECT_FALSE(page->next);
    EXPECT_EQ(count("playhead_quarantine_kept_total"), 2U);
    EXPECT_EQ(count("playhead_quarantine_dropped_total"), 0U);
}

TEST_F(QuarantineTest, a_list_comes_in_parts) {
    auto quarantine = open();
    for (int64_t i = 0; i < 7; ++i) quarantine->put(refused(i));
    quarantine.reset();
    quarantine = open();
    uint64_t from = 0;
    int64_t expected = 0;
    for (const size_t size : {size_t{3}, size_t{3}, size_t{1}}) {
        const auto page = quarantine->list(from, 3);
        ASSERT_EQ(page->items.size(), size);
        for (const auto& item : page->items) EXPECT_EQ(item.received_at, expected++);
        EXPECT_EQ(page->next.has_value(), expected < 7);
        from = page->next.value_or(0);
    }
    // A cursor that leads nowhere begins again.
    EXPECT_EQ(quarantine->list(3, 10)->items.size(), 7U);
}

TEST_F(QuarantineTest, a_flood_is_dropped_and_counted_and_the_rest_kept) {
    constexpr uint64_t events = 60'000;
    auto quarantine = open();
    for (uint64_t i = 0; i < events; ++i) quarantine->put(refused(1, 1000));
    quarantine.reset();
    const uint64_t kept = count("playhead_quarantine_kept_total");
    EXPECT_GT(kept, 0U);
    EXPECT_GT(count("playhead_quarantine_dropped_total"), 0U);
    EXPECT_EQ(kept + count("playhead_quarantine_dropped_total"), events);
}

TEST_F(QuarantineTest, the_oldest_go_when_there_is_no_more_room) {
    constexpr uint64_t bytes = 2 * Quarantine::segment_bytes;
    int64_t number = 0;
    for (int time = 0; time < 8; ++time) {
        const auto quarantine = open(bytes);
        for (int i = 0; i < 6; ++i) quarantine->put(refused(number++, 100'000));
    }
    EXPECT_EQ(count("playhead_quarantine_dropped_total"), 0U);
    uint64_t on_disk = 0;
    const auto names = disk_.list("/quarantine");
    for (const std::string& name : *names) {
        on_disk += disk_.content("/quarantine/" + name).size();
    }
    EXPECT_LE(on_disk, bytes + 2 * Quarantine::segment_bytes);
    const auto quarantine = open(bytes);
    const auto page = quarantine->list(0, 1000);
    EXPECT_GT(page->items[0].received_at, 0);
    EXPECT_TRUE(page->next) << "a page is bounded by bytes";
}

TEST_F(QuarantineTest, without_room_on_the_disk_events_are_only_counted) {
    auto quarantine = open();
    disk_.set_capacity(Quarantine::segment_bytes);
    for (int i = 0; i < 12; ++i) {
        quarantine->put(refused(i, 100'000));
        if (i == 5) {
            quarantine.reset();
            quarantine = open();
        }
    }
    quarantine.reset();
    EXPECT_EQ(count("playhead_quarantine_kept_total"), 10U);
    EXPECT_EQ(count("playhead_quarantine_dropped_total"), 2U);
}

}  // namespace
}  // namespace playhead::app
