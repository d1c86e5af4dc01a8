// SPDX-License-Identifier: Apache-2.0
#include "web/api_description.h"

#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ingest/route.h"
#include "web/erasure_door.h"
#include "web/scope.h"
#include "web/target.h"

namespace playhead::web {
namespace {

using nlohmann::json;

constexpr std::string_view of_players = "/api/";

json description() {
    return json::parse(api_description());
}

TEST(ApiDescription, has_all_paths_of_the_admin_side_and_no_others) {
    std::set<std::string> served{"/v1/erase", "/v1/erasures", "/v1/erasures/{id}"};
    for (const std::string& path : known_paths()) served.insert(path);
    std::set<std::string> described;
    const json whole = description();
    for (const auto& [path, operations] : whole["paths"].items()) {
        if (!path.starts_with(of_players)) described.insert(path);
    }
    EXPECT_EQ(described, served);
}

TEST(ApiDescription, has_all_paths_of_players_and_no_others) {
    using Kind = ingest::Route::Kind;
    std::set<Kind> found;
    const json whole = description();
    for (const auto& [path, operations] : whole["paths"].items()) {
        if (!path.starts_with(of_players)) continue;
        const auto method = operations.contains("post") ? http::Method::post : http::Method::get;
        const Kind kind = ingest::route(method, path, "").kind;
        EXPECT_TRUE(found.insert(kind).second) << path;
        EXPECT_EQ(ingest::route(http::Method::options, path, "").kind, Kind::preflight) << path;
        EXPECT_TRUE(operations.contains("options")) << path;
    }
    EXPECT_EQ(found, (std::set{Kind::sessions, Kind::events, Kind::downloaded, Kind::schema}));
}

TEST(ApiDescription, names_the_scope_of_each_operation) {
    const json whole = description();
    for (const auto& [path, operations] : whole["paths"].items()) {
        const auto needed = path.starts_with(of_players) ? std::nullopt : scope_needed(path);
        const json expected =
            needed ? json::array({{{"bearer", {name_of(*needed)}}}}) : json::array();
        for (const auto& [name, operation] : operations.items()) {
            if (!operation.is_object()) continue;
            EXPECT_EQ(operation["security"], expected) << path;
        }
    }
}

}  // namespace
}  // namespace playhead::web
