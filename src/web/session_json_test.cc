// SPDX-License-Identifier: Apache-2.0
#include "web/session_json.h"

#include <filesystem>
#include <fstream>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/check.h"

namespace playhead::web {
namespace {

using nlohmann::json;
using session::CloseReason;
using session::SessionRow;

// One row with something in every list.
SessionRow full_row() {
    SessionRow row;
    row.id.bytes[0] = 0xab;
    row.close_reason = CloseReason::inactivity;
    row.start_ts = 1'000;
    row.last_event_ts = 60'000;
    row.close_ts = 660'000;
    row.first_received_at = 1'001;
    row.last_received_at = 60'001;
    row.dimensions = {{event::Parameter::analytics_report_suite, "suite"},
                      {event::Parameter::media_id, "m\xc3\xa4rchen"}};
    row.custom_metadata = {{"b", "2"}, {"a", "1"}};
    row.length = 60;
    row.is_played = true;
    row.segment = "[0-5]";
    row.time_played_ms = 47'500;
    row.total_time_played_ms = 1'800'000;
    row.bitrate_average = 2'400;
    row.error_count = 3;
    row.player_sdk_errors = {"media-error-001"};
    row.external_errors = {"cdn-504"};
    session::AdRow& ad = row.ads.emplace_back();
    ad.id = "ad";
    ad.pod_name = "pre-roll";
    ad.length = 30.5;
    session::ChapterRow& chapter = row.chapters.emplace_back();
    chapter.id = "chapter_1";
    chapter.name = "one";
    row.states = {{"fullscreen", 2, 1'499}};
    return row;
}

json expect_of(const SessionRow& row) {
    return json::parse(expect_json(row));
}

std::set<std::string> keys_of(const json& object) {
    std::set<std::string> keys;
    for (const auto& [key, value] : object.items()) keys.insert(key);
    return keys;
}

std::vector<json> worked_cases() {
    std::vector<json> cases;
    for (const auto& file : std::filesystem::directory_iterator("tests/timelines")) {
        if (file.path().extension() != ".json") continue;
        std::ifstream stream(file.path());
        cases.push_back(json::parse(stream));
    }
    CHECK(!cases.empty());
    return cases;
}

TEST(ExpectJsonTest, has_the_keys_of_the_worked_cases) {
    for (const json& each : worked_cases()) {
        EXPECT_EQ(keys_of(expect_of(full_row())), keys_of(each["expect"])) << each["name"];
        EXPECT_EQ(keys_of(expect_of(SessionRow{})), keys_of(each["expect"])) << each["name"];
    }
}

TEST(ExpectJsonTest, has_the_member_keys_of_the_worked_cases_in_lists) {
    const json expect = expect_of(full_row());
    std::set<std::string> seen;
    for (const json& each : worked_cases()) {
        for (const std::string list : {"ads", "chapters", "states"}) {
            for (const json& item : each["expect"][list]) {
                EXPECT_EQ(keys_of(expect[list][0]), keys_of(item)) << each["name"];
                seen.insert(list);
            }
        }
    }
    EXPECT_EQ(seen.size(), 3U);
}

TEST(ExpectJsonTest, has_values_of_the_types_of_the_worked_cases) {
    const json expect = expect_of(full_row());
    for (const json& each : worked_cases()) {
        for (const auto& [key, value] : each["expect"].items()) {
            if (value.is_null() || expect[key].is_null()) continue;
            if (value.is_number()) {
                EXPECT_TRUE(expect[key].is_number()) << key;
            } else {
                EXPECT_EQ(expect[key].type(), value.type()) << key;
            }
        }
    }
}

TEST(ExpectJsonTest, has_null_false_zero_and_empty_lists_where_there_is_nothing) {
    const json expect = expect_of(SessionRow{});
    EXPECT_EQ(expect["sessionDetails.segment"], nullptr);
    EXPECT_EQ(expect["sessionDetails.averageMinuteAudience"], nullptr);
    EXPECT_EQ(expect["qoeDataDetails.bitrateAverage"], nullptr);
    EXPECT_EQ(expect["qoeDataDetails.bitrateAverageBucket"], nullptr);
    EXPECT_EQ(expect["sessionDetails.isViewed"], true);
    EXPECT_EQ(expect["sessionDetails.isPlayed"], false);
    EXPECT_EQ(expect["qoeDataDetails.isDroppedBeforeStart"], true);
    EXPECT_EQ(expect["sessionDetails.timePlayed"], 0);
    EXPECT_EQ(expect["sessionDetails.estimatedStreams"], 1);
    EXPECT_EQ(expect["qoeDataDetails.playerSdkErrors"], json::array());
    EXPECT_EQ(expect["ads"], json::array());
    EXPECT_EQ(expect["states"], json::array());
}

TEST(ExpectJsonTest, publishes_seconds_half_up) {
    SessionRow row;
    row.time_played_ms = 1'499;
    row.pause_ms = 1'500;
    row.ad_ms = 499;
    row.buffer_ms = 500;
    const json expect = expect_of(row);
    EXPECT_EQ(expect["sessionDetails.timePlayed"], 1);
    EXPECT_EQ(expect["sessionDetails.pauseTime"], 2);
    EXPECT_EQ(expect["advertisingDetails.timePlayed"], 0);
    EXPECT_EQ(expect["qoeDataDetails.bufferTime"], 1);
    EXPECT_EQ(expect_of(full_row())["states"][0]["time"], 1);
}

TEST(ExpectJsonTest, divides_the_published_time_by_the_length) {
    EXPECT_DOUBLE_EQ(expect_of(full_row())["sessionDetails.averageMinuteAudience"], 48.0 / 60.0);
}

TEST(ExpectJsonTest, estimates_a_stream_for_each_half_hour_begun) {
    const auto estimated = [](int64_t seconds) {
        SessionRow row;
        row.total_time_played_ms = seconds * 1'000;
        return expect_of(row)["sessionDetails.estimatedStreams"].get<int>();
    };
    EXPECT_EQ(estimated(0), 1);
    EXPECT_EQ(estimated(1'799), 1);
    EXPECT_EQ(estimated(1'800), 2);
    EXPECT_EQ(estimated(3'600), 3);
}

TEST(ExpectJsonTest, puts_the_bitrate_into_a_bucket_of_a_hundred) {
    const auto bucket = [](int64_t average) {
        SessionRow row;
        row.bitrate_average = average;
        return expect_of(row)["qoeDataDetails.bitrateAverageBucket"].get<std::string>();
    };
    EXPECT_EQ(bucket(35), "0-99");
    EXPECT_EQ(bucket(99), "0-99");
    EXPECT_EQ(bucket(100), "100-199");
    EXPECT_EQ(bucket(2'400), "2400-2499");
}

TEST(ExpectJsonTest, derives_each_flag_from_its_own_count) {
    const std::pair<const char*, int64_t SessionRow::*> flags[] = {
        {"sessionDetails.hasPauseImpactedStreams", &SessionRow::pause_count},
        {"qoeDataDetails.hasBitrateChangeImpactedStreams", &SessionRow::bitrate_change_count},
        {"qoeDataDetails.hasBufferImpactedStreams", &SessionRow::buffer_count},
        {"qoeDataDetails.hasStallImpactedStreams", &SessionRow::stall_count},
        {"qoeDataDetails.hasDroppedFrameImpactedStreams", &SessionRow::dropped_frames},
        {"qoeDataDetails.hasErrorImpactedStreams", &SessionRow::error_count},
    };
    for (const auto& [key, count] : flags) {
        SessionRow row;
        EXPECT_EQ(expect_of(row)[key], false) << key;
        row.*count = 1;
        EXPECT_EQ(expect_of(row)[key], true) << key;
        for (const auto& [other, other_count] : flags) {
            EXPECT_EQ(expect_of(row)[other], count == other_count) << key << " " << other;
        }
    }
}

TEST(ExpectJsonTest, has_no_close_of_an_open_session) {
    SessionRow row = full_row();
    EXPECT_EQ(expect_of(row)["session.closeReason"], "inactivity");
    EXPECT_EQ(expect_of(row)["session.closeTs"], 660'000);
    row.close_reason = CloseReason::open;
    EXPECT_EQ(expect_of(row)["session.closeReason"], nullptr);
    EXPECT_EQ(expect_of(row)["session.closeTs"], nullptr);
}

TEST(ExpectJsonTest, shows_whole_numbers_as_such_and_fractions_as_sent) {
    SessionRow row = full_row();
    const auto length = [&row] {
        const std::string text = expect_json(row);
        const size_t at = text.find("\"length\":") + 9;
        return text.substr(at, text.find(',', at) - at);
    };
    EXPECT_EQ(length(), "30.5");
    row.ads[0].length = 30;
    EXPECT_EQ(length(), "30");
    row.ads[0].length = 1e300;
    EXPECT_EQ(length(), "1e+300");
}

TEST(ExpectJsonTest, replaces_bytes_that_are_not_text) {
    SessionRow row = full_row();
    row.ads[0].id = "\xff";
    EXPECT_EQ(expect_of(row)["ads"][0]["id"], "\xef\xbf\xbd");
}

TEST(SessionJsonTest, has_the_members_of_the_api) {
    const json session = json::parse(session_json(full_row()));
    EXPECT_EQ(keys_of(session),
              (std::set<std::string>{"id", "state", "startTs", "lastEventTs", "closeTs",
                                     "firstReceivedAt", "lastReceivedAt", "reportSuite", "reported",
                                     "ruleSet", "dimensions", "customMetadata", "metrics"}));
    EXPECT_EQ(session["id"], full_row().id.text());
    EXPECT_EQ(session["state"], "closed");
    EXPECT_EQ(session["startTs"], 1'000);
    EXPECT_EQ(session["lastEventTs"], 60'000);
    EXPECT_EQ(session["closeTs"], 660'000);
    EXPECT_EQ(session["firstReceivedAt"], 1'001);
    EXPECT_EQ(session["lastReceivedAt"], 60'001);
    EXPECT_EQ(session["reportSuite"], "suite");
    EXPECT_EQ(session["reported"], true);
    EXPECT_EQ(session["ruleSet"], 1);
    EXPECT_EQ(session["dimensions"], (json{{"analytics.reportSuite", "suite"},
                                           {"media.id", "m\xc3\xa4rchen"},
                                           {"media.length", 60}}));
    EXPECT_EQ(session["customMetadata"], (json{{"a", "1"}, {"b", "2"}}));
    EXPECT_EQ(session["metrics"], expect_of(full_row()));
}

TEST(SessionJsonTest, has_null_and_empty_objects_where_there_is_nothing) {
    const json session = json::parse(session_json(SessionRow{}));
    EXPECT_EQ(session["state"], "open");
    EXPECT_EQ(session["closeTs"], nullptr);
    EXPECT_EQ(session["reportSuite"], nullptr);
    EXPECT_EQ(session["dimensions"], json::object());
    EXPECT_EQ(session["customMetadata"], json::object());
}

TEST(SessionJsonTest, leaves_out_lists_of_parts_in_a_list_of_sessions) {
    const std::vector rows{full_row()};
    const json page = json::parse(session_list_json(rows, std::nullopt));
    EXPECT_EQ(keys_of(page), (std::set<std::string>{"items", "next"}));
    EXPECT_EQ(page["next"], nullptr);
    json expected = json::parse(session_json(full_row()));
    for (const char* left_out : {"ads", "chapters", "states"}) {
        ASSERT_EQ(expected["metrics"].erase(left_out), 1U);
    }
    EXPECT_EQ(page["items"], json::array({expected}));
    EXPECT_EQ(json::parse(session_list_json({}, "cursor")),
              (json{{"items", json::array()}, {"next", "cursor"}}));
}

session::EventRow some_event() {
    session::EventRow event;
    event.offset = 4'096;
    event.type = event::EventType::play;
    event.ts = 1'714'564'800'000;
    event.playhead_ms = 1'250;
    event.received_at = 1'714'564'800'123;
    return event;
}

TEST(EventJsonTest, has_the_members_of_the_api) {
    const std::vector events{some_event()};
    const session::VerdictText& text = session::text_of(events[0].verdict);
    const json page = json::parse(event_list_json(events, "1"));
    EXPECT_EQ(page, (json{{"items",
                           {{{"eventType", "play"},
                             {"playerTime", {{"playhead", 1.25}, {"ts", 1'714'564'800'000}}},
                             {"receivedAt", 1'714'564'800'123},
                             {"offset", 4'096},
                             {"verdict",
                              {{"outcome", name_of(text.outcome)},
                               {"code", text.name},
                               {"message", text.message},
                               {"rule", text.rule},
                               {"remedy", text.remedy}}}}}},
                          {"next", "1"}}));
}

TEST(EventJsonTest, shows_the_first_mistake_of_a_used_event_and_all_of_them_beside_it) {
    session::EventRow event = some_event();
    event.mistakes = {session::VerdictCode::clock_off, session::VerdictCode::play_repeated};
    const json shown = json::parse(verdicts_json(std::vector{event}))[0];
    EXPECT_EQ(shown["outcome"], "used");
    EXPECT_EQ(shown["code"], "clock_off");
    EXPECT_EQ(shown["remedy"], session::text_of(session::VerdictCode::clock_off).remedy);
    ASSERT_EQ(shown["mistakes"].size(), 2U);
    EXPECT_EQ(keys_of(shown["mistakes"][1]),
              (std::set<std::string>{"code", "message", "rule", "remedy"}));
    EXPECT_EQ(shown["mistakes"][1]["code"], "play_repeated");
}

TEST(EventJsonTest, shows_why_an_event_was_not_used_before_its_mistakes) {
    session::EventRow event = some_event();
    event.verdict = session::VerdictCode::state_not_on;
    event.mistakes = {session::VerdictCode::metadata_dropped};
    const json shown = json::parse(verdicts_json(std::vector{event}))[0];
    EXPECT_EQ(shown["outcome"], "ignored");
    EXPECT_EQ(shown["code"], "state_not_on");
    EXPECT_EQ(shown["mistakes"][0]["code"], "metadata_dropped");
}

TEST(FoldJsonTest, adds_verdicts_to_the_expected_keys) {
    const std::vector events{some_event(), some_event()};
    json folded = json::parse(fold_json(full_row(), events, false));
    EXPECT_EQ(folded["verdicts"], json::parse(verdicts_json(events)));
    EXPECT_EQ(folded["verdicts"].size(), 2U);
    EXPECT_EQ(
        keys_of(folded["verdicts"][0]),
        (std::set<std::string>{"eventType", "ts", "outcome", "code", "message", "rule", "remedy"}));
    folded.erase("verdicts");
    EXPECT_EQ(folded, expect_of(full_row()));
}

TEST(FoldJsonTest, puts_the_name_of_each_of_several_sessions_in_front) {
    const std::vector<FoldedSession> sessions{{"S1", full_row(), {some_event()}},
                                              {"S2", SessionRow{}, {}}};
    const json folded = json::parse(fold_json(sessions, false));
    EXPECT_EQ(folded.size(), 2 * (expect_of(full_row()).size() + 1));
    EXPECT_EQ(folded["S1/session.closeReason"], "inactivity");
    EXPECT_EQ(folded["S1/ads"].size(), 1U);
    EXPECT_EQ(folded["S1/verdicts"].size(), 1U);
    EXPECT_EQ(folded["S2/sessionDetails.isPlayed"], false);
    EXPECT_EQ(folded["S2/verdicts"], json::array());
}

TEST(FoldJsonTest, adds_spans_when_they_are_wanted) {
    SessionRow row = full_row();
    row.content_spans = {{1'000, 2'000}, {3'000, 4'500}};
    json folded = json::parse(fold_json(row, {}, true));
    EXPECT_EQ(folded["spans.content"], json::parse("[[1000, 2000], [3000, 4500]]"));
    EXPECT_EQ(folded["spans.ad"], json::array());
    const json several = json::parse(fold_json(std::vector<FoldedSession>{{"S", row, {}}}, true));
    EXPECT_EQ(several["S/spans.content"], folded["spans.content"]);
    folded.erase("spans.content");
    folded.erase("spans.ad");
    EXPECT_EQ(folded, json::parse(fold_json(row, {}, false)));
}

}  // namespace
}  // namespace playhead::web
