// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
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
    }
    return shown;
}

std::string file_of(VerdictCode code) {
    std::string file(text_of(code).name);
    std::ranges::replace(file, '_', '-');
    return std::string(folder) + "/" + file + ".json";
}

TEST(Golden, every_code_has_the_session_of_its_name_which_shows_it) {
    for (const VerdictText& text : verdict_texts()) {
        const std::string file = file_of(text.code);
        if (not_in_golden.contains(text.code)) {
            EXPECT_FALSE(std::filesystem::exists(file)) << file;
            continue;
        }
        ASSERT_TRUE(std::filesystem::exists(file)) << file;
        EXPECT_TRUE(read_json(file).at("shows").contains(text.name)) << file;
    }
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

}  // namespace
}  // namespace playhead::session
