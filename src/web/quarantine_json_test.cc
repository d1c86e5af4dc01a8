// SPDX-License-Identifier: Apache-2.0
#include "web/quarantine_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace playhead::web {
namespace {

using nlohmann::json;

TEST(QuarantineJson, is_a_list_with_a_cursor) {
    QuarantinePage page;
    EXPECT_EQ(json::parse(quarantine_json(page)),
              (json{{"items", json::array()}, {"next", nullptr}}));
    page.items.push_back({.offset = 7,
                          .reason = "closed_session",
                          .received_at = 5,
                          .session = {},
                          .body = R"({"eventType":"ping"})"});
    page.next = 99;
    const json list = json::parse(quarantine_json(page));
    EXPECT_EQ(list["next"], "99");
    EXPECT_EQ(list["items"][0], (json{{"offset", 7},
                                      {"reason", "closed_session"},
                                      {"receivedAt", 5},
                                      {"session", std::string(64, '0')},
                                      {"body", R"({"eventType":"ping"})"}}));
}

TEST(QuarantineJson, a_body_that_is_no_text_does_not_spoil_the_list) {
    QuarantinePage page;
    page.items.push_back({.offset = 0,
                          .reason = "unknown_session",
                          .received_at = 0,
                          .session = {},
                          .body = "\xff\"\n"});
    EXPECT_EQ(json::parse(quarantine_json(page))["items"][0]["body"], "\xef\xbf\xbd\"\n");
}

}  // namespace
}  // namespace playhead::web
