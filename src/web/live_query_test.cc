// SPDX-License-Identifier: Apache-2.0
#include "web/live_query.h"

#include <gtest/gtest.h>

namespace playhead::web {
namespace {

Refusal refused(std::string_view query) {
    const auto found = live_query_from(query);
    return found ? Refusal{Problem::no_such_path, "nothing was refused"} : found.error();
}

TEST(live_query, without_parameters_it_is_the_last_minute_of_everything) {
    const LiveQuery query = live_query_from("").value();
    EXPECT_EQ(query.by, "");
    EXPECT_FALSE(query.question.by);
    EXPECT_EQ(query.question.limit, 50U);
    EXPECT_EQ(query.question.seconds, 60U);
    EXPECT_EQ(query.question.value_seconds, 0U);
}

TEST(live_query, takes_a_dimension_and_numbers) {
    const LiveQuery query =
        live_query_from("by=media.channel&limit=1000&seconds=0&valueSeconds=900").value();
    EXPECT_EQ(query.by, "media.channel");
    EXPECT_EQ(query.question.by, session::live_dimension("media.channel"));
    EXPECT_EQ(query.question.limit, 1000U);
    EXPECT_EQ(query.question.seconds, 0U);
    EXPECT_EQ(query.question.value_seconds, 900U);
    EXPECT_EQ(live_query_from("by=c.a%20plan")->question.by->key, "a plan");
}

TEST(live_query, what_it_refuses_it_names) {
    EXPECT_EQ(refused("by=media.ad.id").problem, Problem::no_such_dimension);
    EXPECT_EQ(refused("by=media.ad.id").more, "media.ad.id");
    EXPECT_EQ(refused("by=").problem, Problem::no_such_dimension);
    EXPECT_EQ(refused("limit=0").problem, Problem::bad_limit);
    EXPECT_EQ(refused("limit=1001").problem, Problem::bad_limit);
    EXPECT_EQ(refused("seconds=901").more, "seconds");
    EXPECT_EQ(refused("valueSeconds=901").problem, Problem::bad_seconds);
    EXPECT_EQ(refused("valueSeconds=-1").more, "valueSeconds");
    EXPECT_EQ(refused("by=media.id&by=media.id").problem, Problem::repeated_parameter);
    EXPECT_EQ(refused("second=1").problem, Problem::unknown_parameter);
    EXPECT_EQ(refused("second=1").more, "second");
    EXPECT_EQ(refused("seconds").problem, Problem::malformed_query);
}

}  // namespace
}  // namespace playhead::web
