// SPDX-License-Identifier: Apache-2.0
#include "session/spans.h"

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "session/archive.h"

namespace playhead::session {
namespace {

constexpr int64_t start_ts = 1'700'000'000'000;

int64_t sum_of(const std::vector<Span>& spans) {
    int64_t sum = 0;
    for (const Span& span : spans) sum += span.to_ts - span.from_ts;
    return sum;
}

// As a table keeps it between two events: its state, and its log beside it.
Spans packed_and_unpacked(Spans& spans, RowLog& drained) {
    PackWriter writer;
    writer.part(spans);
    drained.append(spans.log().bytes());
    spans.log().clear();
    Spans again(RowLog::Part::content_spans);
    UnpackReader reader(writer.bytes());
    reader.part(again);
    EXPECT_TRUE(reader.complete());
    return again;
}

TEST(Spans, are_none_at_first) {
    const Spans spans(RowLog::Part::content_spans);
    EXPECT_TRUE(spans.list(start_ts).empty());
}

TEST(Spans, that_meet_are_one) {
    Spans spans(RowLog::Part::content_spans);
    spans.add(0, 1'000);
    spans.add(1'000, 1'500);
    spans.add(1'501, 2'000);
    spans.add(2'000, 3'000);
    EXPECT_EQ(spans.list(start_ts), (std::vector<Span>{{start_ts, start_ts + 1'500},
                                                       {start_ts + 1'501, start_ts + 3'000}}));
    EXPECT_EQ(spans.reached_ms(), 3'000);
}

TEST(Spans, without_time_are_none) {
    Spans spans(RowLog::Part::content_spans);
    spans.add(5, 5);
    EXPECT_TRUE(spans.list(start_ts).empty());
    spans.add(5, 6);
    spans.add(8, 8);
    spans.add(9, 10);
    EXPECT_EQ(spans.list(0), (std::vector<Span>{{5, 6}, {9, 10}}));
}

TEST(Spans, of_a_session_that_is_packed_after_each_are_all_there) {
    Spans whole(RowLog::Part::content_spans);
    Spans packed(RowLog::Part::content_spans);
    RowLog drained;
    int64_t at = 0;
    for (int64_t i = 0; i < 300; ++i) {
        at += 1 + i * i % 70'000;
        const int64_t to = at + 1 + i * 37 % 20'000;
        whole.add(at, to);
        packed.add(at, to);
        packed = packed_and_unpacked(packed, drained);
        at = to;
    }
    packed.log().append(drained.bytes());
    EXPECT_EQ(whole.list(start_ts).size(), 300U);
    EXPECT_EQ(packed.list(start_ts), whole.list(start_ts));
}

TEST(Spans, are_kept_up_to_the_limit_and_their_sum_beyond) {
    Spans spans(RowLog::Part::content_spans);
    const auto add = [&spans](size_t number) {
        const auto from = static_cast<int64_t>(10 * number);
        spans.add(from, from + 3);
    };
    for (size_t i = 0; i < Spans::limit - 1; ++i) add(i);
    EXPECT_EQ(spans.list(0).size(), Spans::limit - 1);
    add(Spans::limit - 1);
    const std::vector<Span> at_limit = spans.list(0);
    ASSERT_EQ(at_limit.size(), Spans::limit);
    const int64_t last = 10 * (static_cast<int64_t>(Spans::limit) - 1);
    EXPECT_EQ(at_limit.back(), (Span{last, last + 3}));

    add(Spans::limit);
    add(Spans::limit + 1);
    std::vector<Span> beyond = spans.list(0);
    ASSERT_EQ(beyond.size(), Spans::limit);
    EXPECT_EQ(beyond.back(), (Span{last, last + 9}));
    EXPECT_EQ(sum_of(beyond), 3 * (static_cast<int64_t>(Spans::limit) + 2));
    beyond.back() = at_limit.back();
    EXPECT_EQ(beyond, at_limit);
}

TEST(Spans, take_six_bytes_each_when_a_viewer_pauses_now_and_then) {
    Spans spans(RowLog::Part::content_spans);
    RowLog drained;
    constexpr size_t count = 1'000;
    int64_t at = 0;
    for (size_t i = 0; i < count; ++i) {
        spans.add(at, at + 600'000);
        at += 610'000;
    }
    PackWriter writer;
    writer.part(spans);
    EXPECT_LE(writer.bytes().size() + spans.log().bytes().size(), 7 * count);
}

TEST(Spans, do_not_go_back) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    Spans spans(RowLog::Part::content_spans);
    spans.add(10, 20);
    EXPECT_DEATH(spans.add(19, 30), "from");
    EXPECT_DEATH(spans.add(30, 29), "from");
}

TEST(Spans, that_end_before_they_begin_are_refused) {
    PackWriter writer;
    int64_t from = 10;
    int64_t to = 9;
    uint32_t count = 1;
    writer.rare(from, From{from, to}, count);
    writer.text("");
    Spans spans(RowLog::Part::content_spans);
    UnpackReader reader(writer.bytes());
    reader.part(spans);
    EXPECT_FALSE(reader.sound());
}

}  // namespace
}  // namespace playhead::session
