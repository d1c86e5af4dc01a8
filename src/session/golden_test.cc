// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "session/timeline_suite.h"
#include "session/verdict.h"

// Each golden session says in `shows` which verdicts its events have beside `used`: the code, and
// the places of the events in the list.
namespace playhead::session {
namespace {

const char* const folder = "tests/golden";

using Shown = std::map<std::string, std::vector<size_t>>;

// Codes that no single session in a file can show, each with the reason.
const std::map<VerdictCode, std::string> not_in_golden = {
    {VerdictCode::used, "every session shows it"},
    {VerdictCode::unknown_session, "decided by the table of all sessions: table_test"},
    {VerdictCode::session_already_started,
     "a second sessionStart is refused before the fold, which is tested in table_test"},
    {VerdictCode::session_text_full, "takes a session of a MiB, made in metrics_test"},
};

Shown shown_by(const Json& document) {
    Shown shown;
    const std::vector<EventRow> events = in_arrival_order(fold_sample(document).events);
    for (size_t i = 0; i < events.size(); ++i) {
        const VerdictText& text = text_of(events[i].verdict);
        if (text.code != VerdictCode::used) shown[std::string(text.name)].push_back(i);
        for (const VerdictCode mistake : events[i].mistakes) {
            shown[std::string(text_of(mistake).name)].push_back(i);
        }
    }
    return shown;
}

std::string file_of(VerdictCode code) {
    std::string file(text_of(code).name);
    std::ranges::replace(file, '_', '-');
    return std::string(folder) + "/" + file + ".json";
}

TEST(Golden, every_code_has_the_session_of_its_name_which_shows_it) {
    size_t mistakes = 0;
    for (const VerdictText& text : verdict_texts()) {
        const std::string file = file_of(text.code);
        if (not_in_golden.contains(text.code)) {
            EXPECT_FALSE(std::filesystem::exists(file)) << file;
            continue;
        }
        ASSERT_TRUE(std::filesystem::exists(file)) << file;
        EXPECT_TRUE(read_json(file).at("shows").contains(text.name)) << file;
        mistakes += text.code >= VerdictCode::many_duplicates ? 1 : 0;
    }
    // Beside what the fold itself says of an event.
    EXPECT_GE(mistakes, 60U);
}

TEST(Golden, every_session_shows_what_it_says_and_nothing_else) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const Json document = read_json(entry.path().string());
        const Shown wanted = document.value("shows", Json::object()).get<Shown>();
        EXPECT_EQ(shown_by(document), wanted) << entry.path();
    }
}

TEST(Golden, the_page_links_to_no_session_that_is_not_there) {
    const std::string page = verdicts_as_markdown();
    for (const VerdictText& text : verdict_texts()) {
        const bool linked = page.find("../" + file_of(text.code)) != std::string::npos;
        EXPECT_EQ(linked, !not_in_golden.contains(text.code)) << text.name;
    }
}

// The worked cases that show a mistake, because they are about one or were written down with one.
// All others are clean: a mistake found in one of them is a false alarm.
const std::map<std::string, std::set<std::string>> mistakes_of_worked_cases = {
    // The page of the source sends error without saying which.
    {"03-timeline-2-abandon.json", {"error_without_id"}},
    // Two events are printed with playhead 0.
    {"05-timeline-3-as-printed.json", {"seek_back_unreported", "seek_forward_unreported"}},
    {"09-seek-forward-uninstrumented.json", {"seek_forward_unreported"}},
    {"10-seek-back-rewatch.json", {"seek_back_unreported"}},
    {"13-skipped-preroll.json", {"break_never_closed", "content_in_break"}},
    {"19-repeated-and-missing-bookends.json",
     {"ad_never_ended", "break_never_closed", "chapter_overlap"}},
    {"25-inactivity-timeout.json", {"end_missing", "pings_missing"}},
    {"26-idle-timeout.json", {"held_open_while_idle", "pings_stop_while_paused"}},
    // 31 minutes of content that is 20 minutes long.
    {"28-estimated-streams.json", {"complete_missing", "playhead_beyond_length"}},
    // Completed at 47 of 100 seconds, as printed.
    {"30-reporting-schema-sample.json", {"complete_too_early"}},
    {"32-player-state-limit.json", {"state_never_ended"}},
    {"34-stall.json", {"state_never_ended"}},
    {"39-length-zero.json", {"length_unknown"}},
    {"45-ad-relative-playheads.json", {"ad_never_ended"}},
    // Completed at 185 of 600 seconds.
    {"49-downloaded-long-pause.json", {"complete_too_early"}},
};

TEST(Golden, no_worked_case_shows_a_mistake_that_it_is_not_about) {
    size_t seen = 0;
    for (const auto& entry : std::filesystem::directory_iterator("tests/timelines")) {
        if (entry.path().extension() != ".json") continue;
        std::set<std::string> found;
        for (const EventRow& event : fold_sample(read_json(entry.path().string())).events) {
            for (const VerdictCode code : event.mistakes) found.emplace(text_of(code).name);
        }
        const auto wanted = mistakes_of_worked_cases.find(entry.path().filename().string());
        EXPECT_EQ(found, wanted == mistakes_of_worked_cases.end() ? std::set<std::string>()
                                                                  : wanted->second)
            << entry.path();
        ++seen;
    }
    EXPECT_EQ(seen, 50U);
}

// Of a session whose events came in the order of their stamps.
bool came_in_order(const Json& document) {
    int64_t last = INT64_MIN;
    for (const Json& body : document.at("events")) {
        const int64_t ts = body.at("playerTime").at("ts").get<int64_t>();
        if (ts <= last) return false;
        last = ts;
    }
    return true;
}

using Found = std::set<std::pair<uint64_t, VerdictCode>>;

Found found_in(const Folded& folded) {
    Found found;
    for (const EventRow& event : folded.events) {
        for (const VerdictCode code : event.mistakes) found.emplace(event.offset, code);
    }
    return found;
}

TEST(Golden, what_is_found_in_an_open_session_is_still_found_when_it_is_closed) {
    size_t looks = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const Json document = read_json(entry.path().string());
        if (document.contains("context") || !came_in_order(document)) continue;
        const Found at_the_end = found_in(fold_sample(document));
        const Rules rules;
        std::optional<Fold> fold;
        for (size_t i = 0; i < document.at("events").size(); ++i) {
            const SampleEvent sample(document.at("events").at(i));
            const Arrival arrival{.offset = i,
                                  .received_at = sample.received_at(),
                                  .uptime_ms = sample.received_at(),
                                  .session = sample_id(1)};
            if (fold) {
                fold->add(arrival, sample.event());
            } else {
                fold.emplace(rules, arrival, sample.event(), Origin::live, false);
            }
            const Found now = found_in(fold->at(arrival.uptime_ms));
            EXPECT_TRUE(std::ranges::includes(at_the_end, now)) << entry.path() << " event " << i;
            ++looks;
        }
    }
    EXPECT_GT(looks, 500U);
}

}  // namespace
}  // namespace playhead::session
