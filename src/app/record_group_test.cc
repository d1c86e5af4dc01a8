// SPDX-License-Identifier: Apache-2.0
#include "app/record_group.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "journal/memory_journal.h"

namespace playhead::app {
namespace {

std::string body_of(size_t number, size_t size) {
    std::string body = std::to_string(number);
    body.resize(size, '.');
    return body;
}

class Group : public testing::Test {
  protected:
    void append(event::Record::Kind kind, const std::string& body) {
        event::SessionId id;
        id.bytes[0] = static_cast<uint8_t>(++number_);
        std::string record;
        event::encode(
            {.kind = kind, .received_at = 1, .uptime_ms = number_, .session = id, .body = body},
            record);
        ASSERT_TRUE(journal_.append(record));
        ASSERT_TRUE(journal_.commit());
    }

    // The sizes of the bodies of each group up to the end, after looking that every record is as it
    // was appended.
    std::vector<std::vector<size_t>> read_all() {
        const auto reader = journal_.reader();
        RecordGroup group;
        std::vector<std::vector<size_t>> sizes;
        int64_t number = 0;
        while (true) {
            EXPECT_TRUE(group.read(*reader));
            if (group.items().empty()) return sizes;
            sizes.emplace_back();
            for (const RecordGroup::Item& item : group.items()) {
                EXPECT_EQ(item.record->uptime_ms, ++number);
                EXPECT_EQ(item.record->body,
                          body_of(static_cast<size_t>(number), item.record->body.size()));
                sizes.back().push_back(item.record->body.size());
            }
        }
    }

    void append(size_t body_bytes) {
        append(event::Record::Kind::event, body_of(static_cast<size_t>(number_) + 1, body_bytes));
    }

    journal::MemoryJournal journal_;
    int64_t number_ = 0;
};

TEST_F(Group, a_journal_without_records_gives_an_empty_group) {
    EXPECT_TRUE(read_all().empty());
}

TEST_F(Group, a_group_ends_with_so_many_records) {
    for (size_t i = 0; i < RecordGroup::most_records + 1; ++i) append(10);
    const auto sizes = read_all();
    ASSERT_EQ(sizes.size(), 2U);
    EXPECT_EQ(sizes[0].size(), RecordGroup::most_records);
    EXPECT_EQ(sizes[1].size(), 1U);
}

TEST_F(Group, a_group_ends_when_it_has_enough_bytes) {
    const size_t head = event::record_bytes(0);
    append(RecordGroup::enough_bytes / 2 - head);
    append(RecordGroup::enough_bytes / 2 - head - 1);
    append(1);
    append(RecordGroup::enough_bytes / 2 - head);
    append(RecordGroup::enough_bytes / 2 - head);
    append(1);
    const auto sizes = read_all();
    ASSERT_EQ(sizes.size(), 3U);
    EXPECT_EQ(sizes[0].size(), 3U) << "one byte was missing after the second";
    EXPECT_EQ(sizes[1].size(), 2U);
    EXPECT_EQ(sizes[2].size(), 1U);
}

TEST_F(Group, a_large_record_is_the_last_of_its_group_at_the_limit_and_above) {
    const size_t head = event::record_bytes(0);
    append(10);
    append(RecordGroup::enough_bytes - head);
    append(RecordGroup::enough_bytes - head + 1);
    append(20);
    const auto sizes = read_all();
    ASSERT_EQ(sizes.size(), 3U);
    EXPECT_EQ(sizes[0].size(), 2U);
    EXPECT_EQ(sizes[1].size(), 1U);
    EXPECT_EQ(sizes[2], std::vector<size_t>{20});
}

TEST_F(Group, only_starts_and_single_events_name_a_session_that_is_touched) {
    append(event::Record::Kind::session_start, body_of(1, 5));
    append(event::Record::Kind::tick, body_of(2, 0));
    append(event::Record::Kind::batch, body_of(3, 5));
    append(event::Record::Kind::event, body_of(4, 5));
    const auto reader = journal_.reader();
    RecordGroup group;
    ASSERT_TRUE(group.read(*reader));
    ASSERT_EQ(group.sessions().size(), 2U);
    EXPECT_EQ(group.sessions()[0]->bytes[0], 1);
    EXPECT_EQ(group.sessions()[1]->bytes[0], 4);
}

TEST_F(Group, what_stands_before_damage_is_given_with_the_error) {
    append(10);
    append(10);
    append(10);
    const auto whole = journal_.reader();
    RecordGroup group;
    ASSERT_TRUE(group.read(*whole));
    ASSERT_EQ(group.items().size(), 3U);
    journal_.damage(group.items()[2].stored.offset);
    const auto reader = journal_.reader();
    const auto read = group.read(*reader);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, base::ErrorCode::damaged);
    EXPECT_EQ(group.items().size(), 2U);
    ASSERT_TRUE(reader->skip_damage());
    ASSERT_TRUE(group.read(*reader));
    EXPECT_TRUE(group.items().empty());
}

TEST_F(Group, a_record_of_another_version_is_told_as_one) {
    ASSERT_TRUE(journal_.append("?"));
    ASSERT_TRUE(journal_.commit());
    append(3);
    const auto reader = journal_.reader();
    RecordGroup group;
    ASSERT_TRUE(group.read(*reader));
    ASSERT_EQ(group.items().size(), 2U);
    EXPECT_FALSE(group.items()[0].record);
    EXPECT_EQ(group.items()[0].stored.bytes, "?");
    EXPECT_TRUE(group.items()[1].record);
}

}  // namespace
}  // namespace playhead::app
