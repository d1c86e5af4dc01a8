// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <string>

#include <gtest/gtest.h>

namespace playhead::base {
namespace {

TEST(Utf8, has_characters_of_one_to_four_bytes) {
    for (const std::string text :
         {"", "a", "twelve bytes", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
          "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
        EXPECT_TRUE(is_utf8(text)) << testing::PrintToString(text);
        EXPECT_TRUE(is_utf8("1234567" + text + "890")) << testing::PrintToString(text);
    }
    EXPECT_TRUE(is_utf8(std::string(9, '\0')));
}

TEST(Utf8, has_no_bytes_alone_no_long_forms_and_nothing_beyond) {
    for (const std::string text :
         {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xc2\xc0", "\xe0\x9f\xbf",
          "\xe1\x80", "\xe1\x80\x41", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf",
          "\xf1\x80\x80", "\xf1\x80\x80\x41", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
        EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
        EXPECT_FALSE(is_utf8("12345678" + text)) << testing::PrintToString(text);
        EXPECT_FALSE(is_utf8("1234" + text + "123456789")) << testing::PrintToString(text);
    }
}

TEST(Utf8, tells_how_long_the_character_at_a_place_is) {
    const std::string text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xc3";
    EXPECT_EQ(utf8_length(text, 1), 2);
    EXPECT_EQ(utf8_length(text, 2), 0) << "within a character none begins";
    EXPECT_EQ(utf8_length(text, 3), 3);
    EXPECT_EQ(utf8_length(text, 6), 4);
    EXPECT_EQ(utf8_length(text, 10), 0) << "it is cut";
}

}  // namespace
}  // namespace playhead::base
