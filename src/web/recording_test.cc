// SPDX-License-Identifier: Apache-2.0
#include "web/recording.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace playhead::web {
namespace {

TEST(Recording, each_event_is_as_it_was_sent_and_has_its_arrival) {
    const Recording recording{
        .session = "01ab",
        .is_downloaded = false,
        .requests = {{1'000, R"({"eventType":"sessionStart","a":60.0})"},
                     {2'000, "\xef\xbb\xbf { \"eventType\" : \"play\" } \n"}}};
    const std::string text = recording_json(recording);
    EXPECT_EQ(text, R"({"name":"01ab","context":{"endpoint":"sessions"},"events":[)"
                    R"({"eventType":"sessionStart","a":60.0,"receivedAt":1000},)"
                    "\n"
                    R"({ "eventType" : "play" ,"receivedAt":2000}]})");
    EXPECT_EQ(nlohmann::json::parse(text)["events"][1]["receivedAt"], 2'000);
}

TEST(Recording, a_downloaded_session_is_its_array) {
    const Recording recording{
        .session = "01ab",
        .is_downloaded = true,
        .requests = {{1'000, "\n[{\"eventType\":\"sessionStart\"}, {\"a\":\"]}\"}]\n"}}};
    EXPECT_EQ(recording_json(recording),
              R"({"name":"01ab","context":{"endpoint":"downloaded"},"events":)"
              R"([{"eventType":"sessionStart"}, {"a":"]}"}]})");
}

TEST(Recording, of_nothing_there_is_an_empty_list) {
    EXPECT_EQ(recording_json({.session = "01ab", .is_downloaded = false, .requests = {}}),
              R"({"name":"01ab","context":{"endpoint":"sessions"},"events":[]})");
}

}  // namespace
}  // namespace playhead::web
