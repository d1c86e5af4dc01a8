// SPDX-License-Identifier: Apache-2.0
#include "session/admission.h"

#include <vector>

#include <gtest/gtest.h>

namespace playhead::session {
namespace {

using event::EventType;
using event::SessionId;

SessionId id_of(uint32_t number) {
    SessionId id;
    for (size_t i = 0; i < 4; ++i) id.bytes[8 + i] = static_cast<uint8_t>(number >> (8 * i));
    return id;
}

Rules short_rules() {
    return {.inactivity_ms = 600,
            .idle_ms = 1'800,
            .reorder_ms = 5,
            .end_grace_ms = 5,
            .tombstone_ms = 10'000,
            .max_sessions = 100};
}

const SessionId a = id_of(1);
const SessionId b = id_of(2);

Answer ping(Admission& admission, const SessionId& id, int64_t uptime, int64_t playhead = 0) {
    return admission.admit(id, uptime, EventType::ping, uptime, playhead);
}

Answer send(Admission& admission, int64_t uptime, EventType type, int64_t ts) {
    return admission.admit(a, uptime, type, ts, 0);
}

TEST(Admission, knows_only_what_was_opened) {
    Admission admission(short_rules());
    EXPECT_EQ(ping(admission, a, 0), Answer::unknown);
    admission.open(a, 0, 0);
    EXPECT_EQ(ping(admission, a, 0), Answer::accepted);
    EXPECT_EQ(ping(admission, b, 0), Answer::unknown);
}

// Around the number of sessions that are fetched at once, with some among them that are not here.
TEST(Admission, what_is_expected_changes_no_answer) {
    for (const uint32_t count : {0U, 1U, 15U, 16U, 17U, 33U}) {
        Admission admission(short_rules());
        std::vector<SessionId> ids;
        std::vector<const SessionId*> expected;
        for (uint32_t i = 0; i < count; ++i) ids.push_back(id_of(i));
        for (const SessionId& id : ids) expected.push_back(&id);
        admission.expect(expected);
        for (uint32_t i = 0; i < count; i += 2) admission.open(ids[i], 0, 0);
        admission.expect(expected);
        for (uint32_t i = 0; i < count; ++i) {
            EXPECT_EQ(ping(admission, ids[i], 1), i % 2 == 0 ? Answer::accepted : Answer::unknown);
        }
        EXPECT_EQ(admission.sessions(), (count + 1) / 2);
    }
}

TEST(Admission, inactivity_is_exact) {
    Admission admission(short_rules());
    admission.open(a, 0, 0);
    EXPECT_EQ(ping(admission, a, 600, 1), Answer::accepted);
    EXPECT_EQ(ping(admission, a, 1'200, 2), Answer::accepted);
    EXPECT_EQ(ping(admission, a, 1'801, 3), Answer::closed);
    EXPECT_EQ(ping(admission, a, 1'801, 4), Answer::closed) << "what is closed stays closed";
}

TEST(Admission, idle_is_exact_and_counts_from_the_last_move) {
    Admission admission(short_rules());
    admission.open(a, 0, 0);
    EXPECT_EQ(ping(admission, a, 100, 5), Answer::accepted);
    for (int64_t at = 200; at <= 1'800; at += 200) {
        EXPECT_EQ(ping(admission, a, at, 5), Answer::accepted);
    }
    EXPECT_EQ(ping(admission, a, 1'900, 5), Answer::accepted);
    EXPECT_EQ(ping(admission, a, 1'901, 6), Answer::closed);
}

TEST(Admission, a_refused_event_changes_nothing) {
    Admission admission(short_rules());
    admission.open(a, 0, 0);
    EXPECT_EQ(send(admission, 10, EventType::session_end, 10), Answer::accepted);
    EXPECT_EQ(send(admission, 11, EventType::play, 11), Answer::closed);
    EXPECT_EQ(send(admission, 12, EventType::ping, 9), Answer::accepted);
}

TEST(Admission, the_grace_after_the_end_is_exact) {
    Admission admission(short_rules());
    admission.open(a, 0, 0);
    EXPECT_EQ(send(admission, 10, EventType::session_end, 10), Answer::accepted);
    EXPECT_EQ(send(admission, 15, EventType::ping, 5), Answer::accepted);
    EXPECT_EQ(send(admission, 15, EventType::ping, 4), Answer::closed);
    EXPECT_EQ(send(admission, 15, EventType::ping, 10), Answer::closed);
    EXPECT_EQ(send(admission, 15, EventType::session_end, 9), Answer::closed);
    EXPECT_EQ(send(admission, 16, EventType::ping, 9), Answer::closed);
}

TEST(Admission, takes_what_closes_something_at_the_stamp_of_the_end) {
    Admission admission(short_rules());
    admission.open(a, 0, 0);
    EXPECT_EQ(send(admission, 1, EventType::ad_break_start, 1), Answer::accepted);
    EXPECT_EQ(send(admission, 2, EventType::ad_start, 2), Answer::accepted);
    EXPECT_EQ(send(admission, 10, EventType::session_end, 10), Answer::accepted);
    EXPECT_EQ(send(admission, 11, EventType::ad_break_complete, 10), Answer::accepted);
    EXPECT_EQ(send(admission, 11, EventType::ad_skip, 10), Answer::accepted);
    EXPECT_EQ(send(admission, 11, EventType::ad_complete, 10), Answer::closed);
    EXPECT_EQ(send(admission, 11, EventType::ad_break_complete, 10), Answer::closed);
    EXPECT_EQ(send(admission, 11, EventType::chapter_skip, 10), Answer::closed);
    EXPECT_EQ(send(admission, 11, EventType::state_end, 10), Answer::closed);
    EXPECT_EQ(send(admission, 11, EventType::session_complete, 10), Answer::accepted);
    EXPECT_EQ(send(admission, 11, EventType::session_complete, 10), Answer::closed);
}

TEST(Admission, an_ad_that_overtook_its_break_keeps_its_playheads_apart) {
    Rules rules = short_rules();
    Admission admission(rules);
    admission.open(a, 0, 0);
    EXPECT_EQ(send(admission, 3, EventType::ad_start, 3), Answer::accepted);
    EXPECT_EQ(send(admission, 4, EventType::ad_break_start, 2), Answer::accepted);
    for (int64_t at = 300; at <= 1'800; at += 300) {
        EXPECT_EQ(ping(admission, a, at, at), Answer::accepted);
    }
    EXPECT_EQ(ping(admission, a, 1'801, 9), Answer::closed) << "the content never moved";
}

TEST(Admission, an_ad_that_was_over_before_its_start_came_does_not_run) {
    Admission admission(short_rules());
    admission.open(a, 0, 0);
    EXPECT_EQ(send(admission, 1, EventType::ad_break_start, 1), Answer::accepted);
    EXPECT_EQ(send(admission, 4, EventType::ad_skip, 4), Answer::accepted);
    EXPECT_EQ(send(admission, 5, EventType::ad_start, 3), Answer::accepted);
    for (int64_t at = 300; at <= 3'000; at += 300) {
        EXPECT_EQ(ping(admission, a, at, at), Answer::accepted);
    }
}

TEST(Admission, tombstones_answer_for_their_time_and_no_longer) {
    Admission admission(short_rules());
    admission.open(a, 0, 0);
    EXPECT_EQ(send(admission, 10, EventType::session_end, 10), Answer::accepted);
    EXPECT_EQ(ping(admission, a, 10'010), Answer::closed);
    EXPECT_EQ(ping(admission, a, 10'011), Answer::unknown);
    EXPECT_EQ(admission.sessions() + admission.tombstones(), 0U);
}

TEST(Admission, a_tombstone_may_be_shorter_than_a_time_out) {
    Rules rules = short_rules();
    rules.tombstone_ms = 20;
    Admission admission(rules);
    admission.open(a, 0, 0);
    EXPECT_EQ(send(admission, 10, EventType::session_end, 10), Answer::accepted);
    EXPECT_EQ(ping(admission, a, 30), Answer::closed);
    EXPECT_EQ(ping(admission, a, 31), Answer::unknown);
}

TEST(Admission, a_batch_is_closed_from_the_first_moment) {
    Admission admission(short_rules());
    admission.open_closed(a, 5);
    EXPECT_EQ(ping(admission, a, 5), Answer::closed);
    EXPECT_EQ(ping(admission, a, 10'006), Answer::unknown);
}

TEST(Admission, at_the_limit_the_session_heard_of_longest_ago_closes) {
    Rules rules = short_rules();
    rules.max_sessions = 3;
    Admission admission(rules);
    for (uint32_t i = 1; i <= 3; ++i) admission.open(id_of(i), i, 0);
    EXPECT_EQ(ping(admission, id_of(1), 4), Answer::accepted);
    EXPECT_EQ(admission.sessions(), 3U);
    admission.open(id_of(4), 5, 0);
    EXPECT_EQ(admission.sessions(), 3U);
    EXPECT_EQ(ping(admission, id_of(2), 6), Answer::closed);
    EXPECT_EQ(ping(admission, id_of(1), 6), Answer::accepted);
}

TEST(Admission, at_the_limit_the_oldest_tombstone_is_forgotten) {
    Rules rules = short_rules();
    rules.max_sessions = 2;
    Admission admission(rules);
    for (uint32_t i = 1; i <= 3; ++i) admission.open_closed(id_of(i), i);
    EXPECT_EQ(admission.tombstones(), 2U);
    EXPECT_EQ(ping(admission, id_of(1), 4), Answer::unknown);
    EXPECT_EQ(ping(admission, id_of(2), 4), Answer::closed);
    EXPECT_EQ(ping(admission, id_of(3), 4), Answer::closed);
}

TEST(Admission, lets_go_of_silent_sessions) {
    Admission admission(short_rules());
    for (uint32_t i = 0; i < 50; ++i) admission.open(id_of(i), i, 0);
    admission.open(id_of(99), 30'000, 0);
    EXPECT_EQ(admission.sessions(), 1U);
    EXPECT_EQ(admission.tombstones(), 0U);
}

TEST(Gate, is_small) {
    EXPECT_LE(sizeof(Gate), 56U);
}

TEST(Admission, an_erased_session_was_never_here) {
    Admission admission(short_rules());
    const SessionId c = id_of(3);
    admission.open(a, 0, 0);
    admission.open(b, 0, 0);
    admission.open_closed(c, 0);
    EXPECT_EQ(ping(admission, c, 1), Answer::closed);
    admission.erase([&](const SessionId& id) { return id == a || id == c; });
    EXPECT_EQ(ping(admission, a, 2), Answer::unknown);
    EXPECT_EQ(ping(admission, b, 2), Answer::accepted);
    EXPECT_EQ(ping(admission, c, 2), Answer::unknown);
    EXPECT_EQ(admission.sessions(), 1U);
    EXPECT_EQ(admission.tombstones(), 0U);
    admission.advance(1'000'000);
    EXPECT_EQ(admission.sessions(), 0U);
}

}  // namespace
}  // namespace playhead::session
