// SPDX-License-Identifier: Apache-2.0
#include "http/address_rates.h"

#include <gtest/gtest.h>

namespace playhead::http {
namespace {

Address numbered(uint32_t number) {
    return Address::from_four({10, static_cast<uint8_t>(number >> 16),
                               static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)});
}

Address six(const char* text) {
    const auto address = Address::from(text);
    EXPECT_TRUE(address);
    return *address;
}

TEST(AddressRates, so_many_at_once_and_then_so_many_a_second) {
    AddressRates rates(4, AddressRates::group, 1);
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(rates.allow(numbered(1), 1000)) << i;
    EXPECT_FALSE(rates.allow(numbered(1), 1000));
    EXPECT_FALSE(rates.allow(numbered(1), 1249));
    EXPECT_TRUE(rates.allow(numbered(1), 1250));
    EXPECT_FALSE(rates.allow(numbered(1), 1250));
    // What was refused is not counted, and a long silence saves nothing up.
    int allowed = 0;
    for (int i = 0; i < 100; ++i) allowed += rates.allow(numbered(1), 1'000'000) ? 1 : 0;
    EXPECT_EQ(allowed, 4);
}

TEST(AddressRates, one_address_does_not_take_anothers_and_a_network_of_ipv6_is_one) {
    AddressRates rates(1, AddressRates::group, 1);
    EXPECT_TRUE(rates.allow(numbered(1), 0));
    EXPECT_FALSE(rates.allow(numbered(1), 0));
    EXPECT_TRUE(rates.allow(numbered(2), 0));
    EXPECT_TRUE(rates.allow(six("2001:db8::1"), 0));
    EXPECT_FALSE(rates.allow(six("2001:db8::2"), 0));
    EXPECT_TRUE(rates.allow(six("2001:db8:0:1::1"), 0));
}

TEST(AddressRates, no_limit_allows_all_and_the_highest_one_is_exact) {
    AddressRates off(0, AddressRates::group, 1);
    AddressRates highest(1'000'000, AddressRates::group, 1);
    for (int i = 0; i < 1'000'000; ++i) {
        ASSERT_TRUE(off.allow(numbered(1), 0));
        ASSERT_TRUE(highest.allow(numbered(1), 0)) << i;
    }
    EXPECT_TRUE(off.allow(numbered(1), 0));
    EXPECT_FALSE(highest.allow(numbered(1), 0));
}

TEST(AddressRates, of_a_full_group_the_one_that_asked_longest_ago_is_forgotten) {
    AddressRates rates(1, AddressRates::group, 1);
    for (uint32_t i = 0; i < AddressRates::group; ++i) EXPECT_TRUE(rates.allow(numbered(i), i));
    EXPECT_FALSE(rates.allow(numbered(0), 10));  // asked: now number 1 did so longest ago
    EXPECT_TRUE(rates.allow(numbered(100), 11));
    EXPECT_FALSE(rates.allow(numbered(0), 12));
    EXPECT_FALSE(rates.allow(numbered(2), 12));
    EXPECT_TRUE(rates.allow(numbered(1), 12));
}

TEST(AddressRates, a_crowd_of_addresses_takes_no_more_places_and_each_is_still_allowed) {
    AddressRates rates(1, 64 * AddressRates::group, 7);
    for (uint32_t i = 0; i < 100'000; ++i) ASSERT_TRUE(rates.allow(numbered(i), 5));
}

}  // namespace
}  // namespace playhead::http
