// SPDX-License-Identifier: Apache-2.0
#include "ingest/fingerprint.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace playhead::ingest::fingerprint {
namespace {

TEST(Fingerprint, the_results_are_those_that_were_stored) {
    EXPECT_EQ(of_text(""), 1826004513026054241ULL);
    EXPECT_EQ(of_text("playhead"), 11505483924565629055ULL);
    EXPECT_EQ(of_text("media.qoe.bitrate"), 3896767157805992236ULL);
    EXPECT_EQ(of_integer(0), 15422160461162235990ULL);
    EXPECT_EQ(of_integer(1509045324153), 8167381249530287239ULL);
    EXPECT_EQ(of_real(60.39), 1076833295302338937ULL);
    EXPECT_EQ(combine(1, 2), 9758308962369678211ULL);
    EXPECT_EQ(of_object(0), 1500160393309919166ULL);
}

TEST(Fingerprint, texts_that_differ_a_little_differ) {
    std::set<uint64_t> seen;
    size_t count = 0;
    for (size_t size = 0; size < 40; ++size) {
        std::string text(size, 'x');
        seen.insert(of_text(text));
        ++count;
        for (size_t at = 0; at < size; ++at) {
            text[at] = 'y';
            seen.insert(of_text(text));
            ++count;
            text[at] = 'x';
        }
        text.push_back('\0');
        seen.insert(of_text(text));
        ++count;
    }
    EXPECT_EQ(seen.size(), count);
}

TEST(Fingerprint, the_order_of_two_parts_matters) {
    EXPECT_NE(combine(1, 2), combine(2, 1));
    EXPECT_NE(combine(0, 0), combine(0, 1));
    EXPECT_NE(of_integer(3), of_real(3));
}

}  // namespace
}  // namespace playhead::ingest::fingerprint
