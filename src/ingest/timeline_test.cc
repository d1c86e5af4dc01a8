// SPDX-License-Identifier: Apache-2.0
#include "ingest/timeline.h"

#include <gtest/gtest.h>

namespace playhead::ingest {
namespace {

std::string error_of(std::string_view document) {
    const auto timeline = read_timeline(document);
    return timeline ? "none" : timeline.error().what;
}

TEST(Timeline, an_array_of_events_is_one_session) {
    const auto timeline = read_timeline(R"( [ {"eventType":"ping"} , {"a":[1, 2]} ] )");
    ASSERT_TRUE(timeline) << timeline.error().what;
    EXPECT_FALSE(timeline->has_many);
    ASSERT_EQ(timeline->sessions.size(), 1U);
    const TimelineSession& session = timeline->sessions[0];
    EXPECT_FALSE(session.is_downloaded);
    EXPECT_FALSE(session.is_federated);
    ASSERT_EQ(session.events.size(), 2U);
    EXPECT_EQ(session.events[0].body, R"({"eventType":"ping"})");
    EXPECT_EQ(session.events[1].body, R"({"a":[1, 2]})");
    EXPECT_FALSE(session.events[0].received_at);
}

TEST(Timeline, the_arrival_time_is_taken_out_of_an_event) {
    const auto timeline =
        read_timeline(R"({"name":"x","events":[{"receivedAt":5,"eventType":"ping"},)"
                      R"({"k\"\u0061": {"receivedAt": 1} ,"receivedAt":1714564801050 , "b":"\\"},)"
                      R"({"receivedAt":7e0}],"expect":{}})");
    ASSERT_TRUE(timeline) << timeline.error().what;
    const auto& events = timeline->sessions[0].events;
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events[0].received_at, 5);
    EXPECT_EQ(events[0].body, R"({"eventType":"ping"})");
    EXPECT_EQ(events[1].received_at, 1714564801050);
    EXPECT_EQ(events[1].body, R"({"k\"\u0061":{"receivedAt": 1},"b":"\\"})");
    EXPECT_EQ(events[2].received_at, 7);
    EXPECT_EQ(events[2].body, "{}");
}

TEST(Timeline, the_context_says_how_the_events_came) {
    const auto downloaded = read_timeline(R"({"context":{"endpoint":"downloaded"},"events":[{}]})");
    ASSERT_TRUE(downloaded);
    EXPECT_TRUE(downloaded->sessions[0].is_downloaded);
    const auto federated =
        read_timeline(R"({"events":[{}],"context":{"federated":true,"endpoint":"sessions"}})");
    ASSERT_TRUE(federated);
    EXPECT_TRUE(federated->sessions[0].is_federated);
    EXPECT_FALSE(federated->sessions[0].is_downloaded);
}

TEST(Timeline, many_sessions_have_their_ids_and_the_report_is_passed_on) {
    const auto timeline = read_timeline(
        R"({"report":{"granularityMinutes":2},"sessions":[{"sid":"A","events":[{"a":1}]},)"
        R"({"sid":"\u0042","events":[{"b":1},{"c":1}],"context":{"federated":true}}]})");
    ASSERT_TRUE(timeline) << timeline.error().what;
    EXPECT_TRUE(timeline->has_many);
    EXPECT_EQ(timeline->report, R"({"granularityMinutes":2})");
    ASSERT_EQ(timeline->sessions.size(), 2U);
    EXPECT_EQ(timeline->sessions[0].sid, "A");
    EXPECT_EQ(timeline->sessions[1].sid, "B");
    EXPECT_TRUE(timeline->sessions[1].is_federated);
    EXPECT_EQ(timeline->sessions[1].events[1].body, R"({"c":1})");
}

TEST(Timeline, a_byte_order_mark_is_skipped_and_what_is_no_object_is_left_to_the_decoder) {
    const auto timeline = read_timeline("\xef\xbb\xbf[1,\"x\"]");
    ASSERT_TRUE(timeline);
    EXPECT_EQ(timeline->sessions[0].events[0].body, "1");
    EXPECT_EQ(timeline->sessions[0].events[1].body, "\"x\"");
}

TEST(Timeline, another_document_is_refused_with_the_place) {
    EXPECT_EQ(error_of(""), ": expected an array of events");
    EXPECT_EQ(error_of("7"), ": expected an array of events");
    EXPECT_EQ(error_of("[]"), ": expected at least one event");
    EXPECT_EQ(error_of("[{}"), ": expected an array of events");
    EXPECT_EQ(error_of("{}"), "/events: required");
    EXPECT_EQ(error_of(R"({"events":{}})"), "/events: expected an array of events");
    EXPECT_EQ(error_of(R"({"events":[{"receivedAt":"x"}]})"),
              "/events/0/receivedAt: expected integer");
    EXPECT_EQ(error_of(R"({"events":[{}],"context":1})"), "/context: expected object");
    EXPECT_EQ(error_of(R"({"events":[{}],"context":{"endpoint":"x"}})"),
              "/context/endpoint: expected \"sessions\" or \"downloaded\"");
    EXPECT_EQ(error_of(R"({"events":[{}],"context":{"federated":1}})"),
              "/context/federated: expected boolean");
    EXPECT_EQ(error_of(R"({"sessions":{}})"), "/sessions: expected array");
    EXPECT_EQ(error_of(R"({"sessions":[1]})"), "/sessions/0: expected object");
    EXPECT_EQ(error_of(R"({"sessions":[{"sid":"a"}]})"), "/sessions/0/events: required");
    EXPECT_EQ(error_of(R"({"sessions":[{"sid":1,"events":[{}]}]})"),
              "/sessions/0/sid: expected string");
}

}  // namespace
}  // namespace playhead::ingest
