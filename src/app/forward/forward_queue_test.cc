// SPDX-License-Identifier: Apache-2.0
#include "app/forward/forward_queue.h"

#include <gtest/gtest.h>

namespace playhead::app {
namespace {

using Kind = event::Record::Kind;

class Queue : public testing::Test {
  protected:
    static constexpr ForwardQueue::Limits small = {
        .requests = 4, .bytes = 100, .sessions = 5, .silence_ms = 1'000};

    static event::SessionId id(uint8_t number) {
        event::SessionId id;
        id.bytes[31] = number;
        id.bytes[15] = number;
        return id;
    }

    bool put(Kind kind, uint8_t session, int64_t uptime_ms = 0, std::string body = "{}") {
        return queue_.put({kind, id(session), uptime_ms, std::move(body)});
    }

    // A session with a name there, and nothing that waits.
    void open(uint8_t session, int64_t uptime_ms = 0) {
        ASSERT_TRUE(put(Kind::session_start, session, uptime_ms));
        const auto tag = queue_.next();
        ASSERT_TRUE(tag);
        queue_.name(*tag, "there" + std::to_string(session));
    }

    ForwardQueue queue_{small};
};

TEST_F(Queue, each_kind_has_its_path) {
    ASSERT_TRUE(put(Kind::session_start, 1));
    ASSERT_TRUE(put(Kind::batch, 2));
    const auto start = queue_.next();
    const auto batch = queue_.next();
    EXPECT_EQ(queue_.path(*start), "/api/v1/sessions");
    EXPECT_EQ(queue_.path(*batch), "/api/v1/downloaded");
    queue_.name(*start, "x9");
    ASSERT_TRUE(put(Kind::event, 1));
    EXPECT_EQ(queue_.path(*queue_.next()), "/api/v1/sessions/x9/events");
}

TEST_F(Queue, of_a_session_one_is_under_way_and_the_others_follow_in_order) {
    ASSERT_TRUE(put(Kind::session_start, 1));
    ASSERT_TRUE(put(Kind::event, 1, 0, "first"));
    ASSERT_TRUE(put(Kind::event, 1, 0, "second"));
    const auto start = queue_.next();
    EXPECT_FALSE(queue_.next());
    queue_.name(*start, "a");
    const auto first = queue_.next();
    EXPECT_EQ(queue_.request(*first).body, "first");
    EXPECT_FALSE(queue_.next());
    queue_.finish(*first);
    EXPECT_EQ(queue_.request(*queue_.next()).body, "second");
}

TEST_F(Queue, what_is_put_back_is_next_again) {
    open(1);
    open(2);
    ASSERT_TRUE(put(Kind::event, 1, 0, "one"));
    ASSERT_TRUE(put(Kind::event, 1, 0, "behind one"));
    ASSERT_TRUE(put(Kind::event, 2, 0, "two"));
    queue_.put_back(*queue_.next());
    EXPECT_EQ(queue_.request(*queue_.next()).body, "one");
    EXPECT_EQ(queue_.request(*queue_.next()).body, "two");
    EXPECT_FALSE(queue_.next());
}

TEST_F(Queue, an_event_of_an_unknown_session_and_a_second_start_are_not_taken) {
    EXPECT_FALSE(put(Kind::event, 1));
    open(1);
    EXPECT_FALSE(put(Kind::session_start, 1));
    EXPECT_EQ(queue_.size(), 0);
}

TEST_F(Queue, a_start_without_a_name_drops_what_waits_for_it) {
    ASSERT_TRUE(put(Kind::session_start, 1));
    ASSERT_TRUE(put(Kind::event, 1));
    ASSERT_TRUE(put(Kind::event, 1));
    EXPECT_EQ(queue_.forget(*queue_.next()), 2);
    EXPECT_EQ(queue_.size(), 0);
    EXPECT_EQ(queue_.sessions(), 0);
    EXPECT_FALSE(put(Kind::event, 1));
}

TEST_F(Queue, requests_have_a_limit) {
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(put(Kind::batch, 9));
    EXPECT_TRUE(queue_.has_room());
    ASSERT_TRUE(put(Kind::batch, 9));
    EXPECT_FALSE(queue_.has_room());
    queue_.finish(*queue_.next());
    EXPECT_TRUE(queue_.has_room());
}

TEST_F(Queue, bytes_have_a_limit) {
    ASSERT_TRUE(put(Kind::batch, 9, 0, std::string(99, 'x')));
    EXPECT_TRUE(queue_.has_room());
    ASSERT_TRUE(put(Kind::batch, 9, 0, "x"));
    EXPECT_FALSE(queue_.has_room());
    queue_.finish(*queue_.next());
    EXPECT_TRUE(queue_.has_room());
    ASSERT_TRUE(put(Kind::batch, 9, 0, std::string(1'000, 'x')));
    EXPECT_FALSE(queue_.has_room());
}

TEST_F(Queue, sessions_have_a_limit_and_the_one_that_was_silent_longest_falls_out) {
    for (uint8_t i = 1; i <= 5; ++i) open(i);
    EXPECT_EQ(queue_.sessions(), 5);
    EXPECT_EQ(queue_.fallen_out(), 0);
    // The first one speaks, and the second waits for an answer: the third was silent longest.
    ASSERT_TRUE(put(Kind::event, 2));
    const auto waits = queue_.next();
    ASSERT_TRUE(put(Kind::event, 1));
    queue_.finish(*queue_.next());
    open(6);
    EXPECT_EQ(queue_.sessions(), 5);
    EXPECT_EQ(queue_.fallen_out(), 1);
    EXPECT_FALSE(put(Kind::event, 3));
    EXPECT_TRUE(put(Kind::event, 1));
    queue_.finish(*waits);
    EXPECT_TRUE(put(Kind::event, 2));
}

TEST_F(Queue, a_session_that_is_over_makes_no_other_fall_out) {
    open(1, 0);
    open(2, 500);
    queue_.forget_silent(1'000);
    EXPECT_EQ(queue_.sessions(), 2);
    queue_.forget_silent(1'001);
    EXPECT_EQ(queue_.sessions(), 1);
    EXPECT_FALSE(put(Kind::event, 1, 1'001));
    ASSERT_TRUE(put(Kind::event, 2, 1'001));
    queue_.forget_silent(9'000);
    EXPECT_EQ(queue_.sessions(), 1) << "it waits for something";
    queue_.finish(*queue_.next());
    queue_.forget_silent(9'000);
    EXPECT_EQ(queue_.sessions(), 0);
    EXPECT_EQ(queue_.fallen_out(), 0);
}

TEST_F(Queue, what_waits_is_dropped_and_what_is_under_way_goes_on) {
    open(1);
    ASSERT_TRUE(put(Kind::event, 1, 10, "under way"));
    const auto under_way = queue_.next();
    ASSERT_TRUE(put(Kind::event, 1, 20));
    ASSERT_TRUE(put(Kind::session_start, 2, 30));
    ASSERT_TRUE(put(Kind::event, 2, 40));
    EXPECT_EQ(queue_.oldest_ms(), 10);
    EXPECT_EQ(queue_.oldest_waiting_ms(), 20);
    EXPECT_EQ(queue_.drop_waiting(), 3);
    EXPECT_EQ(queue_.oldest_ms(), 10);
    EXPECT_FALSE(queue_.oldest_waiting_ms());
    EXPECT_FALSE(put(Kind::event, 2)) << "its start was dropped";
    ASSERT_TRUE(put(Kind::event, 1, 50, "later"));
    EXPECT_FALSE(queue_.next());
    queue_.finish(*under_way);
    EXPECT_EQ(queue_.request(*queue_.next()).body, "later");
}

TEST_F(Queue, a_start_that_is_under_way_survives_the_dropping) {
    ASSERT_TRUE(put(Kind::session_start, 1));
    const auto start = queue_.next();
    ASSERT_TRUE(put(Kind::event, 1));
    EXPECT_EQ(queue_.drop_waiting(), 1);
    queue_.name(*start, "a");
    EXPECT_TRUE(put(Kind::event, 1));
    EXPECT_TRUE(queue_.next());
}

TEST_F(Queue, a_name_can_stand_in_a_path) {
    EXPECT_TRUE(ForwardQueue::is_name("0aZ-_~"));
    EXPECT_FALSE(ForwardQueue::is_name(""));
    EXPECT_FALSE(ForwardQueue::is_name(".."));
    EXPECT_FALSE(ForwardQueue::is_name("a/b"));
    EXPECT_FALSE(ForwardQueue::is_name("a?b"));
    EXPECT_TRUE(ForwardQueue::is_name(std::string(ForwardQueue::name_bytes_max - 1, 'a')));
    EXPECT_TRUE(ForwardQueue::is_name(std::string(ForwardQueue::name_bytes_max, 'a')));
    EXPECT_FALSE(ForwardQueue::is_name(std::string(ForwardQueue::name_bytes_max + 1, 'a')));
}

}  // namespace
}  // namespace playhead::app
