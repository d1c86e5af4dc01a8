// SPDX-License-Identifier: Apache-2.0
#include "app/rules_record.h"

#include <gtest/gtest.h>

namespace playhead::app {
namespace {

TEST(RulesRecord, comes_back_as_it_went_in) {
    const session::Rules rules{.inactivity_ms = 1,
                               .idle_ms = 2,
                               .reorder_ms = 3,
                               .end_grace_ms = 4,
                               .tombstone_ms = 5,
                               .max_sessions = 6,
                               .rule_set = 2};
    EXPECT_EQ(decode_rules(encode_rules(rules)), rules);
    EXPECT_NE(decode_rules(encode_rules(rules)), session::Rules());
}

TEST(RulesRecord, a_record_of_before_rule_sets_means_set_1) {
    const session::Rules rules{.inactivity_ms = 1, .rule_set = 2};
    const std::string older = encode_rules(rules).substr(0, 48);
    const session::Rules expected{.inactivity_ms = 1, .rule_set = 1};
    EXPECT_EQ(decode_rules(older), expected);
}

TEST(RulesRecord, other_bytes_are_refused) {
    EXPECT_FALSE(decode_rules(encode_rules({.rule_set = session::last_rule_set + 1})));
    EXPECT_FALSE(decode_rules(encode_rules({.rule_set = 0})));
    EXPECT_FALSE(decode_rules(encode_rules({.max_sessions = 0})));
    EXPECT_TRUE(decode_rules(encode_rules({.max_sessions = 1})));
    const std::string body = encode_rules(session::Rules());
    EXPECT_FALSE(decode_rules(""));
    EXPECT_FALSE(decode_rules(body.substr(1)));
    EXPECT_FALSE(decode_rules(body + "x"));
    EXPECT_FALSE(decode_rules(std::string(body.size(), '\xff')));
}

}  // namespace
}  // namespace playhead::app
