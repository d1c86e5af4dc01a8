// SPDX-License-Identifier: Apache-2.0
#include "session/examination.h"

#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "session/timeline_suite.h"

// What each mistake looks like is told by the golden sessions; here is what is not one yet.
namespace playhead::session {
namespace {

using Names = std::set<std::string_view>;

Names mistakes_in(const Folded& folded) {
    Names names;
    for (const EventRow& event : folded.events) {
        for (const VerdictCode code : event.mistakes) names.insert(text_of(code).name);
    }
    return names;
}

Names mistakes_in(const Script& script) {
    return mistakes_in(script.fold());
}

// Plays from the beginning; the first ping comes at ten seconds.
Script playing(double length = 600) {
    Script script(length);
    script.at(0.5, 0, "play");
    return script;
}

TEST(Advance, keeps_step_only_over_two_intervals_and_ten_seconds) {
    Advance advance;
    advance.add(9'000, 9'000);
    EXPECT_FALSE(advance.keeps_step());
    advance.add(900, 900);
    EXPECT_FALSE(advance.keeps_step());
    advance.add(100, 100);
    EXPECT_TRUE(advance.keeps_step());
    advance.add(5'000, 0);
    EXPECT_FALSE(advance.keeps_step());
}

TEST(Advance, does_not_take_a_scrub_for_playback) {
    Advance advance;
    advance.add(5'000, 30'000);
    advance.add(5'000, 60'000);
    EXPECT_FALSE(advance.keeps_step());
}

TEST(Examination, allows_a_clock_five_minutes_off) {
    Script near;
    near.received(300).at(1, 0, "play").received(301).at(9, 8, "sessionEnd").received(309);
    EXPECT_EQ(mistakes_in(near), Names{});
    Script far;
    far.received(300.001).at(1, 0, "play").received(301).at(9, 8, "sessionEnd").received(309);
    EXPECT_EQ(mistakes_in(far), Names{"clock_off"});
}

TEST(Examination, allows_stamps_that_gain_a_minute_on_the_arrivals) {
    Script near = playing();
    near.at(70, 10, "ping").received(10).at(80, 20, "sessionEnd").received(20);
    EXPECT_EQ(mistakes_in(near), Names{});
    Script far = playing();
    far.at(70, 10, "ping").received(9.999).at(80, 20, "sessionEnd").received(20);
    EXPECT_EQ(mistakes_in(far), Names{"clock_step"});
}

TEST(Examination, allows_an_event_that_is_half_a_minute_late) {
    Script near = playing();
    near.at(10, 9.5, "ping").received(40).at(42, 41.5, "sessionEnd").received(42);
    EXPECT_EQ(mistakes_in(near), Names{});
    Script far = playing();
    far.at(10, 9.5, "ping").received(40.001).at(42, 41.5, "sessionEnd").received(42);
    EXPECT_EQ(mistakes_in(far), Names{"sent_late"});
}

TEST(Examination, allows_a_minute_between_pings) {
    Script near = playing();
    near.at(60.5, 60, "ping").at(65, 64, "sessionEnd");
    EXPECT_EQ(mistakes_in(near), Names{});
    Script far = playing();
    far.at(60.501, 60, "ping").at(65, 64, "sessionEnd");
    EXPECT_EQ(mistakes_in(far), Names{"pings_missing"});
}

TEST(Examination, allows_completion_at_half_of_the_length) {
    Script half = playing(20);
    half.at(10.5, 10, "sessionComplete").at(10.6, 10, "sessionEnd");
    EXPECT_EQ(mistakes_in(half), Names{});
    Script less = playing(20);
    less.at(10.5, 9.9, "sessionComplete").at(10.6, 9.9, "sessionEnd");
    EXPECT_EQ(mistakes_in(less), Names{"complete_too_early"});
}

TEST(Examination, allows_five_pings_after_the_end) {
    Script script = playing(10);
    script.at(10.5, 10, "sessionComplete");
    for (int i = 1; i <= 5; ++i) script.at(10.5 + 10 * i, 10, "ping");
    EXPECT_EQ(mistakes_in(script), Names{});
    script.at(70.5, 10, "ping");
    EXPECT_EQ(mistakes_in(script), Names{"pings_after_complete"});
}

TEST(Examination, allows_a_view_of_two_seconds) {
    Script near;
    EXPECT_EQ(mistakes_in(near.at(2, 0, "sessionEnd")), Names{});
    Script far;
    EXPECT_EQ(mistakes_in(far.at(1.999, 0, "sessionEnd")), Names{"ended_at_once"});
}

TEST(Examination, allows_an_ad_to_load_and_to_run_half_as_long_again) {
    // 15 s: half as long again and five seconds are 27.5 s.
    Script near(600);
    near.pod(1, 0, 1).ad(1, 0, "a").at(28.5, 0, "adComplete").at(28.6, 0, "adBreakComplete");
    EXPECT_EQ(mistakes_in(near.at(28.7, 0, "sessionEnd")), Names{});
    Script far(600);
    far.pod(1, 0, 1).ad(1, 0, "a").at(28.6, 0, "adComplete").at(28.6, 0, "adBreakComplete");
    EXPECT_EQ(mistakes_in(far.at(28.7, 0, "sessionEnd")), Names{"ad_longer_than_length"});
}

TEST(Examination, allows_a_completed_ad_that_ran_for_a_quarter) {
    Script near(600);
    near.pod(1, 0, 1).ad(1, 0, "a").at(4.75, 0, "adComplete").at(4.8, 0, "adBreakComplete");
    EXPECT_EQ(mistakes_in(near.at(5, 0, "sessionEnd")), Names{});
    Script far(600);
    far.pod(1, 0, 1).ad(1, 0, "a").at(4.7, 0, "adComplete").at(4.8, 0, "adBreakComplete");
    EXPECT_EQ(mistakes_in(far.at(5, 0, "sessionEnd")), Names{"ad_completed_too_early"});
}

TEST(Examination, allows_a_viewer_to_leave_in_a_break_ad_or_chapter) {
    Script script = playing();
    script.chapter(1, 0.5, 1).at(10, 9.5, "ping").pod(15, 14.5, 1, 14.5).ad(15, 14.5, "a");
    EXPECT_EQ(mistakes_in(script.at(20, 14.5, "sessionEnd")), Names{});
}

TEST(Examination, sees_a_post_roll_that_is_left_open_when_the_content_is_completed) {
    Script script = playing(10);
    script.pod(10.5, 10, 1, 10).ad(10.5, 10, "a").at(25.5, 10, "adComplete");
    EXPECT_EQ(mistakes_in(Script(script).at(26, 10, "sessionEnd")), Names{"complete_missing"});
    script.at(26, 10, "sessionComplete").at(26.1, 10, "sessionEnd");
    EXPECT_EQ(mistakes_in(script), Names{"break_never_closed"});
}

TEST(Examination, allows_a_break_at_the_beginning_when_content_played_before_it) {
    Script script = playing();
    script.at(2.51, 2.01, "ping").pod(2.6, 2, 1, 0).ad(2.6, 2, "a").at(17.6, 2, "adComplete");
    script.at(17.7, 2, "adBreakComplete").at(18, 2, "sessionEnd");
    EXPECT_EQ(mistakes_in(script), Names{});
}

TEST(Examination, allows_four_plays_in_a_row) {
    Script script = playing();
    for (int i = 1; i <= 4; ++i) script.at(i, i - 0.5, "play");
    script.at(10, 9.5, "ping");
    EXPECT_EQ(mistakes_in(Script(script).at(11, 10.5, "sessionEnd")), Names{});
    script.at(10.5, 10, "play");
    EXPECT_EQ(mistakes_in(script.at(11, 10.5, "sessionEnd")), Names{"play_repeated"});
}

TEST(Examination, allows_bufferings_of_a_quarter_of_a_second) {
    for (const bool seen : {true, false}) {
        Script script = playing();
        for (int i = 1; i <= 5; ++i) {
            script.at(5 * i, 5 * i - 0.5, "bufferStart");
            script.at(5 * i + (seen ? 0.25 : 0.249), 5 * i - 0.5, "play");
        }
        script.at(30, 29, "sessionEnd");
        EXPECT_EQ(mistakes_in(script), seen ? Names{} : Names{"buffer_flapping"});
    }
}

TEST(Examination, allows_a_playhead_five_seconds_behind_the_end) {
    EXPECT_EQ(mistakes_in(playing(10).at(15.5, 15, "sessionComplete").at(16, 15, "sessionEnd")),
              Names{});
    EXPECT_EQ(mistakes_in(playing(10).at(15.6, 15.1, "sessionComplete").at(16, 15, "sessionEnd")),
              Names{"playhead_beyond_length"});
}

TEST(Examination, takes_for_a_seek_what_the_jump_rule_takes_for_one) {
    EXPECT_EQ(mistakes_in(playing().at(10.5, 22, "ping").at(11, 22.5, "sessionEnd")), Names{});
    EXPECT_EQ(mistakes_in(playing().at(10.5, 22.1, "ping").at(11, 22.6, "sessionEnd")),
              Names{"seek_forward_unreported"});
}

TEST(Examination, allows_the_playhead_to_stand_for_less_than_half_a_minute) {
    Script script = playing();
    script.at(10.5, 0, "ping").at(20.5, 0, "ping");
    EXPECT_EQ(mistakes_in(Script(script).at(30, 0, "sessionEnd")), Names{});
    EXPECT_EQ(mistakes_in(script.at(30.5, 0, "sessionEnd")), Names{"playhead_stands"});
}

TEST(Examination, allows_quality_values_at_their_limits) {
    const auto with = [](const char* key, int64_t value) {
        Script script(600);
        script.at(0.5, 0, "play", Json::object(), {{key, value}}).at(9, 8.5, "sessionEnd");
        return mistakes_in(script);
    };
    EXPECT_EQ(with("media.qoe.bitrate", 16), Names{});
    EXPECT_EQ(with("media.qoe.bitrate", 15), Names{"bitrate_in_megabits"});
    EXPECT_EQ(with("media.qoe.bitrate", 200'000), Names{});
    EXPECT_EQ(with("media.qoe.bitrate", 200'001), Names{"bitrate_in_bits"});
    EXPECT_EQ(with("media.qoe.framesPerSecond", 300), Names{});
    EXPECT_EQ(with("media.qoe.framesPerSecond", 301), Names{"frames_per_second_unlikely"});
    EXPECT_EQ(with("media.qoe.timeToStart", 0), Names{});
    EXPECT_EQ(with("media.qoe.timeToStart", 29), Names{"time_to_start_in_seconds"});
    EXPECT_EQ(with("media.qoe.timeToStart", 30), Names{});
    EXPECT_EQ(with("media.qoe.timeToStart", 600'000), Names{});
    EXPECT_EQ(with("media.qoe.timeToStart", 600'001), Names{"time_to_start_too_long"});
}

TEST(Examination, allows_the_same_error_five_times_in_more_than_a_minute) {
    for (const double apart : {15.0, 15.1}) {
        Script script = playing();
        for (int i = 0; i < 5; ++i) {
            const double at = 1 + apart * i;
            script.at(at, at - 0.5, "error", Json::object(), {{"media.qoe.errorID", "e"}});
        }
        script.at(62, 61.5, "ping").at(63, 62.5, "sessionEnd");
        EXPECT_EQ(mistakes_in(script), apart > 15 ? Names{} : Names{"error_in_a_loop"});
    }
}

TEST(Examination, allows_names_of_states_that_reports_can_show) {
    const auto named = [](const std::string& name) {
        Script script = playing();
        script.state(1, 0.5, "stateStart", name.c_str()).state(2, 1.5, "stateEnd", name.c_str());
        return mistakes_in(script.at(3, 2.5, "sessionEnd"));
    };
    EXPECT_EQ(named(std::string(64, 'a')), Names{});
    EXPECT_EQ(named(std::string(65, 'a')), Names{"state_name_unusual"});
    EXPECT_EQ(named("Az_09."), Names{});
    EXPECT_EQ(named("a-b"), Names{"state_name_unusual"});
}

TEST(Examination, says_of_an_open_session_only_what_nothing_can_mend) {
    Script script = playing(30);
    script.pod(5, 4.5, 1, 4.5).ad(5, 4.5, "a").at(20, 4.5, "adComplete");
    script.at(30, 14.5, "ping").at(40, 24.5, "ping").at(45, 29.5, "ping");
    const SampleEvent start(script.json().at("events").at(0));
    const Rules rules;
    const auto arrival = [](const SampleEvent& sample) {
        return Arrival{.received_at = sample.received_at(),
                       .uptime_ms = sample.received_at(),
                       .session = sample_id(1)};
    };
    Fold fold(rules, arrival(start), start.event(), Origin::live, false);
    for (const Json& body : script.json().at("events")) {
        const SampleEvent sample(body);
        if (sample.event().type == event::EventType::session_start) continue;
        fold.add(arrival(sample), sample.event());
    }
    EXPECT_EQ(mistakes_in(fold.at(Script::start_ts + 46'000)), Names{"content_in_break"});
    EXPECT_EQ(mistakes_in(fold.finish()),
              (Names{"break_never_closed", "complete_missing", "content_in_break", "end_missing"}));
}

}  // namespace
}  // namespace playhead::session
