// SPDX-License-Identifier: Apache-2.0
#include "store/delta_varint.h"

#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace playhead::store {
namespace {

constexpr uint64_t largest = std::numeric_limits<uint64_t>::max();

using Offsets = std::vector<uint64_t>;

TEST(DeltaVarint, gives_the_documented_bytes) {
    EXPECT_EQ(encode_offsets(Offsets{}), "");
    EXPECT_EQ(encode_offsets(Offsets{0}), std::string(1, '\0'));
    EXPECT_EQ(encode_offsets(Offsets{127}), "\x7f");
    EXPECT_EQ(encode_offsets(Offsets{128}), "\x80\x01");
    EXPECT_EQ(encode_offsets(Offsets{300, 301, 301}), std::string("\xac\x02\x01\x00", 4));
}

TEST(DeltaVarint, brings_back_what_went_in) {
    for (const Offsets& offsets :
         {Offsets{}, Offsets{0}, Offsets{0, 0, 0}, Offsets{largest}, Offsets{0, largest, 0},
          Offsets{5, 4, 3}, Offsets{largest - 1, largest}, Offsets{16383, 16384, 1ULL << 63}}) {
        EXPECT_EQ(decode_offsets(encode_offsets(offsets)), offsets);
    }
}

TEST(DeltaVarint, takes_about_two_bytes_for_neighbours) {
    Offsets offsets;
    for (uint64_t i = 0; i < 1000; ++i) offsets.push_back(1'000'000'000'000 + i * 1000);
    EXPECT_LE(encode_offsets(offsets).size(), 2 * offsets.size() + 10);
}

TEST(DeltaVarint, refuses_a_cut_varint) {
    EXPECT_FALSE(decode_offsets("\x80"));
    EXPECT_FALSE(decode_offsets("\x01\xff\xff"));
}

TEST(DeltaVarint, refuses_more_than_sixty_four_bits) {
    EXPECT_TRUE(decode_offsets("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
    EXPECT_FALSE(decode_offsets("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"));
    EXPECT_FALSE(decode_offsets("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"));
}

}  // namespace
}  // namespace playhead::store
