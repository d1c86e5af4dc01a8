// SPDX-License-Identifier: Apache-2.0
#include "web/session_query.h"

#include <gtest/gtest.h>

namespace playhead::web {
namespace {

using event::Parameter;
using session::Outcome;
using session::VerdictCode;

Refusal refused(std::string_view query) {
    const auto found = session_query_from(query);
    return found ? Refusal{Problem::no_such_path, "nothing was refused"} : found.error();
}

TEST(session_query, without_parameters_it_is_the_newest_of_all) {
    const SessionQuery query = session_query_from("").value();
    EXPECT_EQ(query.filter, session::SessionFilter());
    EXPECT_FALSE(query.before);
    EXPECT_EQ(query.limit, 50U);
}

TEST(session_query, takes_every_filter) {
    const std::string id(64, 'a');
    const SessionQuery query =
        session_query_from(
            "state=open&viewer=anna&media.id=a%20film&c.plan=gold&from=1000"
            "&to=1970-01-01T00:00:02Z&outcome=ignored&verdict=ad_outside_break"
            "&limit=7&cursor=" +
            id)
            .value();
    EXPECT_EQ(query.filter.open, true);
    EXPECT_EQ(query.filter.viewer, "anna");
    EXPECT_EQ(query.filter.dimensions,
              (std::vector<session::Dimension>{{Parameter::media_id, "a film"}}));
    EXPECT_EQ(query.filter.custom_metadata, (session::CustomMetadata{{"plan", "gold"}}));
    EXPECT_EQ(query.filter.from, 1'000);
    EXPECT_EQ(query.filter.to, 2'000);
    EXPECT_EQ(query.filter.outcome, Outcome::ignored);
    EXPECT_EQ(query.filter.verdict, VerdictCode::ad_outside_break);
    EXPECT_EQ(query.before->text(), id);
    EXPECT_EQ(query.limit, 7U);
    EXPECT_EQ(session_query_from("state=closed")->filter.open, false);
    EXPECT_EQ(session_query_from("from=1970-01-02")->filter.from, 86'400'000);
}

TEST(session_query, what_it_refuses_it_names) {
    EXPECT_EQ(refused("state=ended").problem, Problem::bad_parameter);
    EXPECT_EQ(refused("state=ended").more, "state takes open or closed");
    EXPECT_TRUE(refused("viewer=").more.starts_with("viewer takes"));
    EXPECT_TRUE(refused("from=yesterday").more.starts_with("from takes"));
    EXPECT_TRUE(refused("to=").more.starts_with("to takes"));
    EXPECT_TRUE(refused("outcome=bad").more.starts_with("outcome takes"));
    EXPECT_TRUE(refused("verdict=nothing").more.starts_with("verdict takes"));
    EXPECT_TRUE(refused("verdict=pings_missing").more.starts_with("verdict takes"))
        << "that one only the examination of a session finds";
    EXPECT_EQ(refused("limit=0").problem, Problem::bad_limit);
    EXPECT_EQ(refused("cursor=x").problem, Problem::bad_session_cursor);
    EXPECT_EQ(refused("media.ad.id=x").problem, Problem::unknown_parameter);
    EXPECT_EQ(refused("media.ad.id=x").more, "media.ad.id");
    EXPECT_EQ(refused("state=open&state=open").problem, Problem::repeated_parameter);
}

}  // namespace
}  // namespace playhead::web
