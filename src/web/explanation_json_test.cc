// SPDX-License-Identifier: Apache-2.0
#include "web/explanation_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace playhead::web {
namespace {

using nlohmann::json;
using session::Explanation;
using session::Metric;

session::SessionRow row_of() {
    session::SessionRow row;
    row.close_reason = session::CloseReason::session_end;
    row.time_played_ms = 10'400;
    return row;
}

Explanation explanation() {
    Explanation explained;
    explained.metrics.push_back({Metric::time_played,
                                 session::Duration{10'400},
                                 {{{100, 0}, event::EventType::session_start, 0},
                                  {{250, 2}, event::EventType::ping, 10'400}},
                                 {},
                                 {},
                                 session::Reach::changes});
    explained.metrics.push_back({Metric::ad_count,
                                 int64_t{0},
                                 {{{100, 0}, event::EventType::session_start, 0}},
                                 {{300, 3}},
                                 "No adStart was sent.",
                                 session::Reach::changes});
    return explained;
}

TEST(ExplanationJson, tells_value_rule_and_what_each_event_added) {
    const json answer = json::parse(explanation_json(row_of(), explanation()));
    EXPECT_EQ(answer["state"], "closed");
    EXPECT_EQ(answer["agrees"], true);
    const json expected = {{"metric", "sessionDetails.timePlayed"},
                           {"value", 10},
                           {"ms", 10'400},
                           {"rule", "metrics 4.1"},
                           {"offsets", {100, 250}},
                           {"events",
                            {{{"offset", 100}, {"eventType", "sessionStart"}, {"adds", 0}},
                             {{"offset", 250}, {"eventType", "ping"}, {"adds", 10'400}}}},
                           {"whyNot", nullptr},
                           {"nearMisses", json::array()}};
    EXPECT_EQ(answer["metrics"][0], expected);
}

TEST(ExplanationJson, tells_why_not_and_what_nearly_counted) {
    const json metric = json::parse(explanation_json(row_of(), explanation()))["metrics"][1];
    EXPECT_EQ(metric["value"], 0);
    EXPECT_EQ(metric["whyNot"], "No adStart was sent.");
    EXPECT_EQ(metric["nearMisses"], json::parse(R"([{"offset":300}])"));
}

TEST(ExplanationJson, tells_the_elements_of_a_batch) {
    Explanation batch = explanation();
    batch.in_batch = true;
    const json metric = json::parse(explanation_json(row_of(), batch))["metrics"][0];
    EXPECT_EQ(metric["offsets"], json::array({100}));
    EXPECT_EQ(metric["elements"], json::array({0, 2}));
    EXPECT_EQ(metric["events"][1]["element"], 2);
}

TEST(ExplanationJson, says_when_the_stored_row_has_another_value) {
    session::SessionRow row = row_of();
    row.ad_count = 3;
    const json answer = json::parse(explanation_json(row, explanation()));
    EXPECT_EQ(answer["agrees"], false);
    EXPECT_FALSE(answer["metrics"][0].contains("stored"));
    EXPECT_EQ(answer["metrics"][1]["stored"], 3);
}

}  // namespace
}  // namespace playhead::web
