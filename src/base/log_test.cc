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
              R"("message":"a \"b\" \\ \u000a\u007f\u00c3\u00a9"})"
              "\n");
    EXPECT_EQ(log_line(LogFormat::json, "t", Level::info, ""),
              "{\"time\":\"t\",\"level\":\"info\",\"message\":\"\"}\n");
}

}  // namespace
}  // namespace playhead::base
