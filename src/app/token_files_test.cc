// SPDX-License-Identifier: Apache-2.0
#include "app/token_files.h"

#include <gtest/gtest.h>

#include "base/memory_disk.h"

namespace playhead::app {
namespace {

StoredToken stored(const web::Token& token, int64_t expires_at = 0) {
    return {.token = token, .created_at = 5, .expires_at = expires_at, .name = "the dashboard"};
}

web::NewToken made() {
    web::Scopes scopes;
    scopes.add(web::Scope::sql);
    scopes.add(web::Scope::read_live);
    return web::make_token(scopes);
}

TEST(TokenFiles, a_token_reads_back_as_it_was_put_and_survives_a_crash) {
    base::MemoryDisk disk;
    EXPECT_TRUE(read_tokens(disk, "data")->empty());
    const web::NewToken one = made();
    ASSERT_TRUE(put_token(disk, "data", stored(one.token, 99)));
    disk.crash(1);
    const auto all = read_tokens(disk, "data");
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 1U);
    const StoredToken& read = all->front();
    EXPECT_EQ(read.token.id, one.token.id);
    EXPECT_EQ(read.token.hash, one.token.hash);
    EXPECT_EQ(read.token.scopes, one.token.scopes);
    EXPECT_EQ(read.created_at, 5);
    EXPECT_EQ(read.expires_at, 99);
    EXPECT_EQ(read.name, "the dashboard");
}

TEST(TokenFiles, the_secret_is_in_no_file) {
    base::MemoryDisk disk;
    const web::NewToken one = made();
    ASSERT_TRUE(put_token(disk, "data", stored(one.token)));
    const std::string content = disk.content("data/tokens/" + one.token.id);
    const std::string secret = one.text.substr(one.text.rfind('_') + 1);
    EXPECT_EQ(content.find(secret.substr(0, 16)), content.npos);
}

TEST(TokenFiles, a_crash_at_any_moment_leaves_the_old_token_or_the_new_one) {
    const web::NewToken one = made();
    for (uint64_t cut = 0; cut < 12; ++cut) {
        base::MemoryDisk disk;
        ASSERT_TRUE(put_token(disk, "data", stored(one.token, 0)));
        disk.cut_power_after(cut);
        const bool done = put_token(disk, "data", stored(one.token, 99)).has_value();
        disk.crash(cut);
        const auto all = read_tokens(disk, "data");
        ASSERT_TRUE(all) << all.error().what;
        ASSERT_EQ(all->size(), 1U);
        EXPECT_TRUE(all->front().expires_at == 99 || (!done && all->front().expires_at == 0));
    }
}

TEST(TokenFiles, a_revoked_token_is_gone) {
    base::MemoryDisk disk;
    const web::NewToken one = made();
    ASSERT_TRUE(put_token(disk, "data", stored(one.token)));
    EXPECT_TRUE(remove_token(disk, "data", one.token.id));
    disk.crash(1);
    EXPECT_TRUE(read_tokens(disk, "data")->empty());
    for (const std::string& id : {one.token.id, std::string("../lock"), std::string()}) {
        const auto again = remove_token(disk, "data", id);
        ASSERT_FALSE(again);
        EXPECT_EQ(again.error().code, base::ErrorCode::not_found);
    }
}

TEST(TokenFiles, what_is_no_token_is_named) {
    for (const char* text : {"", "playhead token 2\n", "playhead token 1\nhash 00\n"}) {
        base::MemoryDisk disk;
        const web::NewToken one = made();
        ASSERT_TRUE(put_token(disk, "data", stored(one.token)));
        const std::string path = "data/tokens/" + one.token.id;
        const auto file = disk.open(path, base::Disk::Open::existing);
        ASSERT_TRUE(file);
        ASSERT_TRUE((*file)->resize(0));
        ASSERT_TRUE((*file)->write(0, text));
        const auto all = read_tokens(disk, "data");
        ASSERT_FALSE(all) << text;
        EXPECT_NE(all.error().what.find(path), std::string::npos);
    }
}

TEST(TokenFiles, there_is_a_limit) {
    base::MemoryDisk disk;
    web::NewToken last;
    for (size_t i = 0; i < most_tokens; ++i) {
        last = made();
        ASSERT_TRUE(put_token(disk, "data", stored(last.token)));
    }
    const auto above = put_token(disk, "data", stored(made().token));
    ASSERT_FALSE(above);
    EXPECT_EQ(above.error().code, base::ErrorCode::full);
    EXPECT_TRUE(put_token(disk, "data", stored(last.token, 7)));
}

TEST(TokenFiles, only_what_has_not_expired_is_valid) {
    const web::NewToken always = made();
    const web::NewToken once = made();
    const std::vector<StoredToken> all{stored(always.token), stored(once.token, 100)};
    EXPECT_EQ(valid_tokens(all, 99).size(), 2U);
    ASSERT_EQ(valid_tokens(all, 100).size(), 1U);
    EXPECT_EQ(valid_tokens(all, 100).front().id, always.token.id);
}

TEST(TokenFiles, a_name_is_one_line_of_bounded_length) {
    EXPECT_EQ(refuse_token_name(""), "");
    EXPECT_EQ(refuse_token_name(std::string(token_name_bytes, 'a')), "");
    EXPECT_NE(refuse_token_name(std::string(token_name_bytes + 1, 'a')), "");
    EXPECT_NE(refuse_token_name("a\nb"), "");
}

}  // namespace
}  // namespace playhead::app
