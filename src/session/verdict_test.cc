// SPDX-License-Identifier: Apache-2.0
#include "session/verdict.h"

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "session/row.h"

namespace playhead::session {
namespace {

TEST(Verdict, every_code_has_its_own_name) {
    std::set<std::string_view> names;
    for (const VerdictText& text : verdict_texts()) {
        EXPECT_TRUE(names.insert(text.name).second) << text.name;
        EXPECT_TRUE(text.message.ends_with('.')) << text.name;
        EXPECT_EQ(text_of(text.code).name, text.name);
    }
}

TEST(Verdict, every_code_but_used_says_what_to_change) {
    for (const VerdictText& text : verdict_texts()) {
        EXPECT_EQ(text.remedy.ends_with('.'), text.code != VerdictCode::used) << text.name;
    }
}

TEST(Verdict, the_page_in_docs_shows_the_table) {
    std::ifstream file("docs/verdicts.md");
    std::stringstream page;
    page << file.rdbuf();
    EXPECT_EQ(page.str(), verdicts_as_markdown())
        << "write the page again: session_test --gtest_filter=Verdict.prints_the_page";
}

TEST(Verdict, prints_the_page) {
    const std::string page = verdicts_as_markdown();
    std::ofstream(testing::TempDir() + "verdicts.md") << page;
    for (const VerdictText& text : verdict_texts()) {
        EXPECT_NE(page.find("`" + std::string(text.name) + "`"), std::string::npos) << text.name;
    }
}

TEST(Verdict, stored_numbers_never_change) {
    EXPECT_EQ(text_of(static_cast<VerdictCode>(0)).name, "used");
    EXPECT_EQ(text_of(static_cast<VerdictCode>(4)).name, "exact_duplicate");
    EXPECT_EQ(text_of(static_cast<VerdictCode>(8)).name, "ad_outside_break");
    EXPECT_EQ(text_of(static_cast<VerdictCode>(20)).name, "session_text_full");
}

TEST(VerdictCounts, add_up_by_code_and_by_outcome) {
    VerdictCounts counts;
    counts.add(VerdictCode::reordered);
    counts.add(VerdictCode::clock_jump);
    counts.add(VerdictCode::after_close);
    VerdictCounts more;
    more.add(VerdictCode::reordered);
    counts += more;
    EXPECT_EQ(counts.of(VerdictCode::reordered), 2U);
    EXPECT_EQ(counts.of(Outcome::repaired), 3U);
    EXPECT_EQ(counts.of(Outcome::ignored), 1U);
    EXPECT_EQ(counts.of(Outcome::used), 0U);
    EXPECT_EQ(counts.total(), 4U);
}

TEST(CloseReason, has_the_names_of_the_record) {
    EXPECT_EQ(name_of(CloseReason::open), "");
    EXPECT_EQ(name_of(CloseReason::session_end), "sessionEnd");
    EXPECT_EQ(name_of(CloseReason::inactivity), "inactivity");
    EXPECT_EQ(name_of(CloseReason::idle), "idle");
    EXPECT_EQ(name_of(CloseReason::batch_end), "batchEnd");
    EXPECT_EQ(published_seconds(499), 0);
    EXPECT_EQ(published_seconds(500), 1);
}

}  // namespace
}  // namespace playhead::session
