// SPDX-License-Identifier: Apache-2.0
// What only segment files have: sizes, room, retention, verification, reading beside a writer.
#include "journal/file_journal.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "base/memory_disk.h"
#include "base/posix_disk.h"
#include "journal/copy.h"
#include "journal/past_damage.h"
#include "journal/segment.h"
#include "journal/verify.h"

namespace playhead::journal {
namespace {

using base::ErrorCode;

const std::string folder = "/journal";

FileJournal::Options small_segments() {
    FileJournal::Options options;
    options.segment_bytes = 8 * 1024;
    options.salt = 1;
    options.write_ahead = false;
    return options;
}

std::unique_ptr<FileJournal> open(base::MemoryDisk& disk, const FileJournal::Options& options) {
    auto opened = FileJournal::open(disk, folder, options);
    EXPECT_TRUE(opened) << opened.error().what;
    return std::move(*opened);
}

// Appends and commits `count` records of `bytes`; says where each stands.
std::vector<Offset> fill(FileJournal& journal, int count, size_t bytes) {
    std::vector<Offset> offsets;
    for (int i = 0; i < count; ++i) {
        const auto offset = journal.append(std::string(bytes, static_cast<char>('a' + i % 26)));
        EXPECT_TRUE(offset) << offset.error().what;
        offsets.push_back(offset.value_or(0));
    }
    EXPECT_TRUE(journal.commit());
    return offsets;
}

size_t count(Reader& reader) {
    size_t records = 0;
    while (true) {
        const auto record = reader.next();
        EXPECT_TRUE(record) << record.error().what;
        if (!record || !*record) return records;
        ++records;
    }
}

TEST(FileJournal, a_segment_has_8_kib_to_4_gib) {
    base::MemoryDisk disk;
    FileJournal::Options options = small_segments();
    options.segment_bytes = 8 * 1024 - 1;
    EXPECT_EQ(FileJournal::open(disk, folder, options).error().code, ErrorCode::invalid);
    options.segment_bytes = (4ULL << 30) + 1;
    EXPECT_EQ(FileJournal::open(disk, folder, options).error().code, ErrorCode::invalid);
    options.segment_bytes = 4ULL << 30;
    EXPECT_TRUE(FileJournal::open(disk, folder, options));
}

// How many of the file's pages the machine has in memory.
size_t cached_pages(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    EXPECT_GE(file, 0) << path;
    const auto bytes = static_cast<size_t>(lseek(file, 0, SEEK_END));
    void* const mapped = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    EXPECT_NE(mapped, MAP_FAILED);
    std::vector<unsigned char> cached(bytes / 4096);
    EXPECT_EQ(mincore(mapped, bytes, cached.data()), 0);
    munmap(mapped, bytes);
    return static_cast<size_t>(
        std::ranges::count_if(cached, [](auto one) { return one % 2 == 1; }));
}

TEST(FileJournal, the_machine_forgets_segments_that_readers_are_past) {
    constexpr uint64_t segment_pages = 16;
    base::PosixDisk disk;
    const std::string temporary = std::filesystem::temp_directory_path().string();
    struct statfs status{};
    ASSERT_EQ(statfs(temporary.c_str(), &status), 0);
    if (status.f_type == TMPFS_MAGIC) GTEST_SKIP() << temporary << " is nothing but memory";
    std::string pattern = temporary + "/journal_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    {
        FileJournal::Options options = small_segments();
        options.segment_bytes = segment_pages * 4096;
        options.first_segment_bytes = options.segment_bytes;
        options.write_ahead = true;
        const auto journal = FileJournal::open(disk, pattern, options);
        ASSERT_TRUE(journal);
        for (int i = 0; i < 6; ++i) {
            fill(**journal, 14, 4096);
            ASSERT_TRUE((*journal)->seal());
        }
        const auto segments = (*journal)->segments();
        const auto cached = [&](size_t behind) {
            return cached_pages(segment_path(pattern, segments[segments.size() - behind].first));
        };
        ASSERT_GE(segments.size(), 7U);
        EXPECT_GT(cached(2), 0U) << "the last one but one is still read";
        // That the last segment is there means that the one ahead of it was made, and before that
        // one was forgotten.
        EXPECT_EQ(cached(4), 0U);
        EXPECT_EQ(cached(5), 0U);
        EXPECT_EQ(count(*(*journal)->reader()), 6U * 14U);
    }
    std::filesystem::remove_all(pattern);
}

TEST(FileJournal, a_frame_may_end_exactly_at_the_end_of_a_segment) {
    constexpr size_t exact = 8 * 1024 - header_bytes - frame_head_bytes;
    for (const size_t bytes : {exact - 1, exact, exact + 1}) {
        base::MemoryDisk disk;
        const auto journal = open(disk, small_segments());
        fill(*journal, 2, bytes);
        // A record larger than a segment gets its own, which takes the place of an empty one.
        EXPECT_EQ(journal->segments().size(), 2U);
        EXPECT_EQ(count(*journal->reader()), 2U);
        EXPECT_EQ(count(*open(disk, small_segments())->reader()), 2U);
    }
}

TEST(FileJournal, segments_double_up_to_their_size) {
    base::MemoryDisk disk;
    FileJournal::Options options;
    options.segment_bytes = 5 * 1024 * 1024;
    options.first_segment_bytes = 1024 * 1024;
    const auto journal = open(disk, options);
    fill(*journal, 25, 512 * 1024);
    std::vector<size_t> sizes;
    for (const SegmentSummary& one : journal->segments()) {
        sizes.push_back(disk.content(segment_path(folder, one.first)).size() >> 20);
    }
    EXPECT_EQ(sizes, (std::vector<size_t>{1, 2, 4, 5, 5}));
}

TEST(FileJournal, segments_follow_each_other_without_a_gap_and_know_their_time) {
    base::MemoryDisk disk;
    FileJournal::Options options = small_segments();
    options.now = 1000;
    auto journal = open(disk, options);
    journal->set_time(2000);
    fill(*journal, 20, 1000);
    journal.reset();
    journal = open(disk, options);
    const std::vector<SegmentSummary> segments = journal->segments();
    ASSERT_GT(segments.size(), 3U);
    EXPECT_EQ(segments[0].opened_at, 1000);
    for (size_t i = 1; i < segments.size(); ++i) {
        EXPECT_EQ(segments[i].first, segments[i - 1].end);
        EXPECT_EQ(segments[i].opened_at, 2000);
    }
    EXPECT_EQ(segments.back().end, journal->reader()->end());
}

TEST(FileJournal, opening_names_the_last_record) {
    base::MemoryDisk disk;
    EXPECT_FALSE(open(disk, small_segments())->recovery().last_record);
    auto journal = open(disk, small_segments());
    const std::vector<Offset> offsets = fill(*journal, 3, 1000);
    journal.reset();
    EXPECT_EQ(open(disk, small_segments())->recovery().last_record, offsets.back());
}

TEST(FileJournal, the_last_record_may_stand_before_an_empty_segment) {
    base::MemoryDisk disk;
    auto journal = open(disk, small_segments());
    const std::vector<Offset> offsets = fill(*journal, 3, 1000);
    // Too large for the first segment; the next one is begun, then the record is never committed.
    EXPECT_TRUE(journal->append(std::string(3000, 'x')));
    ASSERT_EQ(journal->segments().size(), 2U);
    journal.reset();
    EXPECT_EQ(open(disk, small_segments())->recovery().last_record, offsets.back());
}

TEST(FileJournal, a_full_disk_refuses_records_and_loses_none) {
    base::MemoryDisk disk;
    disk.set_capacity(17 * 1024);  // two segments
    const auto journal = open(disk, small_segments());
    const auto reader = journal->reader();
    size_t taken = 0;
    base::Result<Offset> last;
    while ((last = journal->append(std::string(1000, 'x')))) ++taken;
    EXPECT_EQ(last.error().code, ErrorCode::full);
    EXPECT_EQ(taken, 8U);
    EXPECT_EQ(journal->append(std::string(1000, 'x')).error().code, ErrorCode::full);
    ASSERT_TRUE(journal->commit());
    EXPECT_EQ(count(*reader), taken);
    EXPECT_FALSE(disk.exists(folder + "/next.segment"));

    disk.set_capacity(100 * 1024);
    fill(*journal, 10, 1000);
    EXPECT_EQ(count(*reader), 10U);
    EXPECT_EQ(count(*open(disk, small_segments())->reader()), taken + 10);
}

TEST(FileJournal, a_commit_that_finds_no_room_may_be_tried_again) {
    base::MemoryDisk disk;
    const auto journal = open(disk, small_segments());
    // A disk that takes back the room that was written ahead, as some file systems may.
    auto file = disk.open(segment_path(folder, 0), base::Disk::Open::existing);
    ASSERT_TRUE((*file)->resize(header_bytes));
    disk.set_capacity(header_bytes + 500);
    EXPECT_TRUE(journal->append(std::string(1000, 'x')));
    EXPECT_EQ(journal->commit().error().code, ErrorCode::full);
    EXPECT_EQ(journal->reader()->end(), 0U);
    disk.set_capacity(100 * 1024);
    EXPECT_TRUE(journal->commit());
    EXPECT_EQ(count(*journal->reader()), 1U);
}

TEST(FileJournal, a_failed_sync_is_final) {
    base::MemoryDisk disk;
    const auto journal = open(disk, small_segments());
    fill(*journal, 1, 100);
    EXPECT_TRUE(journal->append("lost"));
    disk.fail_next_sync();
    EXPECT_EQ(journal->commit().error().code, ErrorCode::io);
    EXPECT_EQ(journal->commit().error().code, ErrorCode::io);
    EXPECT_EQ(journal->append("refused").error().code, ErrorCode::io);
    EXPECT_EQ(count(*journal->reader()), 1U);
}

TEST(FileJournal, a_large_batch_is_written_in_pieces_and_shown_as_one) {
    base::MemoryDisk disk;
    FileJournal::Options options;
    options.first_segment_bytes = 32 << 20;
    const auto journal = open(disk, options);
    const uint64_t before = disk.operations();
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(journal->append(std::string(100'000, 'x')));
    EXPECT_EQ(count(*journal->reader()), 0U);
    ASSERT_TRUE(journal->commit());
    EXPECT_EQ(count(*journal->reader()), 100U);
    EXPECT_GT(disk.operations() - before, 2U);
}

TEST(FileJournal, retention_removes_whole_segments_and_never_the_last) {
    base::MemoryDisk disk;
    auto journal = open(disk, small_segments());
    const std::vector<Offset> offsets = fill(*journal, 20, 1000);
    const std::vector<SegmentSummary> all = journal->segments();
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(*journal->remove_before(0), 0U);
    EXPECT_EQ(*journal->remove_before(all[1].end - 1), 1U);
    EXPECT_EQ(*journal->remove_before(all[1].end), 1U);
    const auto reader = journal->reader();
    EXPECT_EQ((*reader->next())->offset, all[2].first);
    EXPECT_EQ(reader->seek(offsets[0]).error().code, ErrorCode::not_found);
    EXPECT_EQ(*journal->remove_before(offsets.back() + 5000), 2U);
    EXPECT_EQ(journal->segments().size(), 1U);
    disk.crash(0);
    journal = open(disk, small_segments());
    EXPECT_EQ((*journal->reader()->next())->offset, all.back().first);
}

TEST(FileJournal, a_reader_that_retention_overtook_is_told) {
    base::MemoryDisk disk;
    const auto journal = open(disk, small_segments());
    const auto reader = journal->reader();
    fill(*journal, 20, 1000);
    EXPECT_TRUE(*reader->next());
    EXPECT_TRUE(journal->remove_before(10'000));
    fill(*journal, 1, 1000);
    EXPECT_EQ(reader->next().error().code, ErrorCode::not_found);
}

TEST(FileJournal, reading_only_changes_nothing_and_sees_what_is_committed) {
    base::MemoryDisk disk;
    const auto journal = open(disk, small_segments());
    fill(*journal, 10, 1000);
    EXPECT_TRUE(journal->append("not committed"));
    const uint64_t before = disk.operations();
    const auto reader = open_read_only(disk, folder);
    ASSERT_TRUE(reader);
    EXPECT_EQ(count(**reader), 10U);
    EXPECT_TRUE((*reader)->seek(0));
    EXPECT_EQ(disk.operations(), before);
    EXPECT_EQ(open_read_only(disk, "/none").error().code, ErrorCode::not_found);
}

TEST(FileJournal, a_header_survives_damage_of_one_of_its_copies) {
    for (const uint64_t at : {uint64_t{20}, uint64_t{header_copy_at + 20}}) {
        base::MemoryDisk disk;
        fill(*open(disk, small_segments()), 2, 1000);
        disk.overwrite(segment_path(folder, 0), at, "?");
        EXPECT_EQ(count(*open(disk, small_segments())->reader()), 2U);
        EXPECT_TRUE(verify(disk, folder)->sound());
    }
}

TEST(FileJournal, goes_on_behind_a_last_segment_that_lost_its_header) {
    base::MemoryDisk disk;
    const std::vector<Offset> offsets = fill(*open(disk, small_segments()), 8, 1000);
    const Offset last = open(disk, small_segments())->segments().back().first;
    ASSERT_GT(last, 0U);
    disk.overwrite(segment_path(folder, last), 20, "?");
    disk.overwrite(segment_path(folder, last), header_copy_at + 20, "?");
    EXPECT_EQ(verify(disk, folder)->damage_count, 1U);
    for (int time = 0; time < 2; ++time) {
        const auto journal = open(disk, small_segments());
        const std::vector<Offset> after = fill(*journal, 2, 1000);
        EXPECT_GT(after.front(), offsets.back() + 1000) << "an offset is used twice";
        EXPECT_EQ(journal->reader()->seek(last).error().code, ErrorCode::damaged);
    }
    const auto journal = open(disk, small_segments());
    std::vector<Offset> told;
    PastDamage reader(journal->reader(),
                      [&told](const Damage& one) { told.push_back(one.offset); });
    EXPECT_EQ(count(reader), 4U + 4U);
    EXPECT_EQ(told, std::vector<Offset>{last});
    const auto found = verify(disk, folder);
    EXPECT_EQ(found->damage_count, 1U);
    EXPECT_EQ(found->damage[0].segment, segment_name(last));
}

TEST(FileJournal, a_header_of_a_later_version_in_the_last_segment_is_left_alone) {
    base::MemoryDisk disk;
    fill(*open(disk, small_segments()), 2, 1000);
    std::string page = encode_header({0, 0, 7});
    page[8] = 9;
    base::write_little(page.data() + 124, base::crc32c(std::string_view(page).substr(0, 124)));
    disk.overwrite(segment_path(folder, 0), 0, page);
    EXPECT_EQ(FileJournal::open(disk, folder, small_segments()).error().code, ErrorCode::invalid);
}

TEST(FileJournal, a_segment_whose_file_is_gone_is_damage_while_running) {
    base::MemoryDisk disk;
    const auto journal = open(disk, small_segments());
    fill(*journal, 10, 1000);
    const std::vector<SegmentSummary> segments = journal->segments();
    ASSERT_TRUE(disk.remove(segment_path(folder, segments[1].first)));
    std::vector<Damage> told;
    PastDamage reader(journal->reader(), [&told](const Damage& one) { told.push_back(one); });
    EXPECT_EQ(count(reader), 6U);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].offset, segments[1].first);
    EXPECT_EQ(told[0].resumes, segments[1].end);
}

TEST(Segment, a_header_of_a_later_version_is_refused) {
    for (const size_t at : {size_t{8}, size_t{12}, size_t{80}, size_t{123}}) {
        std::string page = encode_header({5, 6, 7});
        EXPECT_EQ(decode_header(page)->salt, 7U);
        page[at] = 2;
        EXPECT_EQ(decode_header(page)->salt, 7U) << "the copy is taken";
        const uint32_t crc = base::crc32c(std::string_view(page).substr(0, 124));
        base::write_little(page.data() + 124, crc);
        EXPECT_EQ(decode_header(page).error().code, ErrorCode::invalid);
    }
}

TEST(Segment, a_header_that_is_cut_off_is_damaged) {
    const std::string page = encode_header({5, 6, 7});
    EXPECT_TRUE(decode_header(page + "more"));
    EXPECT_EQ(decode_header(page.substr(1)).error().code, ErrorCode::damaged);
    EXPECT_EQ(decode_header("").error().code, ErrorCode::damaged);
}

TEST(Segment, names_sort_as_offsets_do) {
    EXPECT_EQ(segment_name(0), "00000000000000000000.segment");
    EXPECT_EQ(segment_name(UINT64_MAX), "18446744073709551615.segment");
    EXPECT_EQ(parse_segment_name(segment_name(12345)), 12345U);
    for (const char* other :
         {"next.segment", "0000000000000000000.segment", "lock", "0000000000000000000x.segment",
          "00000000000000000000.segmenx", "99999999999999999999.segment"}) {
        EXPECT_FALSE(parse_segment_name(other)) << other;
    }
}

TEST(Segment, a_frame_fits_only_its_own_place) {
    const FramePlace place{7, 100, 164};
    std::string frame;
    encode_frame(frame, place, 132, "record");
    const auto head = decode_frame_head(frame.data(), place);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->length, 6U);
    EXPECT_EQ(head->back, 32U);
    EXPECT_TRUE(record_fits(*head, "record"));
    EXPECT_FALSE(record_fits(*head, "recorD"));
    EXPECT_FALSE(decode_frame_head(frame.data(), {8, 100, 164}));
    EXPECT_FALSE(decode_frame_head(frame.data(), {7, 100, 165}));
    EXPECT_FALSE(decode_frame_head(frame.data(), {7, 140, 164})) << "back reaches too far";
}

TEST(Verify, counts_what_is_there) {
    base::MemoryDisk disk;
    const auto journal = open(disk, small_segments());
    fill(*journal, 10, 1000);
    const auto found = verify(disk, folder);
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->sound());
    EXPECT_EQ(found->segments, 3U);
    EXPECT_EQ(found->records, 10U);
    EXPECT_EQ(found->record_bytes, 10'000U);
    EXPECT_EQ(found->first, 0U);
    EXPECT_EQ(found->end, 10'160U);
    EXPECT_EQ(found->torn_bytes, 0U);
    EXPECT_EQ(verify(disk, "/none").error().code, ErrorCode::not_found);
}

TEST(Verify, names_damage_and_where_reading_resumes) {
    base::MemoryDisk disk;
    const auto journal = open(disk, small_segments());
    const std::vector<Offset> offsets = fill(*journal, 10, 1000);
    disk.overwrite(segment_path(folder, 0), header_bytes + offsets[1] + 500, "damage");
    const auto found = verify(disk, folder);
    ASSERT_TRUE(found);
    ASSERT_EQ(found->damage_count, 1U);
    EXPECT_EQ(found->damage[0].segment, segment_name(0));
    EXPECT_EQ(found->damage[0].damage.offset, offsets[1]);
    EXPECT_EQ(found->damage[0].damage.resumes, offsets[2]);
    EXPECT_EQ(found->records, 9U);

    const auto reader = journal->reader();
    EXPECT_TRUE(*reader->next());
    for (int time = 0; time < 2; ++time) {
        EXPECT_EQ(reader->next().error().code, ErrorCode::damaged);
    }
    EXPECT_TRUE(reader->seek(found->damage[0].damage.resumes));
    EXPECT_EQ(count(*reader), 8U);
}

TEST(Verify, a_missing_segment_is_damage) {
    base::MemoryDisk disk;
    const auto journal = open(disk, small_segments());
    fill(*journal, 10, 1000);
    const std::vector<SegmentSummary> segments = journal->segments();
    ASSERT_TRUE(disk.remove(segment_path(folder, segments[1].first)));
    const auto found = verify(disk, folder);
    ASSERT_TRUE(found);
    ASSERT_EQ(found->damage_count, 1U);
    EXPECT_EQ(found->damage[0].damage.offset, segments[1].first);
    EXPECT_EQ(found->damage[0].damage.resumes, segments[1].end);
}

// Changes a byte of the record at `offset` and makes all checksums fit again.
void forge(base::MemoryDisk& disk, Offset first, Offset offset) {
    const std::string path = segment_path(folder, first);
    const std::string content = disk.content(path);
    const auto header = decode_header(content.substr(0, header_bytes));
    const FramePlace place{header->salt, first, offset};
    const size_t at = header_bytes + (offset - first);
    const auto head = decode_frame_head(content.data() + at, place);
    std::string record = content.substr(at + frame_head_bytes, head->length);
    record[0] = static_cast<char>(record[0] ^ 1);
    std::string frame;
    encode_frame(frame, place, offset - head->back, record);
    disk.overwrite(path, at, frame);
}

// Seven segments of a journal, in two lives.
std::vector<Offset> fill_chain(base::MemoryDisk& disk) {
    fill(*open(disk, small_segments()), 13, 1000);
    const auto journal = open(disk, small_segments());
    fill(*journal, 13, 1000);
    std::vector<Offset> firsts;
    for (const SegmentSummary& one : journal->segments()) firsts.push_back(one.first);
    EXPECT_EQ(firsts.size(), 7U);
    return firsts;
}

TEST(Verify, follows_the_chain_over_restarts_and_retention) {
    base::MemoryDisk disk;
    const std::vector<Offset> firsts = fill_chain(disk);
    EXPECT_TRUE(verify(disk, folder)->sound());
    EXPECT_EQ(verify(disk, folder)->links, firsts.size() - 1);
    ASSERT_TRUE(open(disk, small_segments())->remove_before(firsts[3]));
    EXPECT_TRUE(verify(disk, folder)->sound());
    EXPECT_EQ(verify(disk, folder)->links, firsts.size() - 4);
}

TEST(Verify, names_a_segment_that_changed_although_its_checksums_fit) {
    for (size_t hit = 0; hit < 6; ++hit) {
        base::MemoryDisk disk;
        const std::vector<Offset> firsts = fill_chain(disk);
        forge(disk, firsts[hit], firsts[hit]);
        const auto found = verify(disk, folder);
        EXPECT_EQ(found->damage_count, 0U);
        EXPECT_FALSE(found->sound());
        ASSERT_EQ(found->changed.size(), 1U);
        EXPECT_EQ(found->changed[0].segment, segment_name(firsts[hit]));
        EXPECT_EQ(found->changed[0].found_by, segment_name(firsts[hit + 1]));
        EXPECT_EQ(found->links, 5U);
    }
}

TEST(Verify, names_a_segment_that_is_another_ones) {
    // The same records in the same places, from another folder.
    base::MemoryDisk other;
    FileJournal::Options options = small_segments();
    options.salt = 2;
    fill(*open(other, options), 26, 1000);
    for (size_t hit = 1; hit < 6; ++hit) {
        base::MemoryDisk disk;
        const std::vector<Offset> firsts = fill_chain(disk);
        const std::string path = segment_path(folder, firsts[hit]);
        disk.overwrite(path, 0, other.content(path));
        const auto found = verify(disk, folder);
        EXPECT_EQ(found->damage_count, 0U);
        ASSERT_EQ(found->changed.size(), 1U) << hit;
        EXPECT_EQ(found->changed[0].segment, segment_name(firsts[hit]));
    }
}

TEST(Verify, names_a_segment_that_is_missing) {
    for (size_t hit = 1; hit < 6; ++hit) {
        base::MemoryDisk disk;
        const std::vector<Offset> firsts = fill_chain(disk);
        ASSERT_TRUE(disk.remove(segment_path(folder, firsts[hit])));
        const auto found = verify(disk, folder);
        EXPECT_EQ(found->missing, std::vector<std::string>{segment_name(firsts[hit])});
        EXPECT_TRUE(found->changed.empty());
        EXPECT_EQ(found->damage_count, 1U);
    }
}

TEST(Verify, a_hash_that_was_taken_away_is_noticed) {
    base::MemoryDisk disk;
    const std::vector<Offset> firsts = fill_chain(disk);
    const std::string path = segment_path(folder, firsts[3]);
    auto header = decode_header(disk.content(path).substr(0, header_bytes));
    header->previous_hash = {};
    header->previous_first = 0;
    disk.overwrite(path, 0, encode_header(*header));
    EXPECT_EQ(verify(disk, folder)->changed.size(), 1U);
    EXPECT_EQ(verify(disk, folder)->changed[0].segment, segment_name(firsts[3]));
}

TEST(Verify, a_folder_from_before_the_chain_is_sound_and_goes_on_with_one) {
    base::MemoryDisk disk;
    const std::vector<Offset> firsts = fill_chain(disk);
    for (const Offset first : firsts) {
        const std::string path = segment_path(folder, first);
        auto header = decode_header(disk.content(path).substr(0, header_bytes));
        header->previous_hash = {};
        header->previous_first = 0;
        disk.overwrite(path, 0, encode_header(*header));
    }
    EXPECT_TRUE(verify(disk, folder)->sound());
    EXPECT_EQ(verify(disk, folder)->links, 0U);
    const auto journal = open(disk, small_segments());
    EXPECT_EQ(count(*journal->reader()), 26U);
    fill(*journal, 9, 1000);
    EXPECT_TRUE(verify(disk, folder)->sound());
    EXPECT_EQ(verify(disk, folder)->links, 2U);
}

TEST(Verify, an_empty_segment_that_gave_way_leaves_the_chain_whole) {
    base::MemoryDisk disk;
    const auto journal = open(disk, small_segments());
    fill(*journal, 4, 1000);
    fill(*journal, 1, 9000);
    EXPECT_TRUE(journal->append(std::string(4000, 'x')));
    EXPECT_TRUE(journal->append(std::string(9000, 'x')));
    fill(*journal, 4, 1000);
    const auto found = verify(disk, folder);
    EXPECT_TRUE(found->sound());
    EXPECT_EQ(found->links, found->segments - 1);
}

TEST(Copy, has_all_that_was_committed_and_is_cut_clean) {
    base::MemoryDisk disk;
    const std::vector<Offset> firsts = fill_chain(disk);
    const auto journal = open(disk, small_segments());
    EXPECT_TRUE(journal->append("not committed"));
    size_t told = 0;
    const auto copied =
        copy_journal(disk, folder, "/copy/journal", [&told](const Copied&) { ++told; });
    ASSERT_TRUE(copied) << copied.error().what;
    EXPECT_EQ(copied->segments, firsts.size());
    EXPECT_EQ(told, firsts.size());
    EXPECT_EQ(copied->end, journal->reader()->end());
    disk.crash(0);
    const auto found = verify(disk, "/copy/journal");
    EXPECT_TRUE(found->sound());
    EXPECT_EQ(found->records, 26U);
    EXPECT_EQ(found->links, firsts.size() - 1);
    EXPECT_EQ(found->torn_bytes, 0U);
    auto opened = FileJournal::open(disk, "/copy/journal", small_segments());
    ASSERT_TRUE(opened);
    fill(**opened, 9, 1000);
    EXPECT_EQ(count(*(*opened)->reader()), 35U);
    EXPECT_TRUE(verify(disk, "/copy/journal")->sound());
}

TEST(Copy, keeps_damage_as_it_is) {
    base::MemoryDisk disk;
    const std::vector<Offset> firsts = fill_chain(disk);
    disk.overwrite(segment_path(folder, firsts[1]), header_bytes + 100, "damage");
    disk.overwrite(segment_path(folder, firsts[3]), 20, "?");
    disk.overwrite(segment_path(folder, firsts[3]), header_copy_at + 20, "?");
    ASSERT_TRUE(copy_journal(disk, folder, "/copy", [](const Copied&) {}));
    EXPECT_EQ(verify(disk, "/copy")->damage_count, verify(disk, folder)->damage_count);
    EXPECT_EQ(verify(disk, "/copy")->damage_count, 2U);
}

TEST(Copy, without_a_journal_there_is_none) {
    base::MemoryDisk disk;
    ASSERT_TRUE(disk.make_folder(folder));
    EXPECT_EQ(copy_journal(disk, folder, "/copy", [](const Copied&) {}).error().code,
              ErrorCode::not_found);
}

TEST(Copy, beside_a_running_writer_is_sound) {
    base::MemoryDisk disk;
    FileJournal::Options options = small_segments();
    options.segment_bytes = 64 * 1024;
    options.write_ahead = true;
    const auto journal = open(disk, options);
    std::thread writer([&journal] {
        for (int i = 0; i < 300; ++i) fill(*journal, 1 + i % 20, 100);
    });
    for (int i = 0; i < 20; ++i) {
        const std::string to = "/copy" + std::to_string(i);
        const Offset committed = journal->reader()->end();
        const auto copied = copy_journal(disk, folder, to, [](const Copied&) {});
        ASSERT_TRUE(copied);
        EXPECT_GE(copied->end, committed);
        EXPECT_TRUE(verify(disk, to)->sound());
        EXPECT_EQ(verify(disk, to)->end, copied->end);
    }
    writer.join();
}

TEST(Verify, is_sound_beside_a_running_writer) {
    base::MemoryDisk disk;
    FileJournal::Options options = small_segments();
    options.segment_bytes = 64 * 1024;
    options.write_ahead = true;
    const auto journal = open(disk, options);
    std::thread writer([&journal] {
        for (int i = 0; i < 300; ++i) fill(*journal, 1 + i % 20, 100);
    });
    uint64_t records = 0;
    for (int i = 0; i < 30; ++i) {
        const auto found = verify(disk, folder);
        EXPECT_TRUE(found && found->sound());
        EXPECT_GE(found->records, records);
        records = found->records;
    }
    writer.join();
    EXPECT_EQ(verify(disk, folder)->records, count(*journal->reader()));
}

}  // namespace
}  // namespace playhead::journal
