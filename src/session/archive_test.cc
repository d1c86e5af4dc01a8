// SPDX-License-Identifier: Apache-2.0
#include "session/archive.h"

#include <array>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <tuple>

#include <gtest/gtest.h>

#include "session/random_suite.h"
#include "session/session.h"

namespace playhead::session {
namespace {

enum class Colour : uint8_t { red, green };

TEST(Archive, numbers_of_every_size_and_sign_come_back) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 2'000; ++i) {
        const auto any = [&] { return random() >> random() % 64; };
        const auto a = static_cast<int64_t>(any()) * (i % 2 == 0 ? 1 : -1);
        const auto b = static_cast<int64_t>(any());
        const auto c = static_cast<int32_t>(any());
        const auto d = static_cast<uint8_t>(any());
        const bool e = i % 3 == 0;
        const auto f = std::bit_cast<double>(random());
        PackWriter writer;
        writer.numbers(a, b, c, d, From{a, b}, Flags(e), Colour::green);
        writer.number(f);
        int64_t a2 = 0;
        int64_t b2 = 0;
        int64_t distant = 0;
        int32_t c2 = 0;
        uint8_t d2 = 0;
        bool e2 = !e;
        Colour colour{};
        double f2 = 0;
        UnpackReader reader(writer.bytes());
        reader.numbers(a2, b2, c2, d2, From{a2, distant}, Flags(e2), colour);
        reader.number(f2);
        ASSERT_TRUE(reader.complete());
        ASSERT_EQ(a2, a);
        ASSERT_EQ(b2, b);
        ASSERT_EQ(c2, c);
        ASSERT_EQ(d2, d);
        ASSERT_EQ(e2, e);
        ASSERT_EQ(distant, b);
        ASSERT_EQ(colour, Colour::green);
        ASSERT_EQ(std::bit_cast<uint64_t>(f2), std::bit_cast<uint64_t>(f));
    }
}

TEST(Archive, zeros_take_half_a_byte_and_rare_ones_less) {
    const int64_t zero = 0;
    PackWriter writer;
    writer.numbers(zero, zero, zero, zero);
    EXPECT_EQ(writer.bytes().size(), 2U);
    writer.clear();
    writer.rare(zero, zero, zero, zero, zero, zero);
    EXPECT_EQ(writer.bytes().size(), 1U);
}

TEST(Archive, fixed_groups_of_every_size_and_sign_come_back) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 2'000; ++i) {
        const auto any = [&] { return random() >> random() % 64; };
        const auto a = static_cast<int64_t>(any()) * (i % 2 == 0 ? 1 : -1);
        const auto b = static_cast<int64_t>(any());
        const auto c = static_cast<int32_t>(any());
        const auto d = static_cast<uint8_t>(any());
        const auto e = static_cast<uint32_t>(any());
        const auto f = any();
        const std::optional<Colour> none;
        const std::optional<Colour> red = Colour::red;
        const bool g = i % 3 == 0;
        PackWriter writer;
        writer.fixed(a, From{a, b}, c, d, e, Whole{f}, none, red, Flags(g), Colour::green);
        int64_t a2 = 0;
        int64_t b2 = 0;
        int32_t c2 = 0;
        uint8_t d2 = 0;
        uint32_t e2 = 0;
        uint64_t f2 = 0;
        std::optional<Colour> none2 = Colour::red;
        std::optional<Colour> red2;
        bool g2 = !g;
        Colour colour{};
        UnpackReader reader(writer.bytes());
        reader.fixed(a2, From{a2, b2}, c2, d2, e2, Whole{f2}, none2, red2, Flags(g2), colour);
        ASSERT_TRUE(reader.complete());
        ASSERT_EQ(std::tuple(a2, b2, c2, d2, e2, f2), std::tuple(a, b, c, d, e, f));
        ASSERT_EQ(std::tuple(none2, red2, g2, colour), std::tuple(none, red, g, Colour::green));
    }
}

TEST(Archive, a_fixed_group_is_wide_when_one_of_its_numbers_does_not_fit) {
    const auto bytes_of = [](int64_t number, int64_t base) {
        PackWriter writer;
        writer.fixed(uint8_t{1}, number, From{base, number});
        return writer.bytes().size();
    };
    constexpr int64_t largest = std::numeric_limits<int32_t>::max();
    constexpr int64_t smallest = std::numeric_limits<int32_t>::min();
    EXPECT_EQ(bytes_of(largest, 0), 10U);
    EXPECT_EQ(bytes_of(smallest, 0), 10U);
    EXPECT_EQ(bytes_of(largest + 1, largest), 18U);
    EXPECT_EQ(bytes_of(smallest - 1, smallest), 18U);
    EXPECT_EQ(bytes_of(0, largest + 2), 18U) << "too far from its base";
}

TEST(Archive, a_fixed_group_that_cannot_be_is_unsound) {
    const auto read = [](std::string_view bytes) {
        UnpackReader reader(bytes);
        uint32_t number = 0;
        bool truth = false;
        reader.fixed(number, truth);
        return reader.complete();
    };
    using namespace std::string_view_literals;
    EXPECT_TRUE(read("\0\1\0\0\0\1"sv));
    EXPECT_FALSE(read("\2\1\0\0\0\1"sv)) << "no width";
    EXPECT_FALSE(read("\0\1\0\0\0\2"sv)) << "no truth";
    EXPECT_FALSE(read("\0\xff\xff\xff\xff\1"sv)) << "-1 is not of its type";
    EXPECT_FALSE(read("\1\1\0\0\0\1\0\0\0\1"sv)) << "too large for its type";
    EXPECT_FALSE(read("\0\1\0\0\0"sv));
    EXPECT_FALSE(read(""sv));
}

TEST(Archive, texts_at_the_limit_of_a_short_size_come_back) {
    for (const size_t size : {0, 254, 255, 256, 70'000}) {
        const std::string sent(size, 'x');
        PackWriter writer;
        writer.text(sent);
        EXPECT_EQ(writer.bytes().size(), size + (size < 255 ? 1 : 9));
        std::string read;
        UnpackReader reader(writer.bytes());
        reader.text(read);
        EXPECT_TRUE(reader.complete());
        EXPECT_EQ(read, sent);
    }
}

TEST(Archive, a_number_that_does_not_fit_is_unsound) {
    PackWriter writer;
    writer.numbers(300, -1);
    uint8_t small = 0;
    uint64_t large = 0;
    UnpackReader reader(writer.bytes());
    reader.numbers(small, large);
    EXPECT_FALSE(reader.sound());
}

TEST(Archive, what_is_cut_is_unsound_and_nothing_behind_it_is_read) {
    PackWriter writer;
    writer.numbers(std::numeric_limits<int64_t>::max(), int64_t{1});
    writer.text("text");
    const std::string whole(writer.bytes());
    for (size_t size = 0; size < whole.size(); ++size) {
        UnpackReader reader(std::string_view(whole).substr(0, size));
        int64_t a = 0;
        int64_t b = 0;
        std::string text;
        reader.numbers(a, b);
        reader.text(text);
        EXPECT_FALSE(reader.sound()) << size;
    }
}

TEST(Archive, a_session_goes_on_after_every_event_as_if_it_had_not_been_packed) {
    const Rules rules;
    for (uint64_t seed = 0; seed < 200; ++seed) {
        const auto events = RandomSessions(seed).session(1, 0);
        Session kept(rules, events[0].arrival, events[0].event, Origin::live, false);
        Session unpacked = kept;
        RowLog log;
        std::array<PackWriter, 2> writers;  // held events look at what was read last
        for (size_t i = 1; i < events.size(); ++i) {
            kept.arrive(events[i].arrival, events[i].event);
            unpacked.arrive(events[i].arrival, events[i].event);
            if (kept.closed()) break;
            PackWriter& writer = writers[i % 2];
            writer.clear();
            unpacked.pack(writer);
            unpacked.drain(log);
            ASSERT_TRUE(unpacked.unpack(kept.id(), writer.bytes(), 0)) << "seed " << seed;
            Session looked_at = unpacked;
            looked_at.recall(log.bytes());
            ASSERT_EQ(looked_at.row(), kept.row()) << "seed " << seed << " event " << i;
        }
    }
}

TEST(Archive, bytes_that_are_no_session_are_refused_or_do_no_harm) {
    const Rules rules;
    uint64_t refused = 0;
    for (uint64_t seed = 0; seed < 100; ++seed) {
        RandomSessions random(seed);
        const auto events = random.session(1, 0);
        Session session(rules, events[0].arrival, events[0].event, Origin::live, false);
        for (size_t i = 1; i < events.size() / 2; ++i) {
            session.arrive(events[i].arrival, events[i].event);
        }
        if (session.closed()) continue;
        PackWriter writer;
        session.pack(writer);
        const std::string whole(writer.bytes());
        for (size_t i = 0; i < whole.size(); ++i) {
            std::string damaged = whole;
            damaged[i] = static_cast<char>(damaged[i] ^ (1 << random.below(8)));
            Session read(rules);
            if (!read.unpack(session.id(), damaged, 0)) {
                ++refused;
                continue;
            }
            read.held_details_are_sound();
            read.finish();
            EXPECT_TRUE(read.closed());
            read.row();
        }
        Session read(rules);
        EXPECT_FALSE(read.unpack(session.id(), whole + " ", 0));
        EXPECT_FALSE(read.unpack(session.id(), whole.substr(0, whole.size() - 1), 0));
    }
    EXPECT_GT(refused, 100U);
}

}  // namespace
}  // namespace playhead::session
