// SPDX-License-Identifier: Apache-2.0
#include "web/ledger_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace playhead::web {
namespace {

using nlohmann::json;
using session::VerdictCode;

LedgerView sample() {
    LedgerView view;
    view.offset = 77;
    view.received = 12;
    view.unfolded = 2;
    view.undecodable = 1;
    view.suites.resize(2);
    view.suites[0].verdicts.add(VerdictCode::unknown_session);
    view.suites[1].name = "r";
    view.suites[1].pending = 3;
    for (const auto code : {VerdictCode::used, VerdictCode::used, VerdictCode::reordered,
                            VerdictCode::exact_duplicate, VerdictCode::late_beyond_window,
                            VerdictCode::ad_outside_break, VerdictCode::ad_outside_break}) {
        view.suites[1].verdicts.add(code);
    }
    view.rejected = {{"malformed_json", 4}, {"too_large", 0}};
    return view;
}

TEST(LedgerJson, the_sum_holds) {
    const json answer = json::parse(ledger_json(sample()));
    EXPECT_EQ(answer["received"], 18);
    EXPECT_EQ(answer["counted"], 3);
    EXPECT_EQ(answer["duplicate"], 1);
    EXPECT_EQ(answer["ignored"], 4);
    EXPECT_EQ(answer["late"], 1);
    EXPECT_EQ(answer["rejected"], 4);
    EXPECT_EQ(answer["pending"], 5);
    EXPECT_EQ(answer["unaccounted"], 0);
    EXPECT_EQ(answer["offset"], 77);
    int sum = 0;
    for (const char* part : {"counted", "duplicate", "ignored", "late", "rejected", "pending"}) {
        sum += answer[part].get<int>();
    }
    EXPECT_EQ(answer["received"], sum);
}

TEST(LedgerJson, each_number_is_told_by_reason) {
    const json reasons = json::parse(ledger_json(sample()))["reasons"];
    EXPECT_EQ(reasons["counted"], json({{"used", 2}, {"reordered", 1}}));
    EXPECT_EQ(reasons["duplicate"], json({{"exact_duplicate", 1}}));
    EXPECT_EQ(reasons["ignored"],
              json({{"ad_outside_break", 2}, {"unknown_session", 1}, {"undecodable", 1}}));
    EXPECT_EQ(reasons["late"], json({{"late_beyond_window", 1}}));
    EXPECT_EQ(reasons["rejected"], json({{"malformed_json", 4}}));
}

TEST(LedgerJson, each_number_is_told_by_report_suite) {
    const json suites = json::parse(ledger_json(sample()))["reportSuites"];
    ASSERT_EQ(suites.size(), 2U);
    EXPECT_EQ(suites[0]["reportSuite"], nullptr);
    EXPECT_EQ(suites[0]["received"], 8);
    EXPECT_EQ(suites[0]["rejected"], 4);
    EXPECT_EQ(suites[0]["pending"], 2);
    EXPECT_EQ(suites[1]["reportSuite"], "r");
    EXPECT_EQ(suites[1]["received"], 10);
    EXPECT_EQ(suites[1]["counted"], 3);
    EXPECT_EQ(suites[1]["pending"], 3);
    EXPECT_EQ(suites[1]["reasons"]["ignored"], json({{"ad_outside_break", 2}}));
}

}  // namespace
}  // namespace playhead::web
