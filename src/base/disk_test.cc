// SPDX-License-Identifier: Apache-2.0
// What every Disk must do. Both implementations pass the same cases.
#include "base/disk.h"

#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/memory_disk.h"
#include "base/posix_disk.h"

namespace playhead::base {
namespace {

struct PosixWorld {
    PosixWorld() {
        std::string pattern = (std::filesystem::temp_directory_path() / "disk_XXXXXX").string();
        EXPECT_NE(mkdtemp(pattern.data()), nullptr);
        folder = pattern;
    }

    PosixWorld(const PosixWorld&) = delete;
    PosixWorld& operator=(const PosixWorld&) = delete;

    ~PosixWorld() { std::filesystem::remove_all(folder); }

    PosixDisk disk;
    std::string folder;
};

struct MemoryWorld {
    MemoryWorld() { EXPECT_TRUE(disk.make_folder(folder)); }

    MemoryDisk disk;
    std::string folder = "/data";
};

template <typename World>
class DiskConformance : public testing::Test {
  protected:
    std::string path(const std::string& name) const { return world_.folder + '/' + name; }

    std::unique_ptr<File> make(const std::string& name, std::string_view content = "") {
        auto file = world_.disk.open(path(name), Disk::Open::create);
        EXPECT_TRUE(file);
        EXPECT_TRUE((*file)->write(0, content));
        return std::move(*file);
    }

    static std::string read(const File& file, uint64_t offset, size_t count) {
        std::string into(count, '?');
        const auto got = file.read(offset, into);
        EXPECT_TRUE(got);
        into.resize(*got);
        return into;
    }

    World world_;
};

using Worlds = testing::Types<PosixWorld, MemoryWorld>;
TYPED_TEST_SUITE(DiskConformance, Worlds);

TYPED_TEST(DiskConformance, what_the_cache_forgot_is_read_as_it_was_written) {
    Disk& disk = this->world_.disk;
    const auto file = this->make("forgotten", std::string(3 * 4096, 'a'));
    ASSERT_TRUE(file->sync());
    ASSERT_TRUE(file->write(4096, "not synced"));
    disk.let_cache_forget(this->path("forgotten"));
    EXPECT_EQ(this->read(*file, 4090, 20), "aaaaaanot syncedaaaa");
    disk.let_cache_forget(this->path("not there"));
    EXPECT_FALSE(disk.exists(this->path("not there")));
}

TYPED_TEST(DiskConformance, what_was_written_is_read) {
    const auto file = this->make("a", "0123456789");
    EXPECT_EQ(this->read(*file, 0, 10), "0123456789");
    EXPECT_EQ(this->read(*file, 3, 4), "3456");
    EXPECT_TRUE(file->write(4, "xy"));
    EXPECT_EQ(this->read(*file, 0, 10), "0123xy6789");
    EXPECT_TRUE(file->sync());
    EXPECT_EQ(*file->size(), 10U);
}

TYPED_TEST(DiskConformance, reading_ends_at_the_end) {
    const auto file = this->make("a", "0123456789");
    EXPECT_EQ(this->read(*file, 8, 10), "89");
    EXPECT_EQ(this->read(*file, 10, 1), "");
    EXPECT_EQ(this->read(*file, 4000, 1), "");
}

TYPED_TEST(DiskConformance, writing_behind_the_end_leaves_zeros_between) {
    const auto file = this->make("a", "ab");
    EXPECT_TRUE(file->write(5, "c"));
    EXPECT_EQ(this->read(*file, 0, 10), std::string("ab\0\0\0c", 6));
}

TYPED_TEST(DiskConformance, a_file_is_cut_and_extended_with_zeros) {
    const auto file = this->make("a", "abcdef");
    EXPECT_TRUE(file->resize(2));
    EXPECT_EQ(this->read(*file, 0, 10), "ab");
    EXPECT_TRUE(file->resize(4));
    EXPECT_EQ(this->read(*file, 0, 10), std::string("ab\0\0", 4));
    EXPECT_EQ(*file->size(), 4U);
}

TYPED_TEST(DiskConformance, two_openings_see_one_file) {
    const auto writer = this->make("a", "one");
    const auto reader = this->world_.disk.open(this->path("a"), Disk::Open::read_only);
    ASSERT_TRUE(reader);
    EXPECT_TRUE(writer->write(0, "two"));
    EXPECT_EQ(this->read(**reader, 0, 10), "two");
}

TYPED_TEST(DiskConformance, create_keeps_what_is_there) {
    this->make("a", "kept");
    const auto again = this->world_.disk.open(this->path("a"), Disk::Open::create);
    ASSERT_TRUE(again);
    EXPECT_EQ(this->read(**again, 0, 10), "kept");
}

TYPED_TEST(DiskConformance, opening_what_is_missing_says_not_found) {
    for (const auto how : {Disk::Open::existing, Disk::Open::read_only}) {
        const auto file = this->world_.disk.open(this->path("none"), how);
        ASSERT_FALSE(file);
        EXPECT_EQ(file.error().code, ErrorCode::not_found);
        EXPECT_NE(file.error().what.find(this->path("none")), std::string::npos);
    }
    const auto lost = this->world_.disk.open(this->path("none/a"), Disk::Open::create);
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code, ErrorCode::not_found);
}

TYPED_TEST(DiskConformance, a_folder_is_not_a_file) {
    EXPECT_FALSE(this->world_.disk.open(this->world_.folder, Disk::Open::existing));
    EXPECT_FALSE(this->world_.disk.open(this->world_.folder, Disk::Open::read_only));
}

TYPED_TEST(DiskConformance, a_read_only_file_refuses_writes) {
    this->make("a", "kept");
    const auto file = this->world_.disk.open(this->path("a"), Disk::Open::read_only);
    ASSERT_TRUE(file);
    EXPECT_FALSE((*file)->write(0, "no"));
    EXPECT_FALSE((*file)->resize(1));
    EXPECT_EQ(this->read(**file, 0, 10), "kept");
}

TYPED_TEST(DiskConformance, a_folder_lists_its_names_in_order) {
    this->make("b");
    this->make("a");
    EXPECT_TRUE(this->world_.disk.make_folder(this->path("c/d")));
    this->world_.disk.open(this->path("c/e"), Disk::Open::create).value();
    EXPECT_EQ(*this->world_.disk.list(this->world_.folder),
              (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(*this->world_.disk.list(this->path("c")), (std::vector<std::string>{"d", "e"}));
}

TYPED_TEST(DiskConformance, listing_what_is_missing_says_not_found) {
    const auto names = this->world_.disk.list(this->path("none"));
    ASSERT_FALSE(names);
    EXPECT_EQ(names.error().code, ErrorCode::not_found);
}

TYPED_TEST(DiskConformance, a_folder_is_made_with_its_parents_and_again) {
    for (int time = 0; time < 2; ++time) {
        EXPECT_TRUE(this->world_.disk.make_folder(this->path("x/y/z")));
        EXPECT_TRUE(this->world_.disk.exists(this->path("x/y/z")));
    }
    this->make("file");
    EXPECT_FALSE(this->world_.disk.make_folder(this->path("file/z")));
}

TYPED_TEST(DiskConformance, rename_replaces_and_keeps_open_files) {
    const auto file = this->make("a", "one");
    this->make("b", "two");
    EXPECT_TRUE(this->world_.disk.rename(this->path("a"), this->path("b")));
    EXPECT_TRUE(this->world_.disk.sync_folder(this->world_.folder));
    EXPECT_FALSE(this->world_.disk.exists(this->path("a")));
    EXPECT_TRUE(file->write(3, "!"));
    const auto renamed = this->world_.disk.open(this->path("b"), Disk::Open::existing);
    ASSERT_TRUE(renamed);
    EXPECT_EQ(this->read(**renamed, 0, 10), "one!");
    EXPECT_EQ(this->world_.disk.rename(this->path("a"), this->path("c")).error().code,
              ErrorCode::not_found);
}

TYPED_TEST(DiskConformance, a_removed_file_stays_readable_for_who_has_it_open) {
    const auto file = this->make("a", "still");
    EXPECT_TRUE(this->world_.disk.remove(this->path("a")));
    EXPECT_FALSE(this->world_.disk.exists(this->path("a")));
    EXPECT_EQ(this->read(*file, 0, 10), "still");
    EXPECT_EQ(this->world_.disk.remove(this->path("a")).error().code, ErrorCode::not_found);
}

TYPED_TEST(DiskConformance, there_is_room_and_a_missing_folder_does_not_sync) {
    EXPECT_GT(*this->world_.disk.free_bytes(this->world_.folder), 0U);
    EXPECT_EQ(this->world_.disk.sync_folder(this->path("none")).error().code, ErrorCode::not_found);
}

// Linux has a file that is always full.
TEST(PosixDisk, a_full_disk_says_full) {
    PosixDisk disk;
    const auto file = disk.open("/dev/full", Disk::Open::existing);
    ASSERT_TRUE(file);
    EXPECT_EQ((*file)->write(0, "x").error().code, ErrorCode::full);
}

TEST(PosixDisk, files_and_folders_belong_to_their_owner_only) {
    PosixWorld world;
    ASSERT_TRUE(world.disk.make_folder(world.folder + "/private"));
    ASSERT_TRUE(world.disk.open(world.folder + "/private/file", Disk::Open::create));
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(world.folder + "/private").permissions(), perms::owner_all);
    EXPECT_EQ(std::filesystem::status(world.folder + "/private/file").permissions() &
                  (perms::group_all | perms::others_all),
              perms::none);
}

}  // namespace
}  // namespace playhead::base
