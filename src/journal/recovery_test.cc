// SPDX-License-Identifier: Apache-2.0
// What becomes of a journal after any crash and any damage: never a damaged record, everything that
// was committed and not damaged, nothing that was cut off comes back.
#include "journal/recovery.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/memory_disk.h"
#include "journal/file_journal.h"
#include "journal/past_damage.h"
#include "journal/segment.h"
#include "journal/verify.h"

namespace playhead::journal {
namespace {

using base::ErrorCode;
using base::MemoryDisk;

const std::string folder = "/journal";

FileJournal::Options small_segments() {
    FileJournal::Options options;
    options.segment_bytes = 8 * 1024;
    options.salt = 1;
    options.write_ahead = false;
    return options;
}

std::unique_ptr<FileJournal> open(MemoryDisk& disk) {
    auto opened = FileJournal::open(disk, folder, small_segments());
    EXPECT_TRUE(opened) << opened.error().what;
    return opened ? std::move(*opened) : nullptr;
}

std::string numbered(size_t number) {
    std::string record = std::to_string(number) + ':';
    record.append(number * 53 % 400, static_cast<char>('a' + number % 26));
    // Records that end in zeros look like the empty end of a segment.
    if (number % 5 == 0) record.append(40, '\0');
    return record;
}

struct Reading {
    std::vector<std::string> records;
    std::vector<Offset> offsets;
    bool damaged = false;
};

Reading read(Reader& reader) {
    Reading reading;
    while (true) {
        const auto record = reader.next();
        if (!record) {
            EXPECT_EQ(record.error().code, ErrorCode::damaged) << record.error().what;
            reading.damaged = true;
            return reading;
        }
        if (!*record) return reading;
        reading.records.emplace_back((*record)->bytes);
        reading.offsets.push_back((*record)->offset);
    }
}

// A journal of a few segments and many batches, as files.
struct Sample {
    Sample() {
        MemoryDisk disk;
        const auto journal = open(disk);
        for (size_t batch = 0; batch < 12; ++batch) {
            last_batch = records.size();
            for (size_t i = 0; i <= batch % 4; ++i) {
                records.push_back(numbered(records.size()));
                offsets.push_back(*journal->append(records.back()));
            }
            offsets_end = *journal->commit();
        }
        for (const SegmentSummary& one : journal->segments()) {
            segments.push_back(one.first);
            const std::string path = segment_path(folder, one.first);
            files[path] = disk.content(path);
        }
    }

    void put(MemoryDisk& disk, const std::map<std::string, std::string>& content) const {
        ASSERT_TRUE(disk.make_folder(folder));
        for (const auto& [path, bytes] : content) {
            const auto file = disk.open(path, base::Disk::Open::create);
            ASSERT_TRUE((*file)->write(0, bytes));
            ASSERT_TRUE((*file)->sync());
        }
        ASSERT_TRUE(disk.sync_folder(folder));
    }

    std::vector<std::string> first_records(size_t count) const {
        return {records.begin(), records.begin() + static_cast<ptrdiff_t>(count)};
    }

    // How many records end at or before `offset`.
    size_t records_before(Offset offset) const {
        size_t count = 0;
        while (count < records.size() &&
               offsets[count] + frame_head_bytes + records[count].size() <= offset) {
            ++count;
        }
        return count;
    }

    std::vector<std::string> records;
    std::vector<Offset> offsets;
    Offset offsets_end = 0;
    size_t last_batch = 0;  // index of its first record
    std::vector<Offset> segments;
    std::map<std::string, std::string> files;
};

std::vector<std::string> read_past_damage(const FileJournal& journal) {
    PastDamage reader(journal.reader(), [](const Damage&) {});
    return read(reader).records;
}

// Writing must go on after any recovery, and what is written then must survive.
void expect_writable(MemoryDisk& disk, std::vector<std::string> expected) {
    auto journal = open(disk);
    ASSERT_NE(journal, nullptr);
    ASSERT_TRUE(journal->append("after"));
    ASSERT_TRUE(journal->commit());
    expected.emplace_back("after");
    EXPECT_EQ(read_past_damage(*journal), expected);
    journal.reset();
    disk.crash(0);
    journal = open(disk);
    EXPECT_EQ(read_past_damage(*journal), expected);
}

TEST(Recovery, a_segment_cut_at_any_length_keeps_every_whole_record) {
    const Sample sample;
    ASSERT_GE(sample.segments.size(), 2U);
    const Offset first = sample.segments.back();
    const std::string path = segment_path(folder, first);
    for (size_t length = 0; length <= sample.files.at(path).size(); ++length) {
        MemoryDisk disk;
        auto files = sample.files;
        files[path].resize(length);
        sample.put(disk, files);
        const bool has_header = length >= header_bytes;
        const size_t whole =
            sample.records_before(has_header ? first + (length - header_bytes) : first);
        const auto expected = sample.first_records(whole);
        ASSERT_EQ(read(**open_read_only(disk, folder)).records, expected) << length;
        expect_writable(disk, expected);
        if (HasFailure()) FAIL() << "cut at " << length;
    }
}

// What reading must give when the byte at `at` of the frames is not what it was.
struct Expectation {
    size_t before = 0;     // records that come before
    bool damaged = false;  // and then damage is told, behind which all others can be read
};

Expectation expect_flip(const Sample& sample, Offset at) {
    if (at >= sample.offsets_end) return {sample.records.size(), false};
    const size_t hit = sample.records_before(at);
    const bool sealed = at < sample.segments.back();
    return {hit, sealed || hit < sample.last_batch};
}

TEST(Recovery, any_flipped_byte_costs_at_most_its_record_or_the_last_batch) {
    const Sample sample;
    for (size_t s = 0; s < sample.segments.size(); ++s) {
        const Offset first = sample.segments[s];
        const std::string path = segment_path(folder, first);
        const bool is_last = s + 1 == sample.segments.size();
        const Offset sealed_end = is_last ? UINT64_MAX : sample.segments[s + 1];
        for (size_t at = 0; at < sample.files.at(path).size(); ++at) {
            MemoryDisk disk;
            auto files = sample.files;
            files[path][at] = static_cast<char>(files[path][at] ^ (1 << at % 8));
            sample.put(disk, files);
            Expectation expected{sample.records.size(), false};
            const Offset offset = at < header_bytes ? UINT64_MAX : first + (at - header_bytes);
            if (at >= header_bytes && offset < sealed_end) expected = expect_flip(sample, offset);

            const auto journal = open(disk);
            ASSERT_NE(journal, nullptr);
            const auto reader = journal->reader();
            const Reading reading = read(*reader);
            ASSERT_EQ(reading.records, sample.first_records(expected.before)) << path << ' ' << at;
            ASSERT_EQ(reading.damaged, expected.damaged) << path << ' ' << at;
            const auto found = verify(disk, folder);
            ASSERT_EQ(found->damage_count, expected.damaged ? 1U : 0U) << path << ' ' << at;
            const size_t lost = expected.damaged ? 1 : sample.records.size() - expected.before;
            ASSERT_EQ(read_past_damage(*journal).size(), sample.records.size() - lost);
            if (!expected.damaged) continue;
            ASSERT_EQ(found->damage[0].damage.offset, sample.offsets[expected.before]);
            ASSERT_TRUE(reader->seek(found->damage[0].damage.resumes));
            ASSERT_EQ(read(*reader).records.size(), sample.records.size() - expected.before - 1);
            ASSERT_EQ(journal->recovery().damage.size(), is_last ? 1U : 0U);
        }
    }
}

TEST(Recovery, what_somebody_has_read_is_never_taken_for_a_torn_tail) {
    const Sample sample;
    const Offset first = sample.segments.back();
    const std::string path = segment_path(folder, first);
    FileJournal::Options options = small_segments();
    options.committed = sample.offsets_end;
    const size_t frames_end = header_bytes + (sample.offsets_end - first);
    for (size_t at = header_bytes; at < frames_end; ++at) {
        MemoryDisk disk;
        auto files = sample.files;
        files[path][at] = static_cast<char>(files[path][at] ^ (1 << at % 8));
        sample.put(disk, files);
        auto opened = FileJournal::open(disk, folder, options);
        ASSERT_TRUE(opened);
        ASSERT_EQ((*opened)->recovery().end, sample.offsets_end) << at;
        ASSERT_EQ((*opened)->recovery().torn_bytes, 0U) << at;
        ASSERT_EQ((*opened)->recovery().damage.size(), 1U) << at;
        std::vector<std::string> expected = sample.records;
        expected.erase(expected.begin() +
                       static_cast<ptrdiff_t>(sample.records_before(first + (at - header_bytes))));
        ASSERT_EQ(read_past_damage(**opened), expected) << at;
        // Once something was written behind it, the bytes alone prove it.
        ASSERT_TRUE((*opened)->append("after"));
        ASSERT_TRUE((*opened)->commit());
        ASSERT_TRUE((*opened)->append("and again"));
        ASSERT_TRUE((*opened)->commit());
        opened->reset();
        expected.insert(expected.end(), {"after", "and again"});
        ASSERT_EQ(read_past_damage(*open(disk)), expected) << at;
        ASSERT_EQ(verify(disk, folder)->damage_count, 1U) << at;
    }
}

// Every segment of the folder, cut at any length: all records of the other segments are read, of
// the cut one those that are whole.
TEST(Recovery, any_segment_cut_at_any_length_costs_only_what_was_cut) {
    const Sample sample;
    for (size_t s = 0; s + 1 < sample.segments.size(); ++s) {
        const Offset first = sample.segments[s];
        const std::string path = segment_path(folder, first);
        const size_t before = sample.records_before(first);
        const size_t behind = sample.records.size() - sample.records_before(sample.segments[s + 1]);
        for (size_t length = 0; length <= sample.files.at(path).size(); length += 3) {
            MemoryDisk disk;
            auto files = sample.files;
            files[path].resize(length);
            sample.put(disk, files);
            const size_t whole =
                length < header_bytes
                    ? before
                    : std::min(sample.records_before(first + (length - header_bytes)),
                               sample.records.size() - behind);
            const auto journal = open(disk);
            ASSERT_EQ(read_past_damage(*journal).size(), whole + behind) << path << ' ' << length;
            ASSERT_EQ(verify(disk, folder)->sound(), whole + behind == sample.records.size());
        }
    }
}

TEST(Recovery, any_segment_may_be_missing) {
    const Sample sample;
    for (size_t s = 1; s + 1 < sample.segments.size(); ++s) {
        MemoryDisk disk;
        auto files = sample.files;
        files.erase(segment_path(folder, sample.segments[s]));
        sample.put(disk, files);
        const size_t lost = sample.records_before(sample.segments[s + 1]) -
                            sample.records_before(sample.segments[s]);
        const auto journal = open(disk);
        ASSERT_EQ(read_past_damage(*journal).size(), sample.records.size() - lost);
        ASSERT_EQ(verify(disk, folder)->damage[0].damage.offset, sample.segments[s]);
    }
}

// Appends and commits until something fails; says how much was appended and how much committed.
struct Work {
    std::vector<std::string> appended;
    size_t committed = 0;
};

Work work_until_failure(MemoryDisk& disk) {
    Work work;
    auto opened = FileJournal::open(disk, folder, small_segments());
    if (!opened) return work;
    for (size_t batch = 0; batch < 14; ++batch) {
        for (size_t i = 0; i <= batch % 3; ++i) {
            const std::string record = numbered(work.appended.size()) + std::string(300, '#');
            if (!(*opened)->append(record)) return work;
            work.appended.push_back(record);
        }
        if (!(*opened)->commit()) return work;
        work.committed = work.appended.size();
    }
    return work;
}

void expect_prefix(const std::vector<std::string>& records, const Work& work) {
    ASSERT_GE(records.size(), work.committed);
    ASSERT_LE(records.size(), work.appended.size());
    for (size_t i = 0; i < records.size(); ++i) ASSERT_EQ(records[i], work.appended[i]);
}

uint64_t operations_of_the_work() {
    MemoryDisk disk;
    EXPECT_EQ(work_until_failure(disk).committed, 27U);
    return disk.operations();
}

TEST(Recovery, a_crash_at_any_operation_loses_nothing_committed) {
    const uint64_t operations = operations_of_the_work();
    for (uint64_t cut = 0; cut <= operations; ++cut) {
        for (uint64_t seed = 0; seed < 60; ++seed) {
            MemoryDisk disk;
            disk.cut_power_after(cut);
            const Work work = work_until_failure(disk);
            disk.crash(seed);
            auto journal = open(disk);
            ASSERT_NE(journal, nullptr);
            const Reading reading = read(*journal->reader());
            ASSERT_FALSE(reading.damaged);
            expect_prefix(reading.records, work);
            ASSERT_TRUE(verify(disk, folder)->sound());
            ASSERT_EQ(verify(disk, folder)->torn_bytes, 0U);
            journal.reset();
            // What was shown to a reader once must be there for ever.
            disk.crash(seed + 1);
            expect_writable(disk, reading.records);
            if (HasFailure()) FAIL() << "cut after " << cut << ", seed " << seed;
        }
    }
}

// Writes what work_until_failure() writes, but does not stop where there is no room: it tries
// again, and after an error that is final it starts again as the process would.
void work_without_room_once(MemoryDisk& disk, uint64_t refused, uint64_t seed) {
    disk.refuse_after(refused);
    std::unique_ptr<FileJournal> journal;
    std::vector<std::string> expected;
    const auto start = [&] {
        journal.reset();
        for (int time = 0; journal == nullptr && time < 2; ++time) {
            auto opened = FileJournal::open(disk, folder, small_segments());
            if (opened) journal = std::move(*opened);
        }
    };
    start();
    for (size_t number = 0; number < 27; ++number) {
        const std::string record = numbered(number) + std::string(300, '#');
        base::Result<Offset> done = journal->append(record);
        if (!done) done = journal->append(record);
        if (done) done = journal->commit();
        if (!done && done.error().code == ErrorCode::full) done = journal->commit();
        if (!done) {
            ASSERT_EQ(done.error().code, ErrorCode::io) << done.error().what;
            disk.crash(seed);
            start();
        }
        ASSERT_NE(journal, nullptr);
        // What was not answered may be there all the same, once.
        const Reading reading = read(*journal->reader());
        expected.push_back(record);
        if (!done && reading.records.size() + 1 == expected.size()) expected.pop_back();
        ASSERT_EQ(reading.records, expected) << number;
    }
    journal.reset();
    disk.crash(seed);
    ASSERT_EQ(read(*open(disk)->reader()).records, expected);
    ASSERT_TRUE(verify(disk, folder)->sound());
}

TEST(Recovery, a_disk_without_room_at_any_operation_costs_nothing_that_was_committed) {
    uint64_t operations = 0;
    for (uint64_t refused = 0; refused <= operations; ++refused) {
        for (uint64_t seed = 0; seed < 8; ++seed) {
            MemoryDisk disk;
            work_without_room_once(disk, refused, seed);
            if (HasFailure()) FAIL() << "no room after " << refused << ", seed " << seed;
            operations = std::max(operations, disk.operations());
        }
    }
}

TEST(Recovery, a_crash_during_recovery_is_as_good_as_one_before) {
    const uint64_t operations = operations_of_the_work();
    for (uint64_t cut = operations / 2; cut <= operations; cut += 3) {
        for (uint64_t seed = 0; seed < 20; ++seed) {
            for (uint64_t second_cut = 0; second_cut < 6; ++second_cut) {
                MemoryDisk disk;
                disk.cut_power_after(cut);
                const Work work = work_until_failure(disk);
                disk.crash(seed);
                disk.cut_power_after(second_cut);
                const bool opened = FileJournal::open(disk, folder, small_segments()).has_value();
                disk.crash(seed * 7 + second_cut);
                const auto journal = open(disk);
                ASSERT_NE(journal, nullptr) << opened;
                const Reading reading = read(*journal->reader());
                ASSERT_FALSE(reading.damaged);
                expect_prefix(reading.records, work);
                if (HasFailure()) FAIL() << cut << ' ' << seed << ' ' << second_cut;
            }
        }
    }
}

// One committed record, then a batch of three whose first frame is torn and whose others are whole.
void tear_the_first_frame(MemoryDisk& disk, const std::string& record) {
    const auto journal = open(disk);
    ASSERT_TRUE(journal->append("committed"));
    const Offset torn = *journal->commit();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(journal->append(record));
    ASSERT_TRUE(journal->commit());
    const std::string path = segment_path(folder, 0);
    disk.overwrite(path, header_bytes + torn + 100, std::string(50, '\0'));
}

TEST(Recovery, a_stale_frame_behind_a_torn_one_never_comes_back) {
    const std::string record(600, 's');
    MemoryDisk disk;
    tear_the_first_frame(disk, record);
    auto journal = open(disk);
    EXPECT_EQ(journal->recovery().torn_bytes, 3 * (record.size() + frame_head_bytes));
    EXPECT_TRUE(journal->recovery().damage.empty());
    const std::vector<std::string> expected{"committed"};
    EXPECT_EQ(read(*journal->reader()).records, expected);
    const Offset end = journal->reader()->end();
    disk.crash(0);
    const std::string tail = disk.content(segment_path(folder, 0)).substr(header_bytes + end);
    EXPECT_EQ(tail.find_first_not_of('\0'), std::string::npos);

    // A record of the torn one's length would lead right to the stale frame behind it.
    journal = open(disk);
    ASSERT_TRUE(journal->append(std::string(record.size(), 'n')));
    ASSERT_TRUE(journal->commit());
    journal = open(disk);
    EXPECT_EQ(read(*journal->reader()).records,
              (std::vector<std::string>{"committed", std::string(record.size(), 'n')}));
}

TEST(Recovery, bytes_that_were_sent_are_never_taken_for_a_frame) {
    // A sender who knows the format, and by chance even the place, but not the salt.
    MemoryDisk disk;
    auto journal = open(disk);
    ASSERT_TRUE(journal->append("committed"));
    const Offset at = *journal->commit();
    std::string sent(64, '.');
    encode_frame(sent, {0, 0, at + frame_head_bytes + sent.size()}, at + frame_head_bytes + 1,
                 "forged");
    ASSERT_TRUE(journal->append(sent));
    ASSERT_TRUE(journal->commit());
    disk.overwrite(segment_path(folder, 0), header_bytes + at, std::string(20, '?'));
    journal = open(disk);
    EXPECT_EQ(read(*journal->reader()).records, std::vector<std::string>{"committed"});
    EXPECT_TRUE(journal->recovery().damage.empty());
}

TEST(Recovery, what_is_read_after_a_failed_sync_survives_the_next_crash) {
    for (uint64_t seed = 0; seed < 50; ++seed) {
        MemoryDisk disk;
        auto journal = open(disk);
        ASSERT_TRUE(journal->append("safe"));
        ASSERT_TRUE(journal->commit());
        ASSERT_TRUE(journal->append("in the page cache only"));
        disk.fail_next_sync();
        ASSERT_FALSE(journal->commit());
        journal = open(disk);
        const Reading shown = read(*journal->reader());
        ASSERT_EQ(shown.records.size(), 2U);
        disk.crash(seed);
        journal = open(disk);
        ASSERT_EQ(read(*journal->reader()).records, shown.records) << seed;
    }
}

TEST(Recovery, a_name_that_only_the_page_cache_knew_is_made_durable) {
    // A process that was killed after a rename and before the folder was synced; then the power
    // fails.
    for (uint64_t seed = 0; seed < 20; ++seed) {
        MemoryDisk disk;
        ASSERT_TRUE(disk.make_folder(folder));
        const auto file = disk.open(segment_path(folder, 0), base::Disk::Open::create);
        ASSERT_TRUE((*file)->write(0, encode_header({0, 0, 1}) + std::string(4096, '\0')));
        ASSERT_TRUE((*file)->sync());
        auto journal = open(disk);
        ASSERT_TRUE(journal->append("committed"));
        ASSERT_TRUE(journal->commit());
        disk.crash(seed);
        journal = open(disk);
        ASSERT_EQ(read(*journal->reader()).records, std::vector<std::string>{"committed"}) << seed;
    }
}

TEST(Recovery, a_half_written_next_segment_means_nothing) {
    const Sample sample;
    for (const std::string& rubbish :
         {std::string(), encode_header({0, 0, 0}), std::string(99, 'x')}) {
        MemoryDisk disk;
        auto files = sample.files;
        files[folder + "/next.segment"] = rubbish;
        sample.put(disk, files);
        expect_writable(disk, sample.records);
    }
}

TEST(Recovery, damage_before_the_last_batch_does_not_take_what_follows) {
    const Sample sample;
    MemoryDisk disk;
    sample.put(disk, sample.files);
    const Offset first = sample.segments.back();
    const size_t hit = sample.records_before(first);
    ASSERT_LT(hit + 1, sample.last_batch);
    // Whole frame heads are gone, so the next one has to be searched.
    const Offset from = sample.offsets[hit];
    const Offset to = sample.offsets[hit + 1] + frame_head_bytes;
    disk.overwrite(segment_path(folder, first), header_bytes + (from - first),
                   std::string(to - from, '\x11'));
    const auto journal = open(disk);
    ASSERT_EQ(journal->recovery().damage.size(), 1U);
    EXPECT_EQ(journal->recovery().damage[0].offset, from);
    EXPECT_EQ(journal->recovery().damage[0].resumes, sample.offsets[hit + 2]);
    EXPECT_EQ(journal->recovery().end, sample.offsets_end);
    EXPECT_EQ(journal->recovery().torn_bytes, 0U);
}

}  // namespace
}  // namespace playhead::journal
