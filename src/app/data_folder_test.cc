// SPDX-License-Identifier: Apache-2.0
#include "app/data_folder.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/posix_disk.h"

namespace playhead::app {
namespace {

class Folder : public testing::Test {
  protected:
    Folder() {
        char path[] = "/tmp/playhead-folder-XXXXXX";
        root_ = mkdtemp(path);
        path_ = root_ + "/data";
    }

    ~Folder() override { std::filesystem::remove_all(root_); }

    std::string root_;
    std::string path_;
    base::PosixDisk disk_;
};

TEST_F(Folder, is_made_with_a_key_that_stays) {
    event::SessionIdKey::Key first{};
    {
        const auto folder = open_data_folder(disk_, path_);
        ASSERT_TRUE(folder);
        first = folder->key;
    }
    EXPECT_NE(first, event::SessionIdKey::Key{});
    const auto again = open_data_folder(disk_, path_);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->key, first);
}

TEST_F(Folder, the_key_is_for_nobody_else) {
    ASSERT_TRUE(open_data_folder(disk_, path_));
    struct stat status{};
    ASSERT_EQ(stat((path_ + "/session.key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    ASSERT_EQ(stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700U);
}

TEST_F(Folder, has_one_owner_at_a_time) {
    const auto first = open_data_folder(disk_, path_);
    ASSERT_TRUE(first);
    const auto second = open_data_folder(disk_, path_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, base::ErrorCode::busy);
    EXPECT_NE(second.error().what.find(path_), std::string::npos);
}

TEST_F(Folder, a_key_of_another_length_is_never_replaced) {
    ASSERT_TRUE(open_data_folder(disk_, path_));
    std::filesystem::resize_file(path_ + "/session.key", 31);
    const auto folder = open_data_folder(disk_, path_);
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error().code, base::ErrorCode::damaged);
    EXPECT_EQ(std::filesystem::file_size(path_ + "/session.key"), 31U);
}

}  // namespace
}  // namespace playhead::app
