// SPDX-License-Identifier: Apache-2.0
#include "event/session_id.h"

#include <gtest/gtest.h>

namespace playhead::event {
namespace {

SessionIdKey::Key key_of(uint8_t first) {
    SessionIdKey::Key key{};
    key[0] = first;
    return key;
}

TEST(SessionId, is_64_lower_case_hexadecimal_digits) {
    const SessionId id = SessionIdKey(key_of(1)).make(1714564800000, 3, 0x0123456789abcdef);
    const std::string text = id.text();
    ASSERT_EQ(text.size(), 64U);
    EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_EQ(session_id_from(text), id);
    EXPECT_EQ(id.created_ms(), 1714564800000);
}

TEST(SessionId, text_of_another_shape_is_refused) {
    const std::string text = SessionIdKey(key_of(1)).make(1, 2, 3).text();
    EXPECT_FALSE(session_id_from(""));
    EXPECT_FALSE(session_id_from(text.substr(1)));
    EXPECT_FALSE(session_id_from(text + "0"));
    EXPECT_FALSE(session_id_from("G" + text.substr(1)));
    EXPECT_FALSE(session_id_from("A" + text.substr(1)));
}

TEST(SessionId, every_letter_in_every_place_is_a_digit_or_refused) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (size_t place = 0; place < 64; ++place) {
        for (int letter = 0; letter < 256; ++letter) {
            std::string text = SessionIdKey(key_of(1)).make(1, 2, 3).text();
            text[place] = static_cast<char>(letter);
            const auto id = session_id_from(text);
            ASSERT_EQ(id.has_value(), digits.contains(text[place])) << place << " " << letter;
            if (id) {
                ASSERT_EQ(id->text(), text);
            }
        }
    }
}

TEST(SessionId, every_changed_bit_is_noticed) {
    const SessionIdKey key(key_of(1));
    const SessionId id = key.make(1714564800000, 0, 99);
    EXPECT_TRUE(key.genuine(id));
    for (size_t bit = 0; bit < 256; ++bit) {
        SessionId forged = id;
        forged.bytes[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
        EXPECT_FALSE(key.genuine(forged)) << bit;
    }
    EXPECT_FALSE(SessionIdKey(key_of(2)).genuine(id));
}

TEST(SessionId, later_ids_sort_behind_earlier_ones) {
    const SessionIdKey key(key_of(1));
    EXPECT_LT(key.make(1000, 9, ~0ULL).text(), key.make(1001, 0, 0).text());
    EXPECT_LT(key.make(255, 9, ~0ULL), key.make(256, 0, 0));
}

}  // namespace
}  // namespace playhead::event
