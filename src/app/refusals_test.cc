// SPDX-License-Identifier: Apache-2.0
#include "app/refusals.h"

#include <gtest/gtest.h>

namespace playhead::app {
namespace {

Refusals sample() {
    Refusals refusals{};
    for (size_t i = 0; i < refusals.size(); ++i) refusals[i] = 100 + i;
    return refusals;
}

TEST(Refusals, come_back_as_they_went_in) {
    EXPECT_EQ(decode_refusals(encode_refusals(sample())), sample());
}

TEST(Refusals, a_list_of_an_earlier_version_lacks_the_last_reasons) {
    const std::string body = encode_refusals(sample());
    const auto shorter = decode_refusals(std::string_view(body).substr(0, 8));
    ASSERT_TRUE(shorter);
    EXPECT_EQ((*shorter)[0], 100U);
    EXPECT_EQ((*shorter)[1], 0U);
}

TEST(Refusals, other_bytes_are_refused) {
    const std::string body = encode_refusals(sample());
    EXPECT_FALSE(decode_refusals(std::string_view(body).substr(1)));
    EXPECT_FALSE(decode_refusals(body + std::string(8, '\0')));
}

TEST(Refusals, since_is_what_came_later) {
    Refusals now = sample();
    now[3] += 5;
    Refusals five{};
    five[3] = 5;
    EXPECT_EQ(since(sample(), now), five);
    EXPECT_FALSE(is_empty(five));
    EXPECT_TRUE(is_empty(since(now, now)));
}

}  // namespace
}  // namespace playhead::app
