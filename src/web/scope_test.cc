// SPDX-License-Identifier: Apache-2.0
#include "web/scope.h"

#include <gtest/gtest.h>

namespace playhead::web {
namespace {

TEST(ScopeTest, a_scope_allows_itself_and_admin_allows_all) {
    for (size_t has = 0; has < scope_count; ++has) {
        Scopes scopes;
        EXPECT_TRUE(scopes.empty());
        scopes.add(static_cast<Scope>(has));
        for (size_t needs = 0; needs < scope_count; ++needs) {
            const bool expected = has == needs || static_cast<Scope>(has) == Scope::admin;
            EXPECT_EQ(scopes.allows(static_cast<Scope>(needs)), expected) << has << " " << needs;
        }
    }
}

TEST(ScopeTest, names_go_to_text_and_back) {
    for (size_t i = 0; i < scope_count; ++i) {
        const auto scope = static_cast<Scope>(i);
        const auto read = scopes_from(name_of(scope), ',');
        ASSERT_TRUE(read);
        EXPECT_TRUE(read->has(scope));
        EXPECT_EQ(scopes_text(*read, ','), name_of(scope));
    }
    const auto several = scopes_from("sql,read:live,sql", ',');
    ASSERT_TRUE(several);
    EXPECT_EQ(scopes_text(*several, ' '), "read:live sql");
}

TEST(ScopeTest, what_is_no_scope_is_named) {
    EXPECT_EQ(scopes_from("sql,write", ',').error(), "write");
    EXPECT_EQ(scopes_from("sql,,erase", ',').error(), "");
    EXPECT_EQ(scopes_from("", ',').error(), "");
    EXPECT_EQ(scopes_from("SQL", ',').error(), "SQL");
}

TEST(ScopeTest, each_path_needs_the_scope_of_what_it_tells) {
    EXPECT_EQ(scope_needed("/v1/live"), Scope::read_live);
    EXPECT_EQ(scope_needed("/v1/live?by=media.id"), Scope::read_live);
    EXPECT_EQ(scope_needed("/v1/reports"), Scope::read_reports);
    EXPECT_EQ(scope_needed("/v1/sessions"), Scope::read_sessions);
    EXPECT_EQ(scope_needed("/v1/sessions/abc/events"), Scope::read_sessions);
    EXPECT_EQ(scope_needed("/v1/quarantine?limit=3"), Scope::read_sessions);
    EXPECT_EQ(scope_needed("/v1/sql"), Scope::sql);
    EXPECT_EQ(scope_needed("/v1/erase"), Scope::erase);
    EXPECT_EQ(scope_needed("/v1/erasures/1"), Scope::erase);
    EXPECT_EQ(scope_needed("/v1/ledger"), Scope::read_metrics);
    EXPECT_EQ(scope_needed("/metrics"), Scope::read_metrics);
    EXPECT_EQ(scope_needed("/readyz"), Scope::read_metrics);
}

TEST(ScopeTest, an_unknown_path_of_the_api_needs_admin) {
    for (const std::string_view target : {"/v1", "/v1/", "/v1/sessionsx", "/v1/new", "/v1?a=b"}) {
        EXPECT_EQ(scope_needed(target), Scope::admin) << target;
    }
}

TEST(ScopeTest, what_tells_nothing_of_the_data_needs_none) {
    for (const std::string_view target : {"/healthz", "/", "/openapi.json", "/v1x", "/app.js"}) {
        EXPECT_EQ(scope_needed(target), std::nullopt) << target;
    }
}

}  // namespace
}  // namespace playhead::web
