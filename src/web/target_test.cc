// SPDX-License-Identifier: Apache-2.0
#include "web/target.h"

#include <gtest/gtest.h>

namespace playhead::web {
namespace {

Resource resource_of(std::string_view text) {
    return target_from(text).resource;
}

TEST(TargetTest, knows_its_paths) {
    EXPECT_EQ(resource_of("/healthz"), Resource::health);
    EXPECT_EQ(resource_of("/readyz"), Resource::readiness);
    EXPECT_EQ(resource_of("/metrics"), Resource::metrics);
    EXPECT_EQ(resource_of("/v1/ledger"), Resource::ledger);
    EXPECT_EQ(resource_of("/v1/quarantine"), Resource::quarantine);
    EXPECT_EQ(resource_of("/v1/sessions"), Resource::sessions);
    EXPECT_EQ(resource_of("/v1/sessions/abc"), Resource::session);
    EXPECT_EQ(resource_of("/v1/sessions/abc/events"), Resource::events);
}

TEST(TargetTest, knows_no_other_path) {
    for (const std::string_view text :
         {"", "/", "*", "/healthz/", "/HEALTHZ", "healthz", "/healthzz", "//healthz",
          "/v1/sessions/", "/v1/sessions//events", "/v1/sessions/abc/", "/v1/sessions/abc/eventss",
          "/v1/sessions/abc/events/", "/v1/session", "/v1/sessionsabc", "http://host/healthz",
          "/%68ealthz", "?/healthz"}) {
        EXPECT_EQ(resource_of(text), Resource::none) << text;
    }
}

TEST(TargetTest, parts_path_and_query) {
    const Target target = target_from("/v1/sessions/abc/events?limit=2?&x=/y");
    EXPECT_EQ(target.resource, Resource::events);
    EXPECT_EQ(target.session, "abc");
    EXPECT_EQ(target.query, "limit=2?&x=/y");
    EXPECT_EQ(target_from("/healthz?").query, "");
    EXPECT_EQ(resource_of("/healthz?a=b"), Resource::health);
}

TEST(PageTest, has_the_usual_limit_and_no_cursor_when_none_is_given) {
    for (const std::string_view query : {"", "&", "&&"}) {
        const auto page = page_from(query, 50);
        ASSERT_TRUE(page);
        EXPECT_EQ(page->limit, 50U);
        EXPECT_FALSE(page->cursor);
    }
}

TEST(PageTest, takes_limit_and_cursor_in_any_order) {
    for (const std::string_view query :
         {"limit=7&cursor=ab", "cursor=ab&limit=7", "&cursor=%61b&&limit=%37&"}) {
        const auto page = page_from(query, 50);
        ASSERT_TRUE(page) << query;
        EXPECT_EQ(page->limit, 7U);
        EXPECT_EQ(page->cursor, "ab");
    }
}

TEST(PageTest, takes_limits_from_one_to_a_thousand) {
    EXPECT_EQ(page_from("limit=1", 50)->limit, 1U);
    EXPECT_EQ(page_from("limit=999", 50)->limit, 999U);
    EXPECT_EQ(page_from("limit=1000", 50)->limit, 1000U);
}

TEST(PageTest, refuses_other_limits_and_names_the_parameter) {
    for (const std::string_view query :
         {"limit=0", "limit=1001", "limit=-1", "limit=%2B1", "limit=+1", "limit=", "limit=1.0",
          "limit=ten", "limit=1x", "limit=18446744073709551617", "limit=0x10"}) {
        const auto page = page_from(query, 50);
        ASSERT_FALSE(page) << query;
        EXPECT_EQ(page.error().problem, Problem::bad_limit) << query;
    }
}

TEST(PageTest, refuses_parameters_that_it_does_not_know_or_knows_already) {
    const auto unknown = page_from("limit=1&colour=red", 50);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().problem, Problem::unknown_parameter);
    EXPECT_EQ(unknown.error().more, "colour");
    EXPECT_EQ(page_from("Limit=1", 50).error().problem, Problem::unknown_parameter);

    const auto repeated = page_from("limit=1&limit=1", 50);
    ASSERT_FALSE(repeated);
    EXPECT_EQ(repeated.error().problem, Problem::repeated_parameter);
    EXPECT_EQ(repeated.error().more, "limit");
}

TEST(PageTest, refuses_a_query_that_is_not_one) {
    for (const std::string_view query : {"limit", "a=%", "a=%4", "a=%zz", "%=1", "cursor=%-1"}) {
        const auto page = page_from(query, 50);
        ASSERT_FALSE(page) << query;
        EXPECT_EQ(page.error().problem, Problem::malformed_query) << query;
    }
}

TEST(PageTest, refuses_every_parameter_where_none_is_taken) {
    EXPECT_FALSE(refuse_parameters(""));
    EXPECT_FALSE(refuse_parameters("&"));
    EXPECT_EQ(refuse_parameters("limit=1")->problem, Problem::unknown_parameter);
    EXPECT_EQ(refuse_parameters("limit=1")->more, "limit");
    EXPECT_EQ(refuse_parameters("limit")->problem, Problem::malformed_query);
}

TEST(CursorTest, of_sessions_is_an_id) {
    EXPECT_EQ(session_cursor({std::nullopt, 1}), std::nullopt);
    event::SessionId id;
    id.bytes[0] = 0xab;
    EXPECT_EQ(session_cursor({id.text(), 1}), id);
    for (const std::string& cursor :
         {std::string(), std::string("0"), std::string(63, 'a'), std::string(65, 'a'),
          std::string(64, 'A'), std::string(64, 'g')}) {
        const auto refused = session_cursor({cursor, 1});
        ASSERT_FALSE(refused) << cursor;
        EXPECT_EQ(refused.error().problem, Problem::bad_session_cursor);
    }
}

TEST(CursorTest, of_events_is_a_count) {
    EXPECT_EQ(event_cursor({std::nullopt, 1}), 0U);
    EXPECT_EQ(event_cursor({"0", 1}), 0U);
    EXPECT_EQ(event_cursor({"1000", 1}), 1000U);
    for (const char* cursor : {"", "-1", "x", "1 ", "99999999999999999999"}) {
        const auto refused = event_cursor({cursor, 1});
        ASSERT_FALSE(refused) << cursor;
        EXPECT_EQ(refused.error().problem, Problem::bad_event_cursor);
    }
}

}  // namespace
}  // namespace playhead::web
