// SPDX-License-Identifier: Apache-2.0
#include "app/access.h"

#include <gtest/gtest.h>

#include "app/token_files.h"
#include "base/memory_disk.h"

namespace playhead::app {
namespace {

Config config_for(const std::string& admin, const std::string& tokens = "auto") {
    Config config;
    config.data = "data";
    config.admin = admin;
    config.admin_tokens = tokens;
    return config;
}

web::NewToken put(base::Disk& disk, int64_t expires_at) {
    web::Scopes scopes;
    scopes.add(web::Scope::admin);
    const web::NewToken made = web::make_token(scopes);
    EXPECT_TRUE(
        put_token(disk, "data",
                  {.token = made.token, .created_at = 1, .expires_at = expires_at, .name = "n"}));
    return made;
}

TEST(Access, loopback_needs_no_token) {
    base::MemoryDisk disk;
    for (const char* admin : {"127.0.0.1:8081", "127.9.9.9:1", "[::1]:8081"}) {
        const auto access = Access::open(disk, config_for(admin), 10);
        ASSERT_TRUE(access) << admin;
        EXPECT_EQ((*access)->tokens(), nullptr);
    }
}

TEST(Access, any_other_address_refuses_to_start_without_one) {
    base::MemoryDisk disk;
    for (const char* admin : {"0.0.0.0:8081", "[::]:8081", ":8081", "localhost:8081", "10.0.0.1:1",
                              "128.0.0.1:8081", "127.0.0.1.evil.example:8081"}) {
        const auto access = Access::open(disk, config_for(admin), 10);
        ASSERT_FALSE(access) << admin;
        EXPECT_EQ(access.error().code, base::ErrorCode::invalid);
        EXPECT_NE(access.error().what.find("playhead token create --data data"), std::string::npos);
    }
    EXPECT_FALSE(Access::open(disk, config_for("127.0.0.1:8081", "required"), 10));
    put(disk, 10);
    EXPECT_FALSE(Access::open(disk, config_for("0.0.0.0:8081"), 10)) << "it has expired";
    put(disk, 11);
    EXPECT_TRUE(Access::open(disk, config_for("0.0.0.0:8081"), 10));
    EXPECT_TRUE(Access::open(disk, config_for("127.0.0.1:8081", "required"), 10));
}

TEST(Access, takes_over_what_has_changed_and_what_has_expired) {
    base::MemoryDisk disk;
    const web::NewToken first = put(disk, 20);
    const auto access = Access::open(disk, config_for("0.0.0.0:8081"), 10);
    ASSERT_TRUE(access);
    const web::Tokens* tokens = (*access)->tokens();
    ASSERT_NE(tokens, nullptr);
    const web::NewToken second = put(disk, 0);
    EXPECT_TRUE(tokens->scopes_of(first.text));
    EXPECT_FALSE(tokens->scopes_of(second.text));
    (*access)->refresh(19);
    EXPECT_TRUE(tokens->scopes_of(first.text));
    EXPECT_TRUE(tokens->scopes_of(second.text));
    (*access)->refresh(20);
    EXPECT_FALSE(tokens->scopes_of(first.text));
    ASSERT_TRUE(remove_token(disk, "data", second.token.id));
    (*access)->refresh(21);
    EXPECT_FALSE(tokens->scopes_of(second.text));
}

TEST(Access, keeps_what_was_valid_while_the_files_cannot_be_read) {
    base::MemoryDisk disk;
    const web::NewToken made = put(disk, 0);
    const auto access = Access::open(disk, config_for("0.0.0.0:8081"), 10);
    ASSERT_TRUE(access);
    disk.overwrite("data/tokens/" + made.token.id, 0, "nonsense");
    (*access)->refresh(11);
    EXPECT_TRUE((*access)->tokens()->scopes_of(made.text));
}

}  // namespace
}  // namespace playhead::app
