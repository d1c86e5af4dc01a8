// SPDX-License-Identifier: Apache-2.0
#include "http/proxy_header.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace playhead::http {
namespace {

using Outcome = ProxyHeader::Outcome;

const std::string signature("\r\n\r\n\0\r\nQUIT\n", 12);

std::string binary(int version_and_command, int family_and_transport, size_t behind,
                   const std::string& addresses = "") {
    std::string bytes = signature;
    bytes += static_cast<char>(version_and_command);
    bytes += static_cast<char>(family_and_transport);
    bytes += static_cast<char>(behind >> 8);
    bytes += static_cast<char>(behind & 255);
    bytes += addresses;
    bytes.resize(16 + behind, 'x');
    return bytes;
}

const std::string four_ends("\xc0\x00\x02\x01\xc0\x00\x02\x09\xdc\x04\x01\xbb", 12);
const std::string six_ends = std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + "\1" +
                             std::string(16, '\2') + std::string("\0\1\0\2", 4);

// However many bytes are there, the outcome is unknown before the end and then stays; what follows
// changes nothing.
void expect_complete(const std::string& header, const std::optional<Address>& client) {
    for (size_t size = 0; size < header.size(); ++size) {
        const auto read = read_proxy_header(std::string_view(header).substr(0, size));
        ASSERT_EQ(read.outcome, Outcome::incomplete) << size << " of " << header;
    }
    for (const std::string behind : {"", "GET / HTTP/1.1\r\n", "\r\n", "\x16\x03\x01"}) {
        const auto read = read_proxy_header(header + behind);
        ASSERT_EQ(read.outcome, Outcome::complete) << header;
        EXPECT_EQ(read.size, header.size());
        EXPECT_EQ(read.client, client);
    }
}

// Refused from some byte on, and from then on always.
void expect_refused(const std::string& bytes) {
    bool refused = false;
    for (size_t size = 0; size <= bytes.size(); ++size) {
        const auto outcome = read_proxy_header(std::string_view(bytes).substr(0, size)).outcome;
        EXPECT_NE(outcome, Outcome::complete) << bytes;
        if (refused) {
            EXPECT_EQ(outcome, Outcome::refused) << size << " of " << bytes;
        }
        refused = outcome == Outcome::refused;
    }
    EXPECT_TRUE(refused) << bytes;
}

TEST(ProxyHeader, a_line_of_version_1_is_read_however_it_is_cut) {
    expect_complete("PROXY TCP4 192.0.2.1 192.0.2.9 56324 443\r\n", Address::from("192.0.2.1"));
    expect_complete("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n",
                    Address::from("255.255.255.255"));
    expect_complete("PROXY TCP6 2001:db8::1 2001:db8::2 0 1\r\n", Address::from("2001:db8::1"));
    expect_complete("PROXY UNKNOWN\r\n", std::nullopt);
    expect_complete("PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n", std::nullopt);
}

TEST(ProxyHeader, a_line_has_107_bytes_at_most) {
    const std::string begin = "PROXY UNKNOWN ";
    expect_complete(begin + std::string(107 - 2 - 1 - begin.size(), 'x') + "\r\n", std::nullopt);
    expect_complete(begin + std::string(107 - 2 - begin.size(), 'x') + "\r\n", std::nullopt);
    expect_refused(begin + std::string(107 - 2 + 1 - begin.size(), 'x') + "\r\n");
    expect_refused(begin + std::string(200, 'x'));
}

TEST(ProxyHeader, a_line_that_is_not_exactly_so_is_refused) {
    for (const char* line :
         {"PROXY", "proxy TCP4 192.0.2.1 192.0.2.9 1 2", "PROXY  TCP4 192.0.2.1 192.0.2.9 1 2",
          "PROXY TCP4  192.0.2.1 192.0.2.9 1 2", "PROXY TCP4 192.0.2.1 192.0.2.9 1 2 ",
          "PROXY TCP4 192.0.2.1 192.0.2.9 1", "PROXY TCP4 192.0.2.1 192.0.2.9 1 2 3",
          "PROXY TCP4 192.0.2.1 1 2", "PROXY TCP4 192.0.2.1 192.0.2.9 65536 2",
          "PROXY TCP4 192.0.2.1 192.0.2.9 01 2", "PROXY TCP4 192.0.2.1 192.0.2.9 1 -2",
          "PROXY TCP4 192.0.2.1 192.0.2.9 1 123456", "PROXY TCP4 2001:db8::1 2001:db8::2 1 2",
          "PROXY TCP6 192.0.2.1 192.0.2.9 1 2", "PROXY TCP6 ::zz ::1 1 2", "PROXY UDP4 1 2 3 4",
          "PROXY TCP4", "PROXY ", "PROXY UNKNOWNx"}) {
        expect_refused(line + std::string("\r\n"));
    }
    expect_refused("GET / HTTP/1.1\r\n");
    expect_refused("\x16\x03\x01");
    expect_refused("\r\nPROXY TCP4 192.0.2.1 192.0.2.9 1 2\r\n");
}

TEST(ProxyHeader, version_2_is_read_however_it_is_cut) {
    expect_complete(binary(0x21, 0x11, 12, four_ends), Address::from("192.0.2.1"));
    expect_complete(binary(0x21, 0x21, 36, six_ends), Address::from("2001:db8::1"));
    expect_complete(binary(0x21, 0x11, 12 + 40, four_ends), Address::from("192.0.2.1"));
}

TEST(ProxyHeader, who_speaks_for_itself_or_for_no_address_is_nobody) {
    expect_complete(binary(0x20, 0x00, 0), std::nullopt);              // LOCAL
    expect_complete(binary(0x20, 0x11, 12, four_ends), std::nullopt);  // its addresses mean nothing
    expect_complete(binary(0x20, 0x11, 4), std::nullopt);
    expect_complete(binary(0x21, 0x00, 0), std::nullopt);              // UNSPEC
    expect_complete(binary(0x21, 0x31, 216), std::nullopt);            // a UNIX socket
    expect_complete(binary(0x21, 0x12, 12, four_ends), std::nullopt);  // a datagram
}

TEST(ProxyHeader, version_2_is_no_longer_than_its_limit) {
    constexpr size_t most = ProxyHeader::most_binary_bytes - 16;
    expect_complete(binary(0x21, 0x11, most - 1, four_ends), Address::from("192.0.2.1"));
    expect_complete(binary(0x21, 0x11, most, four_ends), Address::from("192.0.2.1"));
    expect_refused(binary(0x21, 0x11, most + 1, four_ends));
    expect_refused(binary(0x21, 0x11, 65535, four_ends));
}

TEST(ProxyHeader, version_2_that_is_not_exactly_so_is_refused) {
    expect_refused(binary(0x11, 0x11, 12, four_ends));  // version
    expect_refused(binary(0x31, 0x11, 12, four_ends));
    expect_refused(binary(0x22, 0x11, 12, four_ends));  // command
    expect_refused(binary(0x21, 0x41, 12, four_ends));  // family
    expect_refused(binary(0x21, 0x13, 12, four_ends));  // transport
    expect_refused(binary(0x21, 0x11, 11, four_ends));  // shorter than its addresses
    expect_refused(binary(0x21, 0x21, 35));
    expect_refused(binary(0x21, 0x31, 215));
    std::string other = binary(0x21, 0x11, 12, four_ends);
    other[11] = '\r';
    expect_refused(other);
}

}  // namespace
}  // namespace playhead::http
