// SPDX-License-Identifier: Apache-2.0
#include "session/metric.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "session/timeline_suite.h"

namespace playhead::session {
namespace {

TEST(Metric, has_a_key_and_a_rule_of_its_own) {
    std::set<std::string> keys;
    for (const MetricText& text : metric_texts()) {
        keys.insert(std::string(text.key));
        EXPECT_TRUE(text.rule.starts_with("metrics ")) << text.key;
        EXPECT_EQ(&text_of(text.metric), &text);
    }
    EXPECT_EQ(keys.size(), metric_count);
}

TEST(Metric, of_a_duration_knows_the_exact_time) {
    SessionRow row;
    row.time_played_ms = 1'500;
    const MetricValue value = text_of(Metric::time_played).value(row);
    EXPECT_EQ(std::get<Duration>(value).seconds(), 2);
    row.time_played_ms = 1'501;
    EXPECT_NE(value, text_of(Metric::time_played).value(row));
}

TEST(Metric, that_is_published_as_zero_is_nothing) {
    EXPECT_TRUE(is_nothing({}));
    EXPECT_TRUE(is_nothing(false));
    EXPECT_TRUE(is_nothing(int64_t{0}));
    EXPECT_TRUE(is_nothing(Duration{499}));
    EXPECT_FALSE(is_nothing(Duration{500}));
    EXPECT_TRUE(is_nothing(0.0));
    EXPECT_FALSE(is_nothing(0.01));
    EXPECT_TRUE(is_nothing(std::vector<std::string>()));
    EXPECT_FALSE(is_nothing(std::string("idle")));
}

TEST(Metric, of_its_kind_has_the_type_that_the_kind_says) {
    const Folded folded =
        Script().at(0, 0, "play").at(10, 10, "ping").at(20, 20, "sessionEnd").fold();
    for (const MetricText& text : metric_texts()) {
        const MetricValue value = text.value(folded.row);
        EXPECT_EQ(std::holds_alternative<bool>(value), text.kind == MetricKind::flag) << text.key;
        EXPECT_EQ(std::holds_alternative<Duration>(value), text.kind == MetricKind::seconds)
            << text.key;
        if (text.kind == MetricKind::timestamp) {
            EXPECT_TRUE(std::holds_alternative<int64_t>(value)) << text.key;
        }
    }
}

}  // namespace
}  // namespace playhead::session
