// SPDX-License-Identifier: Apache-2.0
// What an explanation says of known sessions. That the cited events are enough is tried on random
// ones in explain_property_test.cc.
#include "session/explain.h"

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "session/timeline_suite.h"

namespace playhead::session {
namespace {

using Offsets = std::vector<uint64_t>;

// The offsets are the places in the list of events.
Explanation explained(const Json& session, bool open = false) {
    std::vector<PastEvent> events;
    for (const Json& body : session.at("events")) {
        const SampleEvent sample(body);
        events.emplace_back(Arrival{.offset = events.size(),
                                    .received_at = sample.received_at(),
                                    .uptime_ms = sample.received_at(),
                                    .session = sample_id(1)},
                            sample.event());
    }
    const Json context = session.value("context", Json::object());
    History history;
    history.events = events;
    history.federated = context.value("federated", false);
    if (context.value("endpoint", "sessions") == "downloaded") {
        history.origin = Origin::downloaded;
        for (PastEvent& event : events) {
            Arrival arrival = event.arrival();
            arrival.offset = 7;
            event = PastEvent(arrival, event.event());
        }
    }
    if (open) history.open_at = events.back().arrival().uptime_ms;
    return explanation_of(history);
}

Explanation explained(const Script& script) {
    return explained(script.json());
}

const MetricExplanation& about(const Explanation& explanation, Metric metric) {
    return explanation.metrics.at(static_cast<size_t>(metric));
}

Offsets cited(const Explanation& explanation, Metric metric) {
    Offsets offsets;
    for (const CitedEvent& event : about(explanation, metric).events) {
        offsets.push_back(event.place.offset);
    }
    return offsets;
}

std::vector<int64_t> added(const Explanation& explanation, Metric metric) {
    std::vector<int64_t> adds;
    for (const CitedEvent& event : about(explanation, metric).events) {
        adds.push_back(event.adds.value_or(-1));
    }
    return adds;
}

Offsets near_misses(const Explanation& explanation, Metric metric) {
    Offsets offsets;
    for (const EventPlace& place : about(explanation, metric).near_misses) {
        offsets.push_back(place.offset);
    }
    return offsets;
}

std::string why_not(const Script& script, Metric metric) {
    return about(explained(script), metric).why_not;
}

std::string why_not(const Explanation& explanation, Metric metric) {
    return about(explanation, metric).why_not;
}

Script viewed() {
    Script script;
    script.at(1, 0, "play").at(11, 10, "ping").at(21, 20, "ping").at(25, 24, "pauseStart");
    script.at(40, 24, "play").at(50, 34, "ping").at(52, 36, "sessionEnd");
    return script;
}

TEST(Explain, tells_what_each_event_added_to_a_time) {
    const Explanation explanation = explained(viewed());
    EXPECT_EQ(about(explanation, Metric::time_played).value, MetricValue(Duration{36'000}));
    EXPECT_EQ(cited(explanation, Metric::time_played), (Offsets{0, 1, 2, 3, 4, 5, 6, 7}));
    EXPECT_EQ(added(explanation, Metric::time_played),
              (std::vector<int64_t>{0, 0, 10'000, 10'000, 4'000, 0, 10'000, 2'000}));
    EXPECT_EQ(cited(explanation, Metric::pause_time), (Offsets{0, 4, 5}));
    EXPECT_EQ(added(explanation, Metric::pause_time), (std::vector<int64_t>{0, 0, 15'000}));
}

TEST(Explain, cites_no_more_than_a_metric_needs) {
    const Explanation explanation = explained(viewed());
    EXPECT_EQ(cited(explanation, Metric::is_played), (Offsets{0, 1}));
    EXPECT_EQ(cited(explanation, Metric::pause_count), (Offsets{0, 4}));
    EXPECT_EQ(cited(explanation, Metric::close_reason), (Offsets{0, 7}));
    EXPECT_EQ(cited(explanation, Metric::last_event_ts), (Offsets{0, 7}));
    EXPECT_EQ(cited(explanation, Metric::is_viewed), (Offsets{0}));
    EXPECT_EQ(cited(explanation, Metric::ad_count), (Offsets{0}));
}

TEST(Explain, keeps_a_long_session_open_with_as_few_events_as_possible) {
    Script script;
    for (int minute = 1; minute <= 60; ++minute) script.at(60 * minute, minute, "ping");
    script.at(3'610, 60, "bufferStart").at(3'620, 60, "play").at(3'620, 60, "sessionEnd");
    const Explanation explanation = explained(script);
    EXPECT_EQ(about(explanation, Metric::buffer_count).value, MetricValue(int64_t{1}));
    EXPECT_EQ(cited(explanation, Metric::buffer_count), (Offsets{0, 10, 20, 30, 40, 50, 60, 61}));
}

TEST(Explain, cites_duplicates_with_what_they_repeat) {
    Script script;
    script.at(1, 0, "play").at(2, 1, "ping").at(2, 1, "ping").at(30, 1, "sessionEnd");
    const Explanation explanation = explained(script);
    EXPECT_EQ(cited(explanation, Metric::duplicates_dropped), (Offsets{0, 2, 3}));
    EXPECT_EQ(added(explanation, Metric::duplicates_dropped), (std::vector<int64_t>{0, 0, 1}));
}

TEST(Explain, places_the_elements_of_a_batch_by_their_number) {
    const Explanation explanation = explained(viewed().downloaded());
    EXPECT_TRUE(explanation.in_batch);
    const auto& events = about(explanation, Metric::pause_count).events;
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].place, (EventPlace{.offset = 7, .element = 0}));
    EXPECT_EQ(events[1].place, (EventPlace{.offset = 7, .element = 4}));
}

TEST(Explain, of_an_open_session_does_not_close_it) {
    Script script;
    script.at(1, 0, "play").at(11, 10, "ping");
    const Explanation explanation = explained(script.json(), true);
    EXPECT_EQ(explanation.row.close_reason, CloseReason::open);
    EXPECT_EQ(why_not(explanation, Metric::close_ts), "The session is open.");
    EXPECT_EQ(added(explanation, Metric::time_played), (std::vector<int64_t>{0, 0, 10'000}));
}

TEST(Explain, adds_up_to_the_value_of_every_sum_of_the_worked_cases) {
    size_t sums = 0;
    for (const auto& file : std::filesystem::directory_iterator("tests/timelines")) {
        if (file.path().extension() != ".json") continue;
        const Explanation explanation = explained(read_json(file.path()));
        for (const MetricExplanation& each : explanation.metrics) {
            if (!each.events[0].adds) continue;
            int64_t sum = 0;
            for (const CitedEvent& event : each.events) sum += *event.adds;
            const auto* duration = std::get_if<Duration>(&each.value);
            const int64_t value =
                duration == nullptr ? std::get<int64_t>(each.value) : duration->ms;
            EXPECT_EQ(sum, value) << file.path() << " " << text_of(each.metric).key;
            ++sums;
        }
    }
    EXPECT_GT(sums, 500U);
}

TEST(WhyNot, is_told_of_every_metric_that_is_nothing) {
    const Explanation explanation = explained(Script(0));
    size_t nothing = 0;
    for (const MetricExplanation& each : explanation.metrics) {
        EXPECT_EQ(is_nothing(each.value), !each.why_not.empty()) << text_of(each.metric).key;
        if (each.why_not.empty()) continue;
        EXPECT_EQ(each.why_not.back(), '.') << text_of(each.metric).key;
        ++nothing;
    }
    EXPECT_GT(nothing, 40U);
}

TEST(WhyNot, the_content_did_not_start) {
    EXPECT_EQ(why_not(Script(), Metric::is_played),
              "No play was sent, and the content did not run by itself.");
    Script in_break;
    in_break.pod(1, 0, 1).ad(1, 0, "a").at(2, 0, "play").at(9, 0, "sessionEnd");
    const Explanation explanation = explained(in_break);
    EXPECT_EQ(why_not(explanation, Metric::is_played),
              "There was no play outside an ad break before the close: 1 play event came inside a "
              "break or an ad. Without one, content starts when more than 250 ms of it run; here "
              "0 ms did.");
    EXPECT_EQ(near_misses(explanation, Metric::is_played), (Offsets{3}));
    Script late;
    late.at(10, 0, "sessionEnd").at(11, 0, "play");
    const Explanation closed = explained(late);
    EXPECT_EQ(why_not(closed, Metric::is_played),
              "No play came before the close; 1 play event came after it, and the content did not "
              "run by itself.");
    EXPECT_EQ(near_misses(closed, Metric::is_played), (Offsets{2}));
}

TEST(WhyNot, no_ad_counted) {
    EXPECT_EQ(why_not(viewed(), Metric::ad_count), "No adStart was sent.");
    Script outside;
    outside.at(1, 0, "play").ad(2, 1, "a").ad(3, 2, "b").at(20, 19, "sessionEnd");
    const Explanation explanation = explained(outside);
    EXPECT_EQ(why_not(explanation, Metric::ad_count),
              "2 adStart events came outside an ad break and did not count.");
    EXPECT_EQ(near_misses(explanation, Metric::ad_count), (Offsets{2, 3}));
    EXPECT_EQ(why_not(explanation, Metric::ads), why_not(explanation, Metric::ad_count));
}

TEST(WhyNot, an_ad_was_not_completed) {
    Script skipped;
    skipped.pod(1, 0, 1).ad(1, 0, "a").at(5, 0, "adSkip").at(6, 0, "adComplete");
    EXPECT_EQ(why_not(skipped, Metric::ad_completes),
              "1 ad started, and none was ended by adComplete. 1 adComplete event came while none "
              "ran, or after the close.");
}

TEST(WhyNot, a_progress_mark_was_not_passed) {
    EXPECT_EQ(why_not(Script(0), Metric::has_progress_10),
              "The length of the content is unknown: sessionStart has no media.length greater "
              "than 0.");
    EXPECT_EQ(why_not(Script(), Metric::has_progress_10),
              "No play was sent, and the content did not run by itself.");
    EXPECT_EQ(why_not(viewed(), Metric::has_progress_50),
              "Playback ended before the 50 % mark at 50 s: the farthest played position is 36 s, "
              "which is 36 %.");
    Script resumed(100, 60);
    resumed.at(1, 60, "play").at(11, 70, "ping").at(12, 71, "sessionEnd");
    EXPECT_EQ(why_not(resumed, Metric::has_progress_25),
              "Playback began behind the 25 % mark at 25 s: the first played position is 60 s.");
    Script sought;
    sought.at(1, 0, "play").at(11, 10, "pauseStart").at(12, 80, "play").at(22, 90, "sessionEnd");
    EXPECT_EQ(why_not(sought, Metric::has_progress_50),
              "The playhead jumped over the 50 % mark at 50 s: a seek does not play what it "
              "passes.");
}

TEST(WhyNot, there_is_no_average) {
    EXPECT_EQ(why_not(viewed(), Metric::bitrate_average), "No bitrate greater than 0 was sent.");
    Script unplayed;
    unplayed.at(1, 0, "ping", Json::object(), {{"media.qoe.bitrate", 500}});
    EXPECT_EQ(why_not(unplayed, Metric::bitrate_average),
              "A bitrate was sent, but neither content nor an ad played while it was known.");
    EXPECT_EQ(why_not(Script(0), Metric::average_minute_audience),
              "The length of the content is unknown: sessionStart has no media.length greater "
              "than 0.");
}

TEST(WhyNot, nothing_stalled) {
    EXPECT_EQ(why_not(viewed(), Metric::stall_count),
              "While content played, the playhead never stood still for three samples at least "
              "1 s apart.");
    EXPECT_EQ(why_not(Script(), Metric::stall_time),
              "No content was playing outside ad breaks, so nothing could stall.");
}

TEST(WhyNot, a_time_is_too_short_to_be_published) {
    Script script;
    script.at(1, 0, "play").at(1.3, 0.3, "pauseStart").at(1.7, 0.3, "sessionEnd");
    EXPECT_EQ(why_not(script, Metric::time_played),
              "Only 300 ms of content played, which is published as 0 seconds.");
    EXPECT_EQ(why_not(script, Metric::pause_time),
              "It was 400 ms, which is published as 0 seconds.");
}

TEST(WhyNot, an_error_has_no_id_in_this_list) {
    Script script;
    script.at(1, 0, "error", Json::object(),
              {{"media.qoe.errorID", "e1"}, {"media.qoe.errorSource", "external"}});
    const Explanation explanation = explained(script);
    EXPECT_EQ(why_not(explanation, Metric::player_sdk_errors),
              "1 error event came, and all of those with an id have the source external.");
    EXPECT_EQ(cited(explanation, Metric::external_errors), (Offsets{0, 1}));
}

TEST(WhyNot, quality_values_were_never_sent) {
    const Explanation explanation = explained(viewed());
    EXPECT_EQ(why_not(explanation, Metric::time_to_start),
              "media.qoe.timeToStart was never sent with a value greater than 0.");
    EXPECT_EQ(why_not(explanation, Metric::dropped_frames),
              "media.qoe.droppedFrames was never sent.");
    EXPECT_EQ(why_not(explanation, Metric::is_completed), "No sessionComplete was sent.");
    EXPECT_EQ(why_not(explanation, Metric::seconds_since_last_call),
              "sessionEnd closed the session, and it is the last event.");
}

}  // namespace
}  // namespace playhead::session
