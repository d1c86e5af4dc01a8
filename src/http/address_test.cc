// SPDX-License-Identifier: Apache-2.0
#include "http/address.h"

#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include "http/address_census.h"

namespace playhead::http {
namespace {

Address four(const char* text) {
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    EXPECT_EQ(inet_pton(AF_INET, text, &peer.sin_addr), 1);
    sockaddr_storage storage{};
    std::memcpy(&storage, &peer, sizeof peer);
    return Address::of(storage);
}

Address six(const char* text) {
    sockaddr_in6 peer{};
    peer.sin6_family = AF_INET6;
    EXPECT_EQ(inet_pton(AF_INET6, text, &peer.sin6_addr), 1);
    sockaddr_storage storage{};
    std::memcpy(&storage, &peer, sizeof peer);
    return Address::of(storage);
}

bool contains(const char* range, const Address& address) {
    const auto made = AddressRange::from(range);
    EXPECT_TRUE(made) << range;
    return made && made->contains(address);
}

TEST(Addresses, of_ipv4_are_the_same_on_a_socket_of_both) {
    EXPECT_EQ(four("192.0.2.1"), six("::ffff:192.0.2.1"));
    EXPECT_TRUE(four("192.0.2.1").is_four());
    EXPECT_FALSE(six("2001:db8::1").is_four());
}

TEST(Addresses, are_in_a_range_to_its_last_bit) {
    EXPECT_TRUE(contains("192.0.2.7", four("192.0.2.7")));
    EXPECT_FALSE(contains("192.0.2.7", four("192.0.2.6")));
    EXPECT_TRUE(contains("192.0.2.0/23", four("192.0.3.255")));
    EXPECT_FALSE(contains("192.0.2.0/23", four("192.0.4.0")));
    EXPECT_TRUE(contains("0.0.0.0/0", four("255.255.255.255")));
    EXPECT_FALSE(contains("0.0.0.0/0", six("2001:db8::1")));
    EXPECT_TRUE(contains("2001:db8::/32", six("2001:db8:ffff::1")));
    EXPECT_FALSE(contains("2001:db8::/32", six("2001:db9::")));
    EXPECT_TRUE(contains("::/0", six("2001:db8::1")));
}

TEST(Addresses, a_range_that_means_nothing_is_refused_with_the_reason) {
    const std::pair<const char*, const char*> cases[] = {
        {"", "is not an address"},
        {"front.example.org", "is not an address"},
        {"192.0.2.1:80", "is not an address"},
        {"192.0.2.0/", "no length of a prefix"},
        {"192.0.2.0/33", "no length of a prefix"},
        {"192.0.2.0/-1", "no length of a prefix"},
        {"192.0.2.0/8x", "no length of a prefix"},
        {"::/129", "no length of a prefix"},
        {"192.0.2.1/24", "bits set behind its prefix"},
        {"2001:db8::1/64", "bits set behind its prefix"},
    };
    for (const auto& [text, why] : cases) {
        const auto range = AddressRange::from(text);
        ASSERT_FALSE(range) << text;
        EXPECT_NE(range.error().what.find(why), std::string::npos) << range.error().what;
    }
}

TEST(Addresses, are_read_from_their_text_and_from_nothing_else) {
    EXPECT_EQ(Address::from("192.0.2.1"), four("192.0.2.1"));
    EXPECT_EQ(Address::from("::ffff:192.0.2.1"), four("192.0.2.1"));
    EXPECT_EQ(Address::from("2001:db8::1"), six("2001:db8::1"));
    for (const std::string_view text :
         {"", "192.0.2", "192.0.2.256", "192.0.2.1 ", "[2001:db8::1]", "fe80::1%eth0",
          "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa"}) {
        EXPECT_FALSE(Address::from(text)) << text;
    }
    EXPECT_FALSE(Address::from(std::string_view("192.0.2.1\0", 10)));
}

TEST(Addresses, are_counted_each_and_those_of_ipv6_by_their_network) {
    AddressCensus census;
    auto first = census.enter(four("192.0.2.1"));
    EXPECT_EQ(first.others(), 0U);
    const auto second = census.enter(four("192.0.2.1"));
    EXPECT_EQ(second.others(), 1U);
    EXPECT_EQ(census.enter(four("192.0.2.2")).others(), 0U);
    const auto third = census.enter(six("2001:db8::1"));
    EXPECT_EQ(census.enter(six("2001:db8::2")).others(), 1U);
    EXPECT_EQ(census.enter(six("2001:db8:0:1::2")).others(), 0U);
    first = AddressCensus::Place();
    EXPECT_EQ(census.enter(four("192.0.2.1")).others(), 1U);
    EXPECT_EQ(census.size(), 2U);
}

}  // namespace
}  // namespace playhead::http
