// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <string>

#include <gtest/gtest.h>

namespace playhead::base {
namespace {

std::span<const uint8_t> bytes_of(const std::string& text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// RFC 1321, appendix A.5.
TEST(Digest, md5_gives_the_published_values) {
    EXPECT_EQ(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(md5_hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
}

// RFC 4231, cases 1 and 6 (a key longer than a block).
TEST(Digest, hmac_gives_the_published_values) {
    EXPECT_EQ(hex(hmac_sha256(bytes_of(std::string(20, '\x0b')), bytes_of("Hi There"))),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    const std::string text = "Test Using Larger Than Block-Size Key - Hash Key First";
    EXPECT_EQ(hex(hmac_sha256(bytes_of(std::string(131, '\xaa')), bytes_of(text))),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// FIPS 180-2, B.1 and B.2.
TEST(Digest, sha256_gives_the_published_values_however_the_bytes_come) {
    const std::string text = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    Sha256Stream stream;
    EXPECT_EQ(hex(stream.digest()),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (size_t i = 0; i < text.size(); ++i) {
        stream.add(text.substr(i, 1));
        if (i == 2) {
            EXPECT_EQ(hex(stream.digest()),
                      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        }
    }
    Sha256Stream moved(std::move(stream));
    EXPECT_EQ(hex(moved.digest()),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Digest, hex_has_two_lower_case_digits_a_byte) {
    EXPECT_EQ(hex(bytes_of(std::string("\x00\x0f\xa0\xff", 4))), "000fa0ff");
    EXPECT_EQ(hex({}), "");
}

TEST(Digest, comparing_finds_any_difference) {
    const std::string secret = "0123456789abcdef";
    EXPECT_TRUE(equal_in_constant_time(bytes_of(secret), bytes_of(secret)));
    for (size_t i = 0; i < secret.size(); ++i) {
        std::string other = secret;
        other[i] = '?';
        EXPECT_FALSE(equal_in_constant_time(bytes_of(secret), bytes_of(other))) << i;
    }
    EXPECT_TRUE(equal_in_constant_time({}, {}));
}

TEST(DigestDeathTest, comparing_different_sizes_is_a_bug) {
    EXPECT_DEATH(equal_in_constant_time(bytes_of("a"), bytes_of("ab")), "CHECK");
}

TEST(Digest, random_bytes_do_not_repeat) {
    Sha256 first{};
    Sha256 second{};
    random_bytes(first);
    random_bytes(second);
    EXPECT_NE(first, second);
    EXPECT_NE(first, Sha256{});
}

}  // namespace
}  // namespace playhead::base
