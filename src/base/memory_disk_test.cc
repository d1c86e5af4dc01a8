// SPDX-License-Identifier: Apache-2.0
// What MemoryDisk adds to a Disk: crashes and faults.
#include "base/memory_disk.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "base/splitmix.h"

namespace playhead::base {
namespace {

constexpr uint64_t seeds = 300;

std::unique_ptr<File> make(MemoryDisk& disk, const std::string& path, std::string_view content) {
    auto file = disk.open(path, Disk::Open::create);
    EXPECT_TRUE(file);
    EXPECT_TRUE((*file)->write(0, content));
    return std::move(*file);
}

std::unique_ptr<File> make_durable(MemoryDisk& disk, const std::string& path,
                                   std::string_view content) {
    auto file = make(disk, path, content);
    EXPECT_TRUE(file->sync());
    EXPECT_TRUE(disk.sync_folder("."));
    return file;
}

// What is left in file "a" after a crash with each seed, when `before` was synced and `after` not.
std::set<std::string> left_over(const std::string& before, const std::string& after) {
    std::set<std::string> seen;
    for (uint64_t seed = 0; seed < seeds; ++seed) {
        MemoryDisk disk;
        const auto file = make_durable(disk, "a", before);
        EXPECT_TRUE(file->write(0, after));
        disk.crash(seed);
        seen.insert(disk.content("a"));
    }
    return seen;
}

TEST(MemoryDisk, refuses_the_change_that_was_ordered_and_no_other) {
    MemoryDisk disk;
    auto file = disk.open("/a", Disk::Open::create);
    disk.refuse_after(1);
    EXPECT_TRUE((*file)->write(0, "one"));
    EXPECT_EQ((*file)->write(3, "two").error().code, ErrorCode::full);
    EXPECT_EQ(disk.content("/a"), "one");
    EXPECT_TRUE((*file)->write(3, "two"));
    disk.refuse_after(0);
    EXPECT_EQ((*file)->sync().error().code, ErrorCode::full);
    disk.crash(0);
    disk.refuse_after(0);
    EXPECT_EQ(disk.open("/b", Disk::Open::create).error().code, ErrorCode::full);
    EXPECT_TRUE(disk.open("/b", Disk::Open::create));
}

TEST(Splitmix, gives_the_published_sequence) {
    Splitmix sequence(1234567);
    EXPECT_EQ(sequence.next(), 6457827717110365317U);
    EXPECT_EQ(sequence.next(), 3203168211198807973U);
}

TEST(MemoryDisk, what_was_synced_survives_every_crash) {
    for (uint64_t seed = 0; seed < seeds; ++seed) {
        MemoryDisk disk;
        make_durable(disk, "a", "safe");
        disk.crash(seed);
        EXPECT_EQ(disk.content("a"), "safe");
    }
}

TEST(MemoryDisk, an_unsynced_write_is_lost_kept_or_torn_at_any_byte) {
    const std::set<std::string> seen = left_over("....", "1234");
    EXPECT_EQ(seen, (std::set<std::string>{"....", "1...", "12..", "123.", "1234"}));
}

TEST(MemoryDisk, sectors_of_one_write_arrive_in_any_order) {
    const std::string before(1536, '.');
    const std::string after(1536, '#');
    const std::set<std::string> seen = left_over(before, after);
    EXPECT_TRUE(std::any_of(seen.begin(), seen.end(), [](const std::string& left) {
        return left[0] == '.' && left[600] == '#';
    }));
    EXPECT_TRUE(seen.contains(before));
    EXPECT_TRUE(seen.contains(after));
}

TEST(MemoryDisk, a_crash_is_repeated_by_its_seed) {
    for (uint64_t seed = 0; seed < 20; ++seed) {
        std::set<std::string> seen;
        for (int time = 0; time < 2; ++time) {
            MemoryDisk disk;
            const auto file = make_durable(disk, "a", std::string(5000, '.'));
            EXPECT_TRUE(file->write(100, std::string(4000, '#')));
            disk.crash(seed);
            seen.insert(disk.content("a"));
        }
        EXPECT_EQ(seen.size(), 1U);
    }
}

TEST(MemoryDisk, a_name_lives_only_with_its_folder_synced) {
    bool lost = false;
    bool kept = false;
    for (uint64_t seed = 0; seed < seeds; ++seed) {
        MemoryDisk disk;
        EXPECT_TRUE(make(disk, "a", "x")->sync());
        disk.crash(seed);
        (disk.exists("a") ? kept : lost) = true;
    }
    EXPECT_TRUE(lost);
    EXPECT_TRUE(kept);
}

TEST(MemoryDisk, an_unsynced_rename_happens_as_a_whole_or_not) {
    std::set<std::string> seen;
    for (uint64_t seed = 0; seed < seeds; ++seed) {
        MemoryDisk disk;
        make_durable(disk, "a", "x");
        make_durable(disk, "b", "y");
        EXPECT_TRUE(disk.rename("a", "b"));
        disk.crash(seed);
        seen.insert((disk.exists("a") ? "a=" + disk.content("a") : "") + " b=" + disk.content("b"));
    }
    EXPECT_EQ(seen, (std::set<std::string>{"a=x b=y", " b=x"}));
}

TEST(MemoryDisk, unsynced_changes_of_a_folder_are_reordered) {
    bool second_without_first = false;
    for (uint64_t seed = 0; seed < seeds; ++seed) {
        MemoryDisk disk;
        make(disk, "a", "");
        make(disk, "b", "");
        disk.crash(seed);
        second_without_first |= disk.exists("b") && !disk.exists("a");
    }
    EXPECT_TRUE(second_without_first);
}

TEST(MemoryDisk, files_opened_before_a_crash_are_dead) {
    MemoryDisk disk;
    const auto file = make_durable(disk, "a", "x");
    disk.crash(1);
    char byte = 0;
    EXPECT_FALSE(file->write(0, "y"));
    EXPECT_FALSE(file->read(0, {&byte, 1}));
    EXPECT_FALSE(file->sync());
    EXPECT_EQ(disk.content("a"), "x");
}

TEST(MemoryDisk, without_power_nothing_works_until_the_crash) {
    MemoryDisk disk;
    const auto file = make_durable(disk, "a", "....");
    disk.cut_power_after(1);
    EXPECT_TRUE(file->write(0, "1"));
    EXPECT_EQ(file->write(1, "2").error().code, ErrorCode::io);
    EXPECT_EQ(file->write(2, "3").error().code, ErrorCode::io);
    EXPECT_FALSE(file->sync());
    EXPECT_FALSE(disk.list("."));
    EXPECT_FALSE(disk.open("a", Disk::Open::read_only));
    disk.crash(1);
    EXPECT_TRUE(disk.open("a", Disk::Open::read_only));
    EXPECT_EQ(disk.content("a").substr(2), "..");
}

TEST(MemoryDisk, a_failed_sync_leaves_bytes_that_no_later_sync_saves) {
    bool lost = false;
    for (uint64_t seed = 0; seed < 20; ++seed) {
        MemoryDisk disk;
        const auto file = make_durable(disk, "a", "..");
        EXPECT_TRUE(file->write(0, "1"));
        disk.fail_next_sync();
        EXPECT_EQ(file->sync().error().code, ErrorCode::io);
        EXPECT_EQ(disk.content("a"), "1.");
        EXPECT_TRUE(file->write(1, "2"));
        EXPECT_TRUE(file->sync());
        disk.crash(seed);
        EXPECT_EQ(disk.content("a")[1], '2');
        lost |= disk.content("a")[0] == '.';
    }
    EXPECT_TRUE(lost);
}

TEST(MemoryDisk, a_full_disk_takes_what_fits) {
    MemoryDisk disk;
    disk.set_capacity(10);
    const auto file = make(disk, "a", "12345678");
    EXPECT_EQ(*disk.free_bytes("."), 2U);
    EXPECT_TRUE(file->write(8, "9"));
    EXPECT_EQ(file->write(9, "abc").error().code, ErrorCode::full);
    EXPECT_EQ(disk.content("a"), "123456789a");
    EXPECT_TRUE(file->write(0, "overwriting needs no room").error().code == ErrorCode::full);
    EXPECT_TRUE(file->write(0, "overwrites"));
    EXPECT_EQ(file->resize(11).error().code, ErrorCode::full);
    EXPECT_TRUE(disk.remove("a"));
    EXPECT_EQ(*disk.free_bytes("."), 10U);
}

TEST(MemoryDisk, operations_count_every_change) {
    MemoryDisk disk;
    const uint64_t before = disk.operations();
    make_durable(disk, "a", "x");
    EXPECT_EQ(disk.operations() - before, 4U);
}

}  // namespace
}  // namespace playhead::base
