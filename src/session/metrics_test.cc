// SPDX-License-Identifier: Apache-2.0
// The numbers of a session, rule by rule (metrics 5 to 9). What needs only one class is tested
// beside it; here are the rules that take a whole session.
#include <gtest/gtest.h>

#include "session/timeline_suite.h"

namespace playhead::session {
namespace {

TEST(ContentStart, needs_a_play_outside_break_and_ad) {
    EXPECT_TRUE(Script().at(1, 0, "play").row().is_played);
    EXPECT_FALSE(Script().at(1, 0, "ping").at(20, 0, "sessionEnd").row().is_played);
    EXPECT_FALSE(Script().pod(1, 0, 1).at(2, 0, "play").row().is_played);
    EXPECT_FALSE(Script().pod(1, 0, 1).ad(1, 0, "a").at(2, 0, "play").row().is_played);
}

TEST(ContentStart, is_reached_by_more_than_250_ms_of_content) {
    const auto with_gap = [](double seconds) {
        return Script().pod(1, 0, 1).at(2, 0, "play").at(2 + seconds, 0, "sessionEnd").row();
    };
    EXPECT_FALSE(with_gap(0.25).is_played);
    EXPECT_TRUE(with_gap(0.251).is_played);
    EXPECT_EQ(with_gap(0.251).time_played_ms, 251);
}

TEST(Completion, does_not_close_and_stops_the_clock) {
    const SessionRow row =
        Script().at(0, 0, "play").at(10, 10, "sessionComplete").at(20, 10, "ping").row();
    EXPECT_TRUE(row.is_completed);
    EXPECT_EQ(row.time_played_ms, 10'000);
    EXPECT_EQ(row.close_reason, CloseReason::inactivity);
}

TEST(Completion, lasts_through_a_post_roll_even_with_a_play_in_it) {
    const SessionRow row = Script()
                               .at(0, 0, "play")
                               .at(10, 10, "sessionComplete")
                               .pod(10.1, 10, 1)
                               .ad(10.1, 10, "a")
                               .at(11, 10, "play")
                               .at(20, 10, "adComplete")
                               .at(20.1, 10, "adBreakComplete")
                               .at(30, 10, "sessionEnd")
                               .row();
    EXPECT_EQ(row.time_played_ms, 10'000);
    EXPECT_EQ(row.ad_ms, 9'900);
}

TEST(Completion, during_an_ad_takes_effect_after_it) {
    const SessionRow row = Script()
                               .at(0, 0, "play")
                               .pod(10, 10, 1)
                               .ad(10, 10, "a")
                               .at(12, 10, "sessionComplete")
                               .at(15, 10, "adComplete")
                               .at(15, 10, "adBreakComplete")
                               .at(30, 10, "sessionEnd")
                               .row();
    EXPECT_EQ(row.ad_ms, 5'000);
    EXPECT_EQ(row.time_played_ms, 10'000);
}

TEST(Ads, restore_what_they_interrupted) {
    const SessionRow row = Script()
                               .at(0, 0, "play")
                               .at(10, 10, "pauseStart")
                               .pod(12, 10, 1)
                               .ad(12, 10, "a")
                               .at(17, 10, "adComplete")
                               .at(17, 10, "adBreakComplete")
                               .at(20, 10, "sessionEnd")
                               .row();
    EXPECT_EQ(row.pause_ms, 5'000);
    EXPECT_EQ(row.pause_count, 1);
    EXPECT_EQ(row.ad_ms, 5'000);
    EXPECT_EQ(row.time_played_ms, 10'000);
}

TEST(Ads, a_state_event_within_an_ad_persists_after_it) {
    const SessionRow row = Script()
                               .at(0, 0, "play")
                               .at(10, 10, "pauseStart")
                               .pod(12, 10, 1)
                               .ad(12, 10, "a")
                               .at(13, 10, "play")
                               .at(17, 10, "adComplete")
                               .at(17, 10, "adBreakComplete")
                               .at(20, 13, "sessionEnd")
                               .row();
    EXPECT_EQ(row.time_played_ms, 13'000);
}

TEST(Ads, the_same_ad_again_is_ignored_and_another_cuts_it) {
    const SessionRow row = Script()
                               .pod(1, 0, 1)
                               .ad(1, 0, "a")
                               .ad(3, 0, "a")
                               .ad(5, 0, "a", 2)
                               .at(7, 0, "adComplete")
                               .at(8, 0, "sessionEnd")
                               .row();
    ASSERT_EQ(row.ads.size(), 2U);
    EXPECT_EQ(row.ads[0].time_played_ms, 4'000);
    EXPECT_FALSE(row.ads[0].is_completed);
    EXPECT_EQ(row.ads[1].time_played_ms, 2'000);
    EXPECT_TRUE(row.ads[1].is_completed);
    EXPECT_EQ(row.ad_completes, 1);
}

TEST(Ads, outside_a_break_are_content_without_stall) {
    const SessionRow row = Script()
                               .at(0, 0, "play")
                               .ad(1, 1, "a")
                               .at(5, 1, "ping")
                               .at(9, 1, "ping")
                               .at(13, 1, "ping")
                               .at(14, 1, "sessionEnd")
                               .row();
    EXPECT_EQ(row.ad_count, 0);
    EXPECT_EQ(row.stall_count, 0);
    EXPECT_EQ(row.time_played_ms, 14'000);
}

TEST(Ads, a_moving_playhead_ends_the_belief_in_an_ignored_ad) {
    const SessionRow row = Script()
                               .at(0, 0, "play")
                               .ad(1, 1, "a")
                               .at(5, 5, "ping")
                               .at(9, 5, "ping")
                               .at(13, 5, "ping")
                               .at(14, 5, "sessionEnd")
                               .row();
    EXPECT_EQ(row.stall_count, 1);
    EXPECT_EQ(row.stall_ms, 9'000);
}

TEST(Ads, playheads_within_them_are_not_content) {
    const SessionRow row = Script()
                               .at(0, 0, "play")
                               .at(10, 10, "ping")
                               .pod(10, 10, 1)
                               .ad(10, 10, "a")
                               .at(15, 5, "ping")
                               .at(20, 10, "adComplete")
                               .at(20, 10, "adBreakComplete")
                               .at(30, 20, "sessionEnd")
                               .row();
    EXPECT_EQ(row.unique_time_played_ms, 20'000);
}

TEST(Ads, carry_the_metadata_of_the_session_under_their_own) {
    Script script;
    script.with_metadata({{"color", "red"}, {"team", "a"}});
    script.pod(1, 0, 1).ad(1, 0, "x").with_metadata({{"color", "blue"}});
    script.chapter(2, 0, 1).at(3, 0, "sessionEnd");
    const SessionRow row = script.row();
    const CustomMetadata wanted = {{"color", "blue"}, {"team", "a"}};
    EXPECT_EQ(row.ads.at(0).custom_metadata, wanted);
    EXPECT_EQ(row.chapters.at(0).custom_metadata, row.custom_metadata);
}

TEST(Ads, close_with_the_session) {
    const SessionRow row = Script().pod(1, 0, 1).ad(1, 0, "a").at(5, 0, "ping").row();
    EXPECT_EQ(row.ads.at(0).closed_ts, Script::start_ts + 605'000);
    EXPECT_EQ(row.ads.at(0).time_played_ms, 4'000);
    EXPECT_FALSE(row.ads.at(0).is_completed);
}

TEST(Breaks, the_same_again_is_ignored_and_another_replaces_it) {
    const Script script = Script().pod(1, 0, 1, 5).ad(1, 0, "a").pod(2, 0, 1, 5).pod(3, 0, 1, 6);
    EXPECT_EQ(script.verdicts(), (std::vector{VerdictCode::used, VerdictCode::used,
                                              VerdictCode::break_already_open, VerdictCode::used}));
    EXPECT_EQ(script.row().ads.at(0).time_played_ms, 2'000);
    EXPECT_EQ(script.row().ads.at(0).closed_ts, Script::start_ts + 3'000);
}

TEST(Chapters, take_content_time_only_and_only_one_runs) {
    const SessionRow row = Script()
                               .chapter(0, 0, 1)
                               .at(5, 0, "play")
                               .at(15, 10, "pauseStart")
                               .at(20, 10, "play")
                               .chapter(25, 15, 1)
                               .chapter(30, 20, 2)
                               .at(40, 30, "chapterComplete")
                               .at(40, 30, "chapterSkip")
                               .at(50, 40, "sessionEnd")
                               .row();
    ASSERT_EQ(row.chapters.size(), 2U);
    EXPECT_EQ(row.chapters[0].time_played_ms, 20'000);
    EXPECT_FALSE(row.chapters[0].is_completed);
    EXPECT_EQ(row.chapters[1].time_played_ms, 10'000);
    EXPECT_TRUE(row.chapters[1].is_completed);
}

TEST(Chapters, get_time_that_was_decided_after_they_ended) {
    const SessionRow row = Script()
                               .at(0, 0, "play")
                               .chapter(0, 0, 1)
                               .at(1, 0, "chapterComplete")
                               .at(1.5, 0, "ping")
                               .at(3, 2, "sessionEnd")
                               .row();
    EXPECT_EQ(row.chapters.at(0).time_played_ms, 1'000);
    EXPECT_EQ(row.time_played_ms, 3'000);
}

TEST(States, ten_names_are_kept_whatever_their_case) {
    Script script;
    for (int i = 0; i < 10; ++i) {
        script.state(1 + i, 0, "stateStart", ("s" + std::to_string(i)).c_str());
    }
    script.state(11, 0, "stateEnd", "S0").state(12, 0, "stateStart", "S0");
    script.state(13, 0, "stateStart", "other").state(14, 0, "stateStart", "");
    script.at(15, 0, "sessionEnd");
    const SessionRow row = script.row();
    ASSERT_EQ(row.states.size(), 10U);
    EXPECT_EQ(row.states[0], (StateRow{"s0", 2, 13'000}));
    EXPECT_EQ(script.verdicts().at(12), VerdictCode::eleventh_state);
    EXPECT_EQ(script.verdicts().at(13), VerdictCode::empty_state_name);
}

TEST(States, an_update_ends_first_and_then_starts) {
    const Json mute = Json::array({{{"media.state.name", "mute"}}});
    Script script;
    script.state(1, 0, "stateStart", "mute");
    script.at(5, 0, "statesUpdate", {{"statesEnd", mute}, {"statesStart", mute}});
    script.at(6, 0, "statesUpdate", {{"statesStart", mute}});
    script.at(7, 0, "statesUpdate").at(9, 0, "sessionEnd");
    EXPECT_EQ(script.row().states, (std::vector{StateRow{"mute", 2, 8'000}}));
    EXPECT_EQ(script.verdicts().at(1), VerdictCode::used);
    EXPECT_EQ(script.verdicts().at(2), VerdictCode::state_already_on);
    EXPECT_EQ(script.verdicts().at(3), VerdictCode::no_states_named);
}

TEST(States, end_at_the_last_event_of_a_silent_session) {
    const SessionRow row = Script().state(1, 0, "stateStart", "mute").at(4, 0, "ping").row();
    EXPECT_EQ(row.states, (std::vector{StateRow{"mute", 1, 3'000}}));
}

TEST(Quality, qoe_data_wins_over_params_and_only_good_bitrates_count) {
    const SessionRow row =
        Script()
            .at(0, 0, "play", {{"media.qoe.bitrate", 500}}, {{"media.qoe.bitrate", 100}})
            .at(10, 10, "ping", Json::object(), {{"media.qoe.bitrate", 0}})
            .at(20, 20, "sessionEnd")
            .row();
    EXPECT_EQ(row.bitrate_average, 100);
}

TEST(Quality, the_bare_bitrate_is_cut_to_an_integer) {
    const SessionRow row = Script()
                               .at(0, 0, "play", Json::object(), {{"bitrate", 99.9}})
                               .at(20, 20, "sessionEnd")
                               .row();
    EXPECT_EQ(row.bitrate_average, 99);
}

TEST(Quality, the_last_values_count_and_a_reset_is_reported) {
    Script script;
    script.at(0, 0, "play", Json::object(),
              {{"media.qoe.droppedFrames", 30},
               {"media.qoe.timeToStart", 1'500},
               {"media.qoe.framesPerSecond", 25}});
    script.at(5, 5, "ping", {{"media.qoe.droppedFrames", 0}, {"media.qoe.timeToStart", 0}});
    const SessionRow row = script.row();
    EXPECT_EQ(row.dropped_frames, 0);
    EXPECT_EQ(row.time_to_start_ms, 1'500);
    EXPECT_EQ(row.frames_per_second, 25);
}

TEST(Errors, are_listed_once_by_source) {
    const auto error = [](const char* id, const char* source) {
        return Json{{"media.qoe.errorID", id}, {"media.qoe.errorSource", source}};
    };
    Script script;
    script.at(1, 0, "error", Json::object(), error("b", "player"));
    script.at(2, 0, "error", Json::object(), error("a", "external"));
    script.at(3, 0, "error", Json::object(), error("b", "player"));
    script.at(4, 0, "error", {{"media.errorId", "c"}});
    script.at(5, 0, "error");
    const SessionRow row = script.row();
    EXPECT_EQ(row.error_count, 5);
    EXPECT_EQ(row.player_sdk_errors, (std::vector<std::string>{"b", "c"}));
    EXPECT_EQ(row.external_errors, (std::vector<std::string>{"a"}));
}

TEST(Start, says_what_it_was_sent) {
    const auto authorized = [](const char* value) {
        return Script(10, 0, {{"media.pass.auth", value}}).row().is_authorized;
    };
    EXPECT_TRUE(authorized("true"));
    EXPECT_TRUE(authorized("1"));
    EXPECT_FALSE(authorized("False"));
    EXPECT_FALSE(authorized(""));
    EXPECT_FALSE(Script().row().is_authorized);
    const SessionRow row = Script(-1, 0, {{"media.show", "s"}, {"media.resume", true}}).row();
    EXPECT_TRUE(row.has_resume);
    EXPECT_EQ(row.length, std::nullopt);
    EXPECT_EQ(row.dimensions, (std::vector<Dimension>{{event::Parameter::media_id, "m"},
                                                      {event::Parameter::media_show, "s"}}));
}

TEST(TextLimit, beyond_it_ads_and_errors_only_count) {
    const std::string large(200'000, 'x');
    Script script;
    script.pod(1, 0, 1);
    for (int i = 0; i < 7; ++i) {
        script.ad(2 + i, 0, (large + std::to_string(i)).c_str());
    }
    script.at(10, 0, "error", {{"media.errorId", large}});
    script.state(11, 0, "stateStart", large.c_str());
    const SessionRow row = script.row();
    EXPECT_EQ(row.ad_count, 7);
    EXPECT_EQ(row.ads.size(), 5U);
    EXPECT_EQ(row.ad_ms, 9'000);
    EXPECT_EQ(row.error_count, 1);
    EXPECT_TRUE(row.player_sdk_errors.empty());
    EXPECT_TRUE(row.states.empty());
    EXPECT_EQ(script.verdicts().back(), VerdictCode::session_text_full);
}

}  // namespace
}  // namespace playhead::session
