// SPDX-License-Identifier: Apache-2.0
#include "app/erasure_record.h"

#include <array>

#include <gtest/gtest.h>

#include "base/digest.h"

namespace playhead::app {
namespace {

event::SessionId session(uint8_t number) {
    event::SessionId id;
    id.bytes[0] = number;
    return id;
}

ErasureBegun begun(uint8_t sessions) {
    ErasureBegun made{
        .id = {7}, .first = 100, .sessions = sessions, .records = 30, .rows = 40, .marks = {}};
    for (uint8_t i = 0; i < sessions; ++i) made.marks.insert(mark_of(session(i)));
    return made;
}

TEST(ErasureRecord, what_is_erased_reads_back) {
    for (const uint8_t sessions : std::array<uint8_t, 3>{0, 1, 200}) {
        const ErasureBegun made = begun(sessions);
        const auto read = decode_erasure(encode_erasure(made));
        ASSERT_TRUE(read);
        const auto* same = std::get_if<ErasureBegun>(&*read);
        ASSERT_NE(same, nullptr);
        EXPECT_EQ(same->id, made.id);
        EXPECT_EQ(same->first, 100U);
        EXPECT_EQ(same->sessions, sessions);
        EXPECT_EQ(same->records, 30U);
        EXPECT_EQ(same->rows, 40U);
        EXPECT_EQ(same->marks, made.marks);
    }
}

TEST(ErasureRecord, what_was_done_reads_back) {
    ErasureReplaces made{.id = {9}, .segment = {.first = 4096, .before = {1}, .after = {2}}};
    const auto replaces = decode_erasure(encode_erasure(made));
    ASSERT_TRUE(replaces);
    const auto& same = std::get<ErasureReplaces>(*replaces);
    EXPECT_EQ(same.id, made.id);
    EXPECT_EQ(same.segment.first, 4096U);
    EXPECT_EQ(same.segment.before, made.segment.before);
    EXPECT_EQ(same.segment.after, made.segment.after);
    const auto finished = decode_erasure(encode_erasure(ErasureFinished{{3}}));
    ASSERT_TRUE(finished);
    EXPECT_EQ(std::get<ErasureFinished>(*finished).id, ErasureId{3});
}

TEST(ErasureRecord, bytes_that_are_none_are_refused) {
    for (const ErasureRecord& made : {ErasureRecord(begun(2)), ErasureRecord(ErasureReplaces()),
                                      ErasureRecord(ErasureFinished())}) {
        const std::string bytes = encode_erasure(made);
        for (size_t size = 0; size < bytes.size(); ++size) {
            EXPECT_FALSE(decode_erasure(bytes.substr(0, size))) << size;
        }
        EXPECT_FALSE(decode_erasure(bytes + "x"));
        EXPECT_FALSE(decode_erasure("\x04" + bytes.substr(1)));
    }
}

TEST(ErasureRecord, a_mark_is_the_beginning_of_the_hash_that_the_store_computes) {
    base::Sha256Stream stream;
    stream.add(session(5).text());
    EXPECT_EQ(base::hex(mark_of(session(5))), base::hex(stream.digest()).substr(0, 32));
    EXPECT_NE(mark_of(session(5)), mark_of(session(6)));
}

}  // namespace
}  // namespace playhead::app
