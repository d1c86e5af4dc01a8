// SPDX-License-Identifier: Apache-2.0
#include "session/table.h"

#include <string_view>

#include <gtest/gtest.h>

namespace playhead::session {
namespace {

using event::EventType;
using event::SessionId;

SessionId id_of(uint8_t number) {
    SessionId id;
    id.bytes[0] = number;
    id.bytes[8] = number;
    return id;
}

Arrival at(int64_t uptime, uint8_t number, uint64_t offset = 0) {
    return {.offset = offset, .received_at = uptime, .uptime_ms = uptime, .session = id_of(number)};
}

event::Event event_of(EventType type, int64_t ts, std::string_view suite = {}) {
    event::Event event;
    event.type = type;
    event.ts = ts;
    event.fingerprint = static_cast<uint64_t>(ts) * 32 + static_cast<uint64_t>(type);
    if (!suite.empty()) {
        event.params.push_back({event::Parameter::analytics_report_suite, suite, 0, 0});
    }
    return event;
}

event::Event start_of(int64_t ts, std::string_view suite = {}) {
    return event_of(EventType::session_start, ts, suite);
}

TEST(Table, gives_the_row_of_a_session_when_its_grace_is_over) {
    const Rules rules;
    Table table(rules);
    Output output;
    table.start(at(0, 1, 7), start_of(0), output);
    table.arrive(at(1'000, 1, 8), event_of(EventType::session_end, 1'000), output);
    EXPECT_EQ(table.pending_events(), 1U);
    EXPECT_EQ(table.session(id_of(1))->close_reason, CloseReason::session_end);
    table.advance(6'000, output);
    EXPECT_TRUE(output.closed.empty());
    table.advance(6'001, output);
    ASSERT_EQ(output.closed.size(), 1U);
    EXPECT_EQ(output.closed[0].id, id_of(1));
    EXPECT_EQ(output.closed[0].offsets, (std::vector<uint64_t>{7, 8}));
    EXPECT_EQ(output.total().of(VerdictCode::used), 2U);
    EXPECT_EQ(table.open_sessions(), 0U);
    EXPECT_EQ(table.pending_events(), 0U);
    EXPECT_EQ(table.session(id_of(1)), std::nullopt);
}

TEST(Table, closes_the_silent_one_millisecond_after_the_deadline) {
    const Rules rules;
    Table table(rules);
    Output output;
    table.start(at(0, 1), start_of(0), output);
    table.advance(600'000, output);
    EXPECT_EQ(table.open_sessions(), 1U);
    table.advance(600'001, output);
    ASSERT_EQ(output.closed.size(), 1U);
    EXPECT_EQ(output.closed[0].close_reason, CloseReason::inactivity);
}

TEST(Table, an_arrival_first_closes_what_is_due) {
    const Rules rules;
    Table table(rules);
    Output output;
    table.start(at(0, 2), start_of(0), output);
    table.start(at(0, 1), start_of(0), output);
    table.start(at(5, 3), start_of(5), output);
    table.start(at(700'000, 4), start_of(700'000), output);
    ASSERT_EQ(output.closed.size(), 3U);
    EXPECT_EQ(output.closed[0].id, id_of(1)) << "ties go by id";
    EXPECT_EQ(output.closed[1].id, id_of(2));
    EXPECT_EQ(output.closed[2].id, id_of(3));
}

TEST(Table, counts_events_of_sessions_that_are_not_open) {
    const Rules rules;
    Table table(rules);
    Output output;
    table.arrive(at(0, 1), event_of(EventType::ping, 0), output);
    table.start(at(0, 2), start_of(0), output);
    table.start(at(0, 2), start_of(0), output);
    EXPECT_EQ(output.total().of(VerdictCode::unknown_session), 1U);
    EXPECT_EQ(output.total().of(VerdictCode::session_already_started), 1U);
    EXPECT_EQ(table.open_sessions(), 1U);
}

TEST(Table, at_the_limit_the_session_heard_of_longest_ago_closes) {
    Rules rules;
    rules.max_sessions = 2;
    Table table(rules);
    Output output;
    table.start(at(0, 1), start_of(0), output);
    table.start(at(1, 2), start_of(1), output);
    table.arrive(at(2, 1), event_of(EventType::play, 2), output);
    EXPECT_TRUE(output.closed.empty());
    table.start(at(3, 3), start_of(3), output);
    ASSERT_EQ(output.closed.size(), 1U);
    EXPECT_EQ(output.closed[0].id, id_of(2));
    EXPECT_EQ(output.closed[0].close_reason, CloseReason::inactivity);
    EXPECT_EQ(output.closed[0].close_ts, 600'001);
    EXPECT_EQ(table.open_sessions(), 2U);
    table.start(at(4, 4), start_of(4), output);
    EXPECT_EQ(output.closed.at(1).id, id_of(1));
    EXPECT_EQ(table.pending_events(), 0U) << "what it held was decided";
    EXPECT_EQ(output.total().total(), 5U);
}

TEST(Table, counts_by_report_suite) {
    const Rules rules;
    Table table(rules);
    Output output;
    table.start(at(0, 1), start_of(0, "red"), output);
    table.start(at(0, 2), start_of(0, "blue"), output);
    table.start(at(0, 3), start_of(0, "red"), output);
    table.start(at(0, 4), start_of(0), output);
    EXPECT_EQ(table.suites(), (std::vector<std::string>{"", "red", "blue"}));
    EXPECT_EQ(output.counts.at(0).total(), 1U);
    EXPECT_EQ(output.counts.at(1).total(), 2U);
    EXPECT_EQ(output.counts.at(2).total(), 1U);
}

TEST(Table, names_no_more_suites_than_its_limit) {
    const Rules rules;
    Table table(rules);
    Output output;
    for (size_t i = 0; i < Table::max_suites + 5; ++i) {
        const std::string suite = "s" + std::to_string(i);
        table.start_batch(at(0, 1), start_of(0, suite));
        table.finish_batch(output);
    }
    EXPECT_EQ(table.suites().size(), Table::max_suites + 1);
    EXPECT_EQ(output.counts.at(0).total(), 5U);
    EXPECT_EQ(output.total().total(), Table::max_suites + 5);
}

TEST(Table, takes_a_batch_element_by_element) {
    const Rules rules;
    Table table(rules);
    Output output;
    table.start_batch(at(50, 9, 3), start_of(0, "red"));
    table.batch_event(event_of(EventType::play, 10));
    table.batch_event(event_of(EventType::ping, 4'000'000));
    EXPECT_EQ(table.open_sessions(), 0U);
    table.finish_batch(output);
    ASSERT_EQ(output.closed.size(), 1U);
    EXPECT_EQ(output.closed[0].close_reason, CloseReason::batch_end);
    EXPECT_EQ(output.closed[0].time_played_ms, 3'999'990);
    EXPECT_EQ(output.closed[0].offsets, (std::vector<uint64_t>{3}));
    EXPECT_EQ(output.counts.at(1).total(), 3U);
}

TEST(Table, shows_an_open_session_with_what_its_window_holds) {
    const Rules rules;
    Table table(rules);
    Output output;
    table.start(at(0, 1), start_of(0), output);
    table.arrive(at(0, 1), event_of(EventType::play, 0), output);
    table.arrive(at(1'000, 1), event_of(EventType::ping, 1'000), output);
    const SessionRow row = *table.session(id_of(1));
    EXPECT_EQ(row.close_reason, CloseReason::open);
    EXPECT_EQ(row.time_played_ms, 1'000);
    EXPECT_EQ(table.pending_events(), 2U);
}

TEST(Table, an_erased_session_gives_no_row_and_leaves_nothing) {
    Rules rules;
    rules.max_sessions = 3;
    Table table(rules);
    Output output;
    table.start(at(0, 1), start_of(0, "suite"), output);
    table.start(at(0, 2), start_of(0, "suite"), output);
    table.start(at(0, 3), start_of(0), output);
    table.arrive(at(10, 1), event_of(EventType::play, 10), output);
    table.arrive(at(10, 2), event_of(EventType::play, 10), output);
    table.arrive(at(20, 3), event_of(EventType::session_end, 20), output);
    table.advance(6'000, output);
    ASSERT_EQ(output.closed.size(), 1U);
    ASSERT_EQ(table.buried().size(), 1U);
    table.arrive(at(6'001, 1), event_of(EventType::ping, 6'001), output);
    table.arrive(at(6'001, 2), event_of(EventType::ping, 6'001), output);
    EXPECT_EQ(table.pending_events(), 2U);

    const size_t pending =
        table.erase([](const SessionId& id) { return id == id_of(1) || id == id_of(3); });
    EXPECT_EQ(pending, 1U);
    EXPECT_EQ(table.pending_events(), 1U);
    EXPECT_EQ(table.open_sessions(), 1U);
    EXPECT_EQ(table.session(id_of(1)), std::nullopt);
    EXPECT_TRUE(table.buried().empty());
    EXPECT_TRUE(table.session(id_of(2)));
    output.clear();
    table.advance(10'000'000, output);
    ASSERT_EQ(output.closed.size(), 1U);
    EXPECT_EQ(output.closed[0].id, id_of(2));
    EXPECT_EQ(table.erase([](const SessionId&) { return true; }), 0U);
}

}  // namespace
}  // namespace playhead::session
