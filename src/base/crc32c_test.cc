// SPDX-License-Identifier: Apache-2.0
#include "base/crc32c.h"

#include <string>

#include <gtest/gtest.h>

namespace playhead::base {
namespace {

// Check values of RFC 3720, appendix B.4.
TEST(Crc32c, known_values) {
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);
    EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43U);
    EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
    EXPECT_EQ(crc32c(""), 0U);
}

TEST(Crc32c, pieces_give_the_value_of_the_whole) {
    std::string text;
    for (int i = 0; i < 300; ++i) text += static_cast<char>(i * 7);
    for (size_t cut = 0; cut <= text.size(); ++cut) {
        const std::string_view whole = text;
        EXPECT_EQ(crc32c(whole.substr(cut), crc32c(whole.substr(0, cut))), crc32c(whole)) << cut;
    }
}

}  // namespace
}  // namespace playhead::base
