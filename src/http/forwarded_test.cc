// SPDX-License-Identifier: Apache-2.0
#include "http/forwarded.h"

#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace playhead::http {
namespace {

std::optional<Address> client(const std::vector<Header>& headers) {
    const std::vector<AddressRange> proxies = {*AddressRange::from("10.0.0.0/8"),
                                               *AddressRange::from("fd00::/8")};
    return forwarded_client(headers, proxies);
}

TEST(Forwarded, the_client_stands_where_rfc_7239_says) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"for=192.0.2.43", "192.0.2.43"},
        {"For=192.0.2.43", "192.0.2.43"},
        {"proto=http;FOR=192.0.2.43;by=203.0.113.43", "192.0.2.43"},
        {"for=\"192.0.2.43:4711\"", "192.0.2.43"},
        {"for=\"[2001:db8:cafe::17]\"", "2001:db8:cafe::17"},
        {"for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"},
        {"for=192.0.2.43 ; host=\"a,b;c\"", "192.0.2.43"},
    };
    for (const auto& [value, address] : cases) {
        EXPECT_EQ(client({{"forwarded", value}}), Address::from(address)) << value;
    }
}

TEST(Forwarded, only_what_proxies_that_are_believed_have_written_counts) {
    // The client invented the first one.
    EXPECT_EQ(client({{"Forwarded", "for=198.51.100.1, for=192.0.2.43"}}),
              Address::from("192.0.2.43"));
    EXPECT_EQ(client({{"Forwarded", "for=198.51.100.1"}, {"Forwarded", "for=192.0.2.43"}}),
              Address::from("192.0.2.43"));
    EXPECT_EQ(client({{"Forwarded", "for=\"x, for=192.0.2.43"}}), Address::from("192.0.2.43"));
    // Two proxies after each other.
    EXPECT_EQ(client({{"Forwarded", "for=198.51.100.1, for=192.0.2.43,for=10.1.1.1"}}),
              Address::from("192.0.2.43"));
    EXPECT_EQ(client({{"Forwarded", "for=192.0.2.43, for=\"[fd00::1]:80\""}, {"Host", "h"}}),
              Address::from("192.0.2.43"));
    EXPECT_EQ(client({{"Forwarded", "for=10.1.1.1"}}), Address::from("10.1.1.1"));
}

TEST(Forwarded, what_is_hidden_or_not_well_formed_is_nobody) {
    EXPECT_FALSE(client({}));
    EXPECT_FALSE(client({{"X-Forwarded-For", "192.0.2.43"}}));
    for (const std::string_view value :
         {"", "for=unknown", "for=_hidden", "for=", "by=192.0.2.43", "192.0.2.43",
          "for=192.0.2.43,", "for=192.0.2.1;for=192.0.2.2", "for=\"[192.0.2.43]\"",
          "for=\"[2001:db8::1\"", "for=\"[2001:db8::1]x\"", "for=2001:db8::1", "for=\"", "for=[",
          "for=192.0.2.256", "for=198.51.100.1, for=_x, for=10.1.1.1"}) {
        EXPECT_FALSE(client({{"Forwarded", value}})) << value;
    }
}

}  // namespace
}  // namespace playhead::http
