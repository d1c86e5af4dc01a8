// SPDX-License-Identifier: Apache-2.0
#include "base/folder_lock.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

namespace playhead::base {
namespace {

class FolderLockTest : public testing::Test {
  protected:
    FolderLockTest() { EXPECT_NE(mkdtemp(folder_.data()), nullptr); }

    ~FolderLockTest() override { std::filesystem::remove_all(folder_); }

    std::string folder_ = (std::filesystem::temp_directory_path() / "lock_XXXXXX").string();
};

TEST_F(FolderLockTest, a_second_owner_is_told_who_has_it) {
    const auto first = lock_folder(folder_);
    ASSERT_TRUE(first);
    const auto second = lock_folder(folder_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::busy);
    EXPECT_NE(second.error().what.find(folder_), std::string::npos);
    EXPECT_NE(second.error().what.find("process " + std::to_string(getpid())), std::string::npos);
}

TEST_F(FolderLockTest, a_lock_that_was_given_back_is_free) {
    ASSERT_TRUE(lock_folder(folder_));
    EXPECT_TRUE(lock_folder(folder_));
}

TEST_F(FolderLockTest, a_missing_folder_says_not_found) {
    EXPECT_EQ(lock_folder(folder_ + "/none").error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace playhead::base
