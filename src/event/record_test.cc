// SPDX-License-Identifier: Apache-2.0
#include "event/record.h"

#include <gtest/gtest.h>

namespace playhead::event {
namespace {

Record sample() {
    Record record;
    record.kind = Record::Kind::event;
    record.received_at = 1714564800123;
    record.uptime_ms = 42;
    record.session.bytes[0] = 7;
    record.session.bytes[31] = 9;
    record.body = R"({"eventType":"ping"})";
    return record;
}

TEST(Record, comes_back_as_it_went_in) {
    std::string bytes;
    encode(sample(), bytes);
    ASSERT_EQ(bytes.size(), record_bytes(sample().body.size()));
    const auto back = decode(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->kind, sample().kind);
    EXPECT_EQ(back->received_at, sample().received_at);
    EXPECT_EQ(back->uptime_ms, sample().uptime_ms);
    EXPECT_EQ(back->session, sample().session);
    EXPECT_EQ(back->body, sample().body);
}

TEST(Record, layout_is_the_documented_one) {
    std::string bytes;
    encode(sample(), bytes);
    EXPECT_EQ(bytes[0], 2);
    EXPECT_EQ(bytes[9], 42);
    EXPECT_EQ(bytes[17], 7);
    EXPECT_EQ(bytes[48], 9);
    EXPECT_EQ(bytes.substr(49), sample().body);
}

TEST(Record, bytes_that_are_no_record_are_refused) {
    std::string bytes;
    encode(sample(), bytes);
    EXPECT_FALSE(decode(bytes.substr(0, 48)));
    EXPECT_TRUE(decode(bytes.substr(0, 49)));
    bytes[0] = 0;
    EXPECT_FALSE(decode(bytes));
    bytes[0] = static_cast<char>(Record::Kind::erased);
    EXPECT_TRUE(decode(bytes));
    bytes[0] = static_cast<char>(static_cast<int>(Record::Kind::erased) + 1);
    EXPECT_FALSE(decode(bytes));
}

TEST(Record, of_an_erased_one_the_times_and_the_number_of_events_are_left) {
    std::string bytes;
    encode(sample(), bytes);
    const std::string before = bytes;
    event::erase(bytes, 3);
    ASSERT_EQ(bytes.size(), before.size());
    const auto left = decode(bytes);
    ASSERT_TRUE(left);
    EXPECT_EQ(left->kind, Record::Kind::erased);
    EXPECT_EQ(left->received_at, sample().received_at);
    EXPECT_EQ(left->uptime_ms, sample().uptime_ms);
    EXPECT_EQ(left->session, SessionId());
    EXPECT_EQ(erased_events(*left), 3U);
    EXPECT_EQ(left->body.substr(sizeof(uint64_t)).find_first_not_of('\0'), std::string_view::npos);
}

TEST(Record, an_erased_one_without_room_for_a_number_was_one_event) {
    for (const size_t size : {size_t{0}, size_t{7}, size_t{8}}) {
        Record record = sample();
        record.body = record.body.substr(0, size);
        std::string bytes;
        encode(record, bytes);
        event::erase(bytes, 2);
        EXPECT_EQ(erased_events(*decode(bytes)), size < 8 ? 1U : 2U);
    }
    std::string bytes(record_bytes(0) - 1, 'x');
    event::erase(bytes, 1);
    EXPECT_EQ(bytes, std::string(record_bytes(0) - 1, 'x'));
}

}  // namespace
}  // namespace playhead::event
