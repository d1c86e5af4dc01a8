// SPDX-License-Identifier: Apache-2.0
// What arrives and what becomes of it: order, lateness, duplicates, closing (metrics 2).
#include <gtest/gtest.h>

#include "session/timeline_suite.h"

namespace playhead::session {
namespace {

using Codes = std::vector<VerdictCode>;
using enum VerdictCode;

TEST(Reorder, puts_an_overtaken_event_back_within_the_window) {
    Script script;
    script.at(0, 0, "play");
    script.at(10, 10, "ping").received(10);
    script.at(9, 9, "pauseStart").received(14.999);
    script.at(20, 9, "sessionEnd").received(20);
    EXPECT_EQ(script.verdicts(), (Codes{used, used, reordered, used}));
    EXPECT_EQ(script.row().time_played_ms, 9'000);
    EXPECT_EQ(script.row().pause_ms, 11'000);
}

TEST(Reorder, the_window_is_over_after_exactly_five_seconds) {
    Script script;
    script.at(0, 0, "play");
    script.at(10, 10, "ping").received(10);
    script.at(9, 9, "pauseStart").received(15);
    script.at(20, 10, "sessionEnd").received(20);
    EXPECT_EQ(script.verdicts(), (Codes{used, used, late_beyond_window, used}));
    EXPECT_EQ(script.row().pause_ms, 10'000) << "the pause takes effect at the time reached";
}

TEST(Reorder, the_window_begins_with_its_first_event) {
    Script script;
    script.at(0, 0, "play");
    script.at(10, 10, "ping").received(10);
    script.at(14, 14, "ping").received(14);
    script.at(13, 13, "pauseStart").received(15);
    EXPECT_EQ(script.verdicts().back(), late_beyond_window) << "both pings were processed at 15";
}

TEST(Reorder, holds_ten_events_and_the_eleventh_flushes) {
    const auto pings_and_one_before = [](int pings) {
        Script script;
        for (int i = 0; i < pings; ++i) script.at(1 + i * 0.001, 1 + i * 0.001, "ping");
        script.at(0.5, 0.5, "play").received(1.5);
        return script.verdicts().back();
    };
    EXPECT_EQ(pings_and_one_before(9), reordered);
    EXPECT_EQ(pings_and_one_before(10), reordered);
    EXPECT_EQ(pings_and_one_before(11), late_beyond_window);
}

TEST(Late, an_event_from_before_the_start_costs_no_time) {
    Script script(100, 7);
    script.at(-5, 7, "play").received(1).at(10, 17, "sessionEnd");
    EXPECT_EQ(script.verdicts(), (Codes{late_beyond_window, used}));
    EXPECT_EQ(script.row().time_played_ms, 10'000);
}

TEST(Duplicate, is_dropped_whether_held_or_processed) {
    Script script;
    script.at(1, 0, "error").at(1, 0, "error").received(2);
    script.at(1, 0, "error").received(200).at(201, 0, "sessionEnd");
    EXPECT_EQ(script.verdicts(), (Codes{used, exact_duplicate, exact_duplicate, used}));
    EXPECT_EQ(script.row().error_count, 1);
    EXPECT_EQ(script.row().duplicates_dropped, 2);
}

TEST(Duplicate, is_known_among_the_last_32_events) {
    const auto repeated_after = [](int others) {
        Script script;
        script.at(1, 0, "error");
        for (int i = 0; i < others; ++i) script.at(10 + i * 10, 0, "ping");
        script.at(1, 0, "error").received(10 + others * 10);
        return script.verdicts().back();
    };
    EXPECT_EQ(repeated_after(30), exact_duplicate);
    EXPECT_EQ(repeated_after(31), exact_duplicate);
    EXPECT_EQ(repeated_after(32), late_beyond_window);
}

TEST(Duplicate, differs_by_any_part_of_the_event) {
    Script script;
    script.at(1, 0, "error").at(1, 0.5, "error").at(1, 0, "error", {{"media.errorId", "a"}});
    script.at(1, 0, "error", Json::object(), {{"media.qoe.errorID", "a"}});
    EXPECT_EQ(script.row().error_count, 4);
    EXPECT_EQ(script.row().duplicates_dropped, 0);
}

TEST(Inactivity, is_accepted_at_the_deadline_and_closed_after_it) {
    Script at_limit;
    at_limit.at(0, 0, "play").at(600, 600, "ping").at(601, 601, "sessionEnd");
    EXPECT_EQ(at_limit.row().close_reason, CloseReason::session_end);
    Script above;
    above.at(0, 0, "play").at(600.001, 600, "ping").at(601, 601, "sessionEnd");
    const SessionRow row = above.row();
    EXPECT_EQ(row.close_reason, CloseReason::inactivity);
    EXPECT_EQ(row.close_ts, Script::start_ts + 600'000);
    EXPECT_EQ(row.seconds_since_last_call_ms, 600'000);
    EXPECT_EQ(row.events_after_close, 2);
    EXPECT_EQ(above.verdicts(), (Codes{used, after_close, after_close}));
}

TEST(Idle, is_accepted_at_the_deadline_and_closed_after_it) {
    const auto last_ping_at = [](double seconds) {
        Script script;
        script.at(10, 10, "pauseStart");
        for (int i = 1; i <= 3; ++i) script.at(10 + 500 * i, 10, "ping");
        script.at(seconds, 10, "ping");
        return script.row();
    };
    EXPECT_EQ(last_ping_at(1'810).events_after_close, 0);
    const SessionRow row = last_ping_at(1'810.001);
    EXPECT_EQ(row.close_reason, CloseReason::idle);
    EXPECT_EQ(row.close_ts, Script::start_ts + 1'810'000);
    EXPECT_EQ(row.events_after_close, 1);
}

TEST(Idle, comes_after_inactivity_when_both_are_due_at_once) {
    Script script;
    script.at(600, 0, "ping").at(1'200, 0, "ping");
    EXPECT_EQ(script.row().close_reason, CloseReason::inactivity);
    EXPECT_EQ(script.row().close_ts, Script::start_ts + 1'800'000);
}

TEST(Idle, is_not_put_off_by_the_playhead_of_an_ad) {
    Script script;
    script.at(1, 0, "play").pod(2, 0, 1).ad(2, 0, "a");
    for (int i = 1; i <= 4; ++i) script.at(500 * i, i, "ping");
    EXPECT_EQ(script.row().close_reason, CloseReason::idle);
    EXPECT_EQ(script.row().close_ts, Script::start_ts + 1'800'000);
}

TEST(End, closes_at_once_and_keeps_a_grace_for_what_it_overtook) {
    Script script;
    script.pod(1, 0, 1).ad(1, 0, "a");
    script.at(10, 0, "sessionEnd").received(10);
    script.at(9, 0, "adComplete").received(15);
    script.at(9.5, 0, "ping").received(15.001);
    EXPECT_EQ(script.verdicts(), (Codes{used, used, used, reordered, after_close}));
    EXPECT_EQ(script.row().ad_completes, 1);
    EXPECT_EQ(script.row().close_ts, Script::start_ts + 10'000);
}

TEST(End, takes_stragglers_of_the_last_five_seconds_only) {
    const auto straggler_at = [](double seconds) {
        Script script;
        script.at(20, 0, "sessionEnd").received(20);
        script.at(seconds, 0, "ping").received(21);
        return script.verdicts().back();
    };
    EXPECT_EQ(straggler_at(14.999), after_close);
    EXPECT_EQ(straggler_at(15), reordered);
    EXPECT_EQ(straggler_at(19.999), reordered);
    EXPECT_EQ(straggler_at(20), after_close);
    EXPECT_EQ(straggler_at(20.001), after_close);
}

TEST(End, takes_at_its_own_stamp_what_closes_something_once) {
    Script script;
    script.pod(1, 0, 1).ad(1, 0, "a").chapter(1, 0, 1).state(1, 0, "stateStart", "mute");
    script.at(10, 0, "sessionEnd").received(10);
    for (const char* type : {"chapterSkip", "adBreakComplete", "adSkip", "sessionComplete"}) {
        script.at(10, 0, type).received(10.1);
    }
    script.state(10, 0, "stateEnd", "mute").received(10.1);
    script.at(10, 0, "adComplete").received(10.2);
    script.at(10, 0, "chapterComplete").received(10.2);
    script.at(10, 0, "play").received(10.2);
    script.at(9, 0, "sessionEnd").received(10.3);
    const SessionRow row = script.row();
    EXPECT_TRUE(row.is_completed);
    EXPECT_EQ(row.events_after_close, 4);
    EXPECT_EQ(row.close_reason, CloseReason::session_end);
}

TEST(End, drops_what_is_stamped_after_it) {
    Script script;
    script.at(1, 0, "play").at(12, 11, "ping").received(9.9);
    script.at(10, 9, "sessionEnd").received(10);
    EXPECT_EQ(script.verdicts(), (Codes{used, after_close, reordered}));
    EXPECT_EQ(script.row().close_ts, Script::start_ts + 10'000);
}

TEST(End, holds_few_stragglers_and_loses_none) {
    for (const int stragglers : {30, 31, 32, 33, 70}) {
        Script script;
        script.at(20, 0, "sessionEnd").received(20);
        for (int i = 0; i < stragglers; ++i) {
            script.at(16 + 0.001 * i, 0, "error").received(21);
        }
        EXPECT_EQ(script.row().error_count, stragglers);
        EXPECT_EQ(script.row().events_after_close, 0);
    }
}

TEST(End, holds_no_more_stragglers_than_its_limit) {
    const Rules rules;
    event::Event event;
    event.ts = 10'000;
    Arrival arrival{.offset = 0, .received_at = 0, .uptime_ms = 0, .session = sample_id(1)};
    Session session(rules, arrival, event, Origin::live, false);
    event.type = event::EventType::session_end;
    session.arrive(arrival, event);
    event.type = event::EventType::ping;
    size_t most = 0;
    for (int i = 0; i < 100; ++i) {
        event.ts = 6'000 + i;
        event.fingerprint = ++arrival.offset;
        session.arrive(arrival, event);
        most = std::max(most, session.held_events());
    }
    EXPECT_EQ(most, end_grace_events);
    EXPECT_FALSE(session.closed());
    session.finish();
    EXPECT_EQ(session.row().close_reason, CloseReason::session_end);
}

TEST(ClockJump, takes_the_time_between_the_arrivals) {
    const double hour = 3'600;
    Script script;
    script.at(0, 0, "play").at(10, 10, "ping");
    script.at(hour + 20, 20, "ping").received(20);
    script.at(hour + 30, 30, "pauseStart").received(30);
    script.at(hour + 40, 30, "sessionEnd").received(40);
    EXPECT_EQ(script.verdicts(), (Codes{used, used, clock_jump, used, used}));
    const SessionRow row = script.row();
    EXPECT_EQ(row.time_played_ms, 30'000);
    EXPECT_EQ(row.pause_ms, 10'000);
    EXPECT_EQ(row.close_ts, Script::start_ts + 40'000);
    EXPECT_EQ(row.close_reason, CloseReason::session_end);
}

TEST(ClockJump, needs_more_than_the_inactivity_time) {
    Script script;
    script.at(0, 0, "play");
    script.at(600, 0, "ping").received(10);
    script.at(1'200.001, 0, "ping").received(20);
    EXPECT_EQ(script.verdicts(), (Codes{used, used, clock_jump}));
}

TEST(ClockJump, of_a_hostile_clock_overflows_nothing) {
    for (const int64_t ts : {INT64_MAX, INT64_MIN}) {
        Json session = Script().at(1, 0, "play").at(2, 0, "ping").at(3, 0, "sessionEnd").json();
        for (Json& event : session["events"]) event["receivedAt"] = event["playerTime"]["ts"];
        session["events"][2]["playerTime"]["ts"] = ts;
        session["events"][2]["playerTime"]["playhead"] = 9e15;
        const SessionRow row = fold_sample(session).row;
        EXPECT_EQ(row.close_reason, CloseReason::session_end);
        EXPECT_LE(row.time_played_ms, 2'000);
    }
}

TEST(Batch, has_array_order_no_timeouts_and_closes_at_its_last_element) {
    Script script = Script().downloaded();
    script.at(0, 0, "play").at(4'000, 4'000, "ping").at(3'000, 3'000, "pauseStart");
    script.at(4'010, 3'000, "ping");
    EXPECT_EQ(script.verdicts(), (Codes{used, used, late_beyond_window, used}));
    const SessionRow row = script.row();
    EXPECT_EQ(row.close_reason, CloseReason::batch_end);
    EXPECT_EQ(row.close_ts, Script::start_ts + 4'010'000);
    EXPECT_EQ(row.time_played_ms, 4'000'000);
    EXPECT_EQ(row.pause_ms, 10'000);
    EXPECT_TRUE(row.is_downloaded);
}

TEST(Batch, drops_what_follows_its_end) {
    Script script = Script().downloaded();
    script.at(1, 0, "sessionEnd").at(1, 0, "ping").at(2, 0, "sessionEnd");
    EXPECT_EQ(script.verdicts(), (Codes{used, after_close, after_close}));
    EXPECT_EQ(script.row().close_reason, CloseReason::session_end);
}

TEST(EqualStamps, go_by_what_is_applicable) {
    Script started;
    started.ad(1, 0, "a").pod(1, 0, 1).at(11, 0, "sessionEnd");
    EXPECT_EQ(started.row().ad_count, 1);
    Script next_ad;
    next_ad.pod(1, 0, 1).ad(1, 0, "a");
    next_ad.ad(10, 0, "b", 2).received(10).at(10, 0, "adComplete").received(10);
    next_ad.at(20, 0, "sessionEnd");
    EXPECT_EQ(next_ad.row().ads.at(0).is_completed, true);
    EXPECT_EQ(next_ad.row().ads.at(1).time_played_ms, 10'000);
}

TEST(EqualStamps, an_abort_in_any_order_closes_all) {
    std::vector<std::string> types = {"adBreakComplete", "adSkip", "chapterSkip", "sessionEnd"};
    do {
        Script script;
        script.at(0, 0, "play").chapter(1, 1, 1).pod(2, 2, 1).ad(2, 2, "a");
        for (const std::string& type : types) script.at(9, 2, type.c_str()).received(9);
        const Folded folded = script.fold();
        EXPECT_EQ(folded.row.events_after_close, 0);
        EXPECT_EQ(folded.row.ads.at(0).time_played_ms, 7'000);
        EXPECT_EQ(folded.events.back().type, event::EventType::session_end);
    } while (std::ranges::next_permutation(types).found);
}

// The gate follows ads as they arrive, so it can let a closing event in that closes nothing.
TEST(EqualStamps, the_end_is_last_even_when_nothing_fits) {
    Script script;
    script.pod(1, 0, 1).at(2, 0, "adComplete").ad(2, 0, "a");
    for (const char* type : {"sessionEnd", "adComplete", "sessionComplete"}) {
        script.at(9, 0, type).received(9);
    }
    EXPECT_TRUE(script.row().is_completed);
    EXPECT_EQ(script.row().ads.at(0).time_played_ms, 0);
    EXPECT_EQ(script.row().events_after_close, 0);
}

TEST(EqualStamps, a_whole_session_at_one_moment_keeps_its_order) {
    Script script;
    script.at(0, 0, "play").pod(0, 0, 1).ad(0, 0, "a").at(0, 0, "adComplete");
    script.ad(0, 0, "b", 2).at(0, 0, "adSkip").at(0, 0, "adBreakComplete");
    script.at(0, 0, "sessionComplete").at(0, 0, "sessionEnd");
    EXPECT_EQ(script.verdicts(), Codes(9, used));
    EXPECT_EQ(script.row().ad_completes, 1);
}

TEST(EqualStamps, a_pair_of_chapters_or_states_is_put_right) {
    Script script;
    script.chapter(1, 0, 1).state(1, 0, "stateStart", "mute");
    script.chapter(9, 0, 2).at(9, 0, "chapterComplete");
    script.state(9, 0, "stateEnd", "full").state(9, 0, "stateStart", "full");
    script.at(20, 0, "sessionEnd");
    const SessionRow row = script.row();
    EXPECT_EQ(row.chapter_completes, 1);
    EXPECT_TRUE(row.chapters.at(0).is_completed);
    EXPECT_EQ(row.states, (std::vector{StateRow{"full", 1, 0}, StateRow{"mute", 1, 19'000}}));
}

TEST(Fold, an_open_session_has_the_numbers_it_would_close_with) {
    const Json session = Script().at(0, 0, "play").at(10, 10, "ping").at(12, 12, "ping").json();
    const Rules rules;
    const SampleEvent start(session["events"][0]);
    const int64_t zero = Script::start_ts;
    Fold fold(rules, {.offset = 0, .received_at = zero, .uptime_ms = 0, .session = sample_id(1)},
              start.event(), Origin::live, false);
    for (size_t i = 1; i < session["events"].size(); ++i) {
        const SampleEvent sample(session["events"][i]);
        fold.add({.offset = i,
                  .received_at = sample.received_at(),
                  .uptime_ms = sample.received_at() - zero,
                  .session = sample_id(1)},
                 sample.event());
    }
    const Folded open = fold.at(13'000);
    EXPECT_EQ(open.row.close_reason, CloseReason::open);
    EXPECT_EQ(open.row.close_ts, 0);
    EXPECT_EQ(open.row.time_played_ms, 12'000);
    EXPECT_EQ(open.events.size(), 4U);
    EXPECT_EQ(open.row.offsets, (std::vector<uint64_t>{0, 1, 2, 3}));
    EXPECT_EQ(fold.at(612'000).row.close_reason, CloseReason::open);
    EXPECT_EQ(fold.at(612'001).row.close_reason, CloseReason::inactivity);
    EXPECT_EQ(fold.finish().row.close_ts, zero + 612'000);
}

TEST(Offsets, are_listed_as_they_were_given_up_to_the_limit) {
    Offsets offsets;
    EXPECT_TRUE(offsets.list().empty());
    const std::vector<uint64_t> some = {0, 0, 127, 128, 20'000, uint64_t{1} << 60};
    for (const uint64_t offset : some) offsets.add(offset);
    EXPECT_EQ(offsets.list(), some);
    Offsets full;
    for (size_t i = 0; i < Offsets::limit + 1; ++i) full.add(i);
    EXPECT_EQ(full.list().size(), Offsets::limit);
}

}  // namespace
}  // namespace playhead::session
