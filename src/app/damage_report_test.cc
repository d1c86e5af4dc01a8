// SPDX-License-Identifier: Apache-2.0
#include "app/damage_report.h"

#include <gtest/gtest.h>

#include "journal/memory_journal.h"

namespace playhead::app {
namespace {

TEST(DamageReport, a_place_is_told_once_however_many_readers_meet_it) {
    journal::MemoryJournal journal;
    for (const char* record : {"one", "twooo", "three", "four"}) {
        ASSERT_TRUE(journal.append(record));
    }
    ASSERT_TRUE(journal.commit());
    journal.damage(3);
    base::Counters counters;
    DamageReport report(counters);
    EXPECT_EQ(report.sentence(), "");
    for (int reader = 0; reader < 3; ++reader) {
        const auto past = report.past_damage(journal.reader());
        EXPECT_EQ((*past->next())->bytes, "one");
        EXPECT_EQ((*past->next())->bytes, "three");
        EXPECT_EQ((*past->next())->bytes, "four");
        EXPECT_FALSE(*past->next());
    }
    EXPECT_EQ(counters.counter("playhead_journal_damaged_places_total", "", "").value(), 1U);
    EXPECT_EQ(counters.counter("playhead_journal_damaged_bytes_total", "", "").value(), 5U);
    EXPECT_NE(report.sentence().find("1 places, 5 bytes"), std::string::npos);
}

TEST(DamageReport, what_is_remembered_is_bounded_and_nothing_is_left_out) {
    base::Counters counters;
    DamageReport report(counters);
    for (uint64_t i = 0; i <= DamageReport::places_remembered; ++i) report.tell({i, i + 1});
    const auto& places = counters.counter("playhead_journal_damaged_places_total", "", "");
    EXPECT_EQ(places.value(), DamageReport::places_remembered + 1);
    report.tell({0, 1});
    EXPECT_EQ(places.value(), DamageReport::places_remembered + 1);
}

}  // namespace
}  // namespace playhead::app
