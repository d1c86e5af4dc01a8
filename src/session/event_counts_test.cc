// SPDX-License-Identifier: Apache-2.0
#include "session/event_counts.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "session/archive.h"

namespace playhead::session {
namespace {

using event::EventType;

std::string bytes_of(const EventCounts& counts) {
    PackWriter writer;
    writer.part(counts);
    return std::string(writer.bytes());
}

TEST(EventCounts, are_none_at_first) {
    EXPECT_TRUE(EventCounts().list().empty());
}

TEST(EventCounts, tell_how_many_and_where_the_first_is) {
    EventCounts counts;
    counts.add(EventType::session_start, VerdictCode::used, 7'000'000'000);
    counts.add(EventType::ping, VerdictCode::used, 7'000'000'900);
    counts.add(EventType::ping, VerdictCode::used, 7'000'001'500);
    counts.add(EventType::ad_start, VerdictCode::ad_outside_break, 7'000'001'200);
    counts.add(EventType::ping, VerdictCode::exact_duplicate, 7'000'000'950);
    EXPECT_EQ(counts.list(),
              (std::vector<EventCount>{
                  {EventType::session_start, VerdictCode::used, 1, 7'000'000'000},
                  {EventType::ping, VerdictCode::used, 2, 7'000'000'900},
                  {EventType::ping, VerdictCode::exact_duplicate, 1, 7'000'000'950},
                  {EventType::ad_start, VerdictCode::ad_outside_break, 1, 7'000'001'200}}));
}

TEST(EventCounts, count_on_where_a_count_gets_longer) {
    EventCounts counts;
    counts.add(EventType::play, VerdictCode::used, 1);
    for (int64_t count = 1; count <= 40'000; ++count) {
        counts.add(EventType::ping, VerdictCode::used, 2);
        if (count == 1) counts.add(EventType::error, VerdictCode::used, 3);
        if (count % 127 > 2 && count < 39'990) continue;
        ASSERT_EQ(counts.list()[1], (EventCount{EventType::ping, VerdictCode::used, count, 2}));
    }
    EXPECT_EQ(counts.list()[0], (EventCount{EventType::play, VerdictCode::used, 1, 1}));
    EXPECT_EQ(counts.list()[2], (EventCount{EventType::error, VerdictCode::used, 1, 3}));
}

TEST(EventCounts, have_a_place_for_every_pair) {
    EventCounts counts;
    uint64_t offset = 0;
    for (int round = 0; round < 2; ++round) {
        for (size_t code = 0; code < fold_code_count; ++code) {
            for (size_t type = 0; type < event::event_type_count; ++type) {
                counts.add(static_cast<EventType>(type), static_cast<VerdictCode>(code), ++offset);
            }
        }
    }
    const std::vector<EventCount> all = counts.list();
    ASSERT_EQ(all.size(), fold_code_count * event::event_type_count);
    for (const EventCount& each : all) {
        EXPECT_EQ(each.count, 2);
        EXPECT_EQ(each.first_offset, static_cast<uint64_t>(each.verdict) * event::event_type_count +
                                         static_cast<uint64_t>(each.type) + 1);
    }
}

TEST(EventCounts, are_the_same_after_they_were_packed) {
    EventCounts counts;
    counts.add(EventType::play, VerdictCode::used, 1'000);
    counts.add(EventType::error, VerdictCode::late_beyond_window, 900);
    const std::string bytes = bytes_of(counts);
    EventCounts again;
    UnpackReader reader(bytes);
    reader.part(again);
    ASSERT_TRUE(reader.complete());
    EXPECT_EQ(again.list(), counts.list());
}

TEST(EventCounts, read_what_is_none_without_harm) {
    for (size_t length = 0; length < 24; ++length) {
        for (const char filling : {'\x00', '\x7f', '\x80', '\xff'}) {
            PackWriter writer;
            writer.fixed(static_cast<uint8_t>(length / 2));
            writer.text(std::string(length, filling));
            EventCounts counts;
            UnpackReader reader(writer.bytes());
            reader.part(counts);
            counts.add(EventType::ping, VerdictCode::used, 1);
            for (const EventCount& each : counts.list()) {
                EXPECT_LT(static_cast<size_t>(each.type), event::event_type_count);
                EXPECT_LT(static_cast<size_t>(each.verdict), fold_code_count);
            }
        }
    }
}

TEST(EventCounts, take_few_bytes_of_an_ordinary_session) {
    EventCounts counts;
    uint64_t offset = 5'000'000'000;
    const auto add = [&](EventType type) {
        counts.add(type, VerdictCode::used, offset += 30'000'000);
    };
    for (const EventType type :
         {EventType::session_start, EventType::ad_break_start, EventType::ad_start,
          EventType::ad_complete, EventType::ad_break_complete, EventType::play}) {
        add(type);
    }
    for (int i = 0; i < 100; ++i) add(EventType::ping);
    add(EventType::session_end);
    EXPECT_LE(bytes_of(counts).size(), 56U);
}

}  // namespace
}  // namespace playhead::session
