// SPDX-License-Identifier: Apache-2.0
#include "ingest/route.h"

#include <string>

#include <gtest/gtest.h>

namespace playhead::ingest {
namespace {

using enum Route::Kind;
using http::Method;

Route::Kind post(std::string_view target, std::string_view prefix = "") {
    return route(Method::post, target, prefix).kind;
}

TEST(Route, each_path_has_its_meaning) {
    EXPECT_EQ(post("/api/v1/sessions"), sessions);
    EXPECT_EQ(post("/api/v1/downloaded"), downloaded);
    const Route events_route = route(Method::post, "/api/v1/sessions/0a1b/events", "");
    EXPECT_EQ(events_route.kind, events);
    EXPECT_EQ(events_route.name, "0a1b");
    const Route schema_route = route(Method::get, "/api/v1/schemas/adStart", "");
    EXPECT_EQ(schema_route.kind, schema);
    EXPECT_EQ(schema_route.name, "adStart");
    EXPECT_EQ(route(Method::head, "/api/v1/schemas/adStart", "").kind, schema);
}

TEST(Route, slashes_may_be_repeated_and_one_may_end_the_path) {
    EXPECT_EQ(post("/api/v1/sessions/"), sessions);
    EXPECT_EQ(post("//api/v1/sessions"), sessions);
    EXPECT_EQ(post("/api///v1//sessions//"), sessions);
    EXPECT_EQ(post("/api/v1/sessions/x/events/"), events);
    EXPECT_EQ(post("//api/v1/sessions//x//events"), events);
    EXPECT_EQ(post("/api/v1/downloaded/"), downloaded);
    EXPECT_EQ(route(Method::get, "/api/v1/schemas/play/", "").kind, schema);
}

TEST(Route, the_query_is_ignored) {
    EXPECT_EQ(post("/api/v1/sessions?a=/b"), sessions);
    EXPECT_EQ(post("/api/v1/sessions/?"), sessions);
    EXPECT_EQ(route(Method::post, "/api/v1/sessions/x/events?y", "").name, "x");
}

TEST(Route, other_paths_are_unknown) {
    for (const char* target : {"",
                               "*",
                               "/",
                               "/api",
                               "/api/v1",
                               "/api/v1/",
                               "/api/v2/sessions",
                               "/API/v1/sessions",
                               "/api/v1/Sessions",
                               "/api/v1/session",
                               "/api/v1/sessions/x",
                               "/api/v1/x/events",
                               "/api/v1/sessions/x/Events",
                               "/api/v1/sessions/x/events/y",
                               "/api/v1/downloaded/x",
                               "/api/v1/schemas",
                               "/api/v1/schemas/",
                               "/api/v1/schemas/play/x",
                               "api/v1/sessions",
                               "/x/api/v1/sessions",
                               "/api/v1/%73essions",
                               "/api/v1/sessions/events",
                               "/api/v1/sessions//events",
                               "/api/v1/sessions/x/y/events",
                               "/api/v1/sessions/x?y/events",
                               "/api/v1/sessions/x#y/events",
                               "?",
                               "http://"}) {
        EXPECT_EQ(post(target), unknown) << target;
        EXPECT_EQ(route(Method::options, target, "").kind, unknown) << target;
    }
}

TEST(Route, a_prefix_may_stand_in_front_once) {
    for (const char* prefix : {"/a/b", "/a/b/", "a/b"}) {
        EXPECT_EQ(post("/a/b/api/v1/sessions", prefix), sessions) << prefix;
        EXPECT_EQ(post("//a//b//api/v1/sessions/", prefix), sessions) << prefix;
        EXPECT_EQ(post("/api/v1/sessions", prefix), sessions) << prefix;
        EXPECT_EQ(post("/a/api/v1/sessions", prefix), unknown) << prefix;
        EXPECT_EQ(post("/a/b/a/b/api/v1/sessions", prefix), unknown) << prefix;
        EXPECT_EQ(post("/A/b/api/v1/sessions", prefix), unknown) << prefix;
    }
    EXPECT_EQ(post("/api/api/v1/sessions", "/api"), sessions);
    EXPECT_EQ(post("/api/v1/sessions", "/api"), sessions);
}

TEST(Route, a_target_in_absolute_form_is_taken_for_its_path) {
    EXPECT_EQ(post("http://host:8080/api/v1/sessions"), sessions);
    EXPECT_EQ(post("https://host/api/v1/sessions/?x"), sessions);
    EXPECT_EQ(post("http://host"), unknown);
    EXPECT_EQ(post("ftp://host/api/v1/sessions"), unknown);
}

TEST(Route, options_is_a_preflight_on_every_known_path) {
    for (const char* target : {"/api/v1/sessions", "/api/v1/sessions/nobody/events",
                               "/api/v1/downloaded", "/api/v1/schemas/x"}) {
        EXPECT_EQ(route(Method::options, target, "").kind, preflight) << target;
    }
}

TEST(Route, another_method_is_told_the_right_ones) {
    for (const Method method :
         {Method::get, Method::head, Method::put, Method::del, Method::patch, Method::other}) {
        for (const char* target :
             {"/api/v1/sessions", "/api/v1/sessions/x/events", "/api/v1/downloaded"}) {
            const Route result = route(method, target, "");
            EXPECT_EQ(result.kind, wrong_method) << target;
            EXPECT_EQ(result.allowed, "OPTIONS, POST") << target;
        }
    }
    const Route result = route(Method::post, "/api/v1/schemas/play", "");
    EXPECT_EQ(result.kind, wrong_method);
    EXPECT_EQ(result.allowed, "GET, HEAD, OPTIONS");
}

}  // namespace
}  // namespace playhead::ingest
