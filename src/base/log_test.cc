// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/log_format.h"

namespace playhead::base {
namespace {

TEST(Log, a_line_of_text_is_time_level_and_message) {
    EXPECT_EQ(log_line(LogFormat::text, "2026-11-27T01:02:03Z", Level::warning, "a \"b\""),
              "2026-11-27T01:02:03Z warning a \"b\"\n");
}

TEST(Log, a_line_of_json_is_one_object_whatever_the_message_is) {
    EXPECT_EQ(log_line(LogFormat::json, "2026-11-27T01:02:03Z", Level::error,
                       "a \"b\" \\ \n\x7f\xc3\xa9"),
              R"({"time":"2026-11-27T01:02:03Z","level":"error",)"
              R"("message":"a \"b\" \\ \u000a\u007f)"
              "\xc3\xa9\"}\n");
    EXPECT_EQ(log_line(LogFormat::json, "t", Level::info, ""),
              "{\"time\":\"t\",\"level\":\"info\",\"message\":\"\"}\n");
}

TEST(Log, characters_stay_as_they_are_in_json_and_bytes_that_are_none_are_replaced) {
    const auto message = [](std::string_view text) {
        const std::string line = log_line(LogFormat::json, "t", Level::info, text);
        const std::string_view front = R"({"time":"t","level":"info","message":")";
        EXPECT_TRUE(line.starts_with(front) && line.ends_with("\"}\n")) << line;
        return line.substr(front.size(), line.size() - front.size() - 3);
    };
    const std::string said = "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80";
    EXPECT_EQ(message(said), said);
    EXPECT_EQ(message("\x80z"), R"(\ufffdz)");
    EXPECT_EQ(message("a\xe2\x82"), R"(a\ufffd\ufffd)");
    EXPECT_EQ(message("\xed\xa0\x80"), R"(\ufffd\ufffd\ufffd)") << "a surrogate is no character";
    EXPECT_EQ(message("\xff\xc3\xa9"), "\\ufffd\xc3\xa9");
}

}  // namespace
}  // namespace playhead::base
