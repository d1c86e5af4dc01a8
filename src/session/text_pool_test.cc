// SPDX-License-Identifier: Apache-2.0
#include "session/text_pool.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace playhead::session {
namespace {

std::string log_of(std::string_view first, std::string_view second) {
    RowLog log;
    log.add({.part = RowLog::Part::start, .head = "h", .texts = {{1, first}, {2, second}}});
    log.add({.part = RowLog::Part::ad, .head = {}, .texts = {{RowLog::metadata_key, second}}});
    return std::string(log.bytes());
}

std::string expanded(const TextPool& pool, const ByteBlock& interned) {
    RowLog log;
    pool.expand(interned.view(), log);
    return std::string(log.bytes());
}

TEST(TextPool, gives_back_the_log_and_keeps_each_text_once) {
    TextPool pool;
    ByteBlock one;
    ByteBlock two;
    pool.intern(log_of("a programme", "a channel"), one);
    pool.intern(log_of("another programme", "a channel"), two);
    EXPECT_EQ(expanded(pool, one), log_of("a programme", "a channel"));
    EXPECT_EQ(expanded(pool, two), log_of("another programme", "a channel"));
    EXPECT_EQ(pool.texts(), 3U);
}

TEST(TextPool, short_and_empty_texts_stay_in_the_log) {
    TextPool pool;
    ByteBlock interned;
    pool.intern(log_of("", "vod"), interned);
    EXPECT_EQ(expanded(pool, interned), log_of("", "vod"));
    EXPECT_EQ(pool.texts(), 0U);
}

TEST(TextPool, a_text_goes_with_the_last_log_that_has_it) {
    TextPool pool;
    ByteBlock one;
    ByteBlock two;
    pool.intern(log_of("a programme", "a channel"), one);
    pool.intern(log_of("a programme", "b channel"), two);
    pool.release(one.view());
    EXPECT_EQ(pool.texts(), 2U);
    EXPECT_EQ(expanded(pool, two), log_of("a programme", "b channel"));
    pool.release(two.view());
    EXPECT_EQ(pool.texts(), 0U);
}

TEST(TextPool, is_the_same_after_it_was_packed_in_pieces) {
    TextPool pool;
    ByteBlock gone;
    ByteBlock one;
    pool.intern(log_of("gone programme", "gone channel"), gone);
    pool.intern(log_of("a programme", "a channel"), one);
    pool.release(gone.view());
    TextPool read;
    for (uint32_t next = 0; next < pool.numbers();) {
        PackWriter writer;
        next = pool.pack(writer, next, 1);
        UnpackReader reader(writer.bytes());
        ASSERT_TRUE(read.unpack(reader));
    }
    EXPECT_TRUE(read.retain(one.view()));
    read.finish_unpacking();
    EXPECT_EQ(read.texts(), 2U);
    EXPECT_EQ(expanded(read, one), log_of("a programme", "a channel"));
}

TEST(TextPool, a_text_that_is_held_stays) {
    TextPool pool;
    ByteBlock log;
    pool.intern(log_of("a programme", "on"), log);
    std::vector<TextPool::Interned> texts;
    TextPool::first_record(log.view(), texts);
    ASSERT_EQ(texts.size(), 2U);
    EXPECT_EQ(texts[0].kind, 1);
    EXPECT_EQ(pool.view(texts[0]), "a programme");
    EXPECT_EQ(pool.view(texts[1]), "on");
    EXPECT_FALSE(texts[1].is_number) << "too short for a number in the log";
    ASSERT_TRUE(texts[0].is_number);
    const uint32_t number = texts[0].number;
    EXPECT_EQ(pool.hold("a programme"), number);
    pool.retain(number);
    const uint32_t other = pool.hold("on");
    EXPECT_NE(other, number);

    pool.release(log.view());
    EXPECT_EQ(pool.text(number), "a programme");
    pool.release(number);
    EXPECT_EQ(pool.text(number), "a programme");
    pool.release(number);
    pool.release(other);
    EXPECT_EQ(pool.texts(), 0U);
}

TEST(TextPool, refuses_a_log_with_a_text_that_it_does_not_have) {
    TextPool pool;
    ByteBlock one;
    pool.intern(log_of("a programme", "a channel"), one);
    TextPool empty;
    EXPECT_FALSE(empty.retain(one.view()));
    EXPECT_FALSE(pool.retain(one.view().substr(0, one.view().size() - 1)));
}

}  // namespace
}  // namespace playhead::session
