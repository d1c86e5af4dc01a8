// SPDX-License-Identifier: Apache-2.0
#include "session/rule_set.h"

#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "session/rules.h"
#include "session/timeline_suite.h"

namespace playhead::session {
namespace {

SessionRow row_with(int64_t rule_set, const Script& script) {
    const Rules rules{.rule_set = rule_set};
    return fold_sample(script.json(), rules).row;
}

TEST(RuleSet, the_page_in_docs_shows_the_tables) {
    std::ifstream file("docs/rule-sets.md");
    std::stringstream page;
    page << file.rdbuf();
    EXPECT_EQ(page.str(), rule_sets_as_markdown())
        << "write the page again: session_test --gtest_filter=*prints_the_rule_sets*";
}

TEST(RuleSet, prints_the_rule_sets) {
    const std::string page = rule_sets_as_markdown();
    std::ofstream(testing::TempDir() + "rule-sets.md") << page;
    EXPECT_NE(page.find("| 1 | as decided |"), std::string::npos);
}

TEST(RuleSet, is_known_by_its_number) {
    EXPECT_FALSE(is_rule_set(first_rule_set - 1));
    EXPECT_FALSE(is_rule_set(last_rule_set + 1));
    for (int64_t number = first_rule_set; number <= last_rule_set; ++number) {
        EXPECT_TRUE(is_rule_set(number));
        EXPECT_EQ(rule_set_numbered(number).number, number);
    }
    EXPECT_EQ(Rules().rule_set, first_rule_set);
}

TEST(RuleSet, stands_in_the_row) {
    const Script script = Script().at(1, 0, "play");
    EXPECT_EQ(row_with(1, script).rule_set, 1);
    EXPECT_EQ(row_with(2, script).rule_set, 2);
}

TEST(RuleSet, D1_a_forward_jump_sets_the_markers_it_passes_only_in_set_2) {
    const Script script =
        Script().at(1, 0, "play").at(6, 5, "ping").at(7, 60, "ping").at(8, 61, "sessionEnd");
    const SessionRow decided = row_with(1, script);
    EXPECT_FALSE(decided.has_progress_10 || decided.has_progress_25 || decided.has_progress_50);
    const SessionRow older = row_with(2, script);
    EXPECT_TRUE(older.has_progress_10 && older.has_progress_25 && older.has_progress_50);
    EXPECT_FALSE(older.has_progress_75);
    EXPECT_EQ(older.unique_time_played_ms, decided.unique_time_played_ms);
    EXPECT_EQ(older.segment, decided.segment);
}

TEST(RuleSet, D1_a_jump_while_paused_sets_markers_in_set_2) {
    const Script script =
        Script().at(1, 0, "play").at(6, 5, "pauseStart").at(7, 30, "play").at(8, 31, "sessionEnd");
    EXPECT_FALSE(row_with(1, script).has_progress_25);
    EXPECT_TRUE(row_with(2, script).has_progress_25);
}

TEST(RuleSet, D1_where_content_starts_and_a_jump_back_set_no_marker_in_set_2) {
    const Script resumed = Script().at(1, 0, "bufferStart").at(2, 60, "play").at(3, 61, "ping");
    EXPECT_FALSE(row_with(2, resumed).has_progress_50);
    const Script back = Script(100, 90).at(1, 90, "play").at(2, 91, "ping").at(3, 5, "ping");
    EXPECT_FALSE(row_with(2, back).has_progress_50);
}

TEST(RuleSet, D9_a_repeated_pause_or_buffer_event_counts_only_in_set_2) {
    const Script script = Script()
                              .at(1, 0, "play")
                              .at(2, 1, "pauseStart")
                              .at(3, 1, "pauseStart")
                              .at(4, 1, "bufferStart")
                              .at(5, 1, "bufferStart")
                              .at(6, 1, "bufferStart")
                              .at(7, 1, "sessionEnd");
    const SessionRow decided = row_with(1, script);
    EXPECT_EQ(decided.pause_count, 1);
    EXPECT_EQ(decided.buffer_count, 1);
    const SessionRow older = row_with(2, script);
    EXPECT_EQ(older.pause_count, 2);
    EXPECT_EQ(older.buffer_count, 3);
    EXPECT_EQ(older.pause_ms, decided.pause_ms);
    EXPECT_EQ(older.buffer_ms, decided.buffer_ms);
}

TEST(RuleSet, D9_a_repeated_pause_in_an_ad_counts_only_in_set_2) {
    const Script script = Script()
                              .at(1, 0, "play")
                              .pod(2, 1, 1)
                              .ad(2, 1, "a")
                              .at(3, 1, "pauseStart")
                              .at(4, 1, "pauseStart")
                              .at(5, 1, "sessionEnd");
    EXPECT_EQ(row_with(1, script).pause_count, 1);
    EXPECT_EQ(row_with(2, script).pause_count, 2);
}

TEST(RuleSet, a_session_without_a_content_id_is_listed_but_not_reported) {
    const Script named;
    EXPECT_TRUE(named.row().reported);
    Json nameless = named.json();
    nameless["events"][0]["params"]["media.id"] = "";
    EXPECT_FALSE(fold_sample(nameless).row.reported);
}

}  // namespace
}  // namespace playhead::session
