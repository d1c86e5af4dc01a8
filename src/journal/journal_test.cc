// SPDX-License-Identifier: Apache-2.0
// What every journal must do. All implementations pass the same cases; what only segment files have
// is in file_journal_test.cc, and what becomes of them in a crash in recovery_test.cc.
#include "journal/journal.h"

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/memory_disk.h"
#include "base/posix_disk.h"
#include "journal/file_journal.h"
#include "journal/memory_journal.h"
#include "journal/past_damage.h"
#include "journal/segment.h"

namespace playhead::journal {
namespace {

class MemoryWorld {
  public:
    Writer& writer() { return journal_; }

    std::unique_ptr<Reader> reader() { return journal_.reader(); }

    void reopen() { journal_.forget_uncommitted(); }

    void damage(Offset offset) { journal_.damage(offset); }

  private:
    MemoryJournal journal_;
};

// Small segments, so that the cases cross many borders.
template <typename DiskType>
class FileWorld {
  public:
    FileWorld() {
        std::string pattern = (std::filesystem::temp_directory_path() / "journal_XXXXXX").string();
        EXPECT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        open();
    }

    FileWorld(const FileWorld&) = delete;
    FileWorld& operator=(const FileWorld&) = delete;

    ~FileWorld() {
        journal_.reset();
        std::filesystem::remove_all(folder_);
    }

    Writer& writer() { return *journal_; }

    std::unique_ptr<Reader> reader() { return journal_->reader(); }

    void reopen() {
        journal_.reset();
        open();
    }

    // One byte of the record at `offset` is another one now.
    void damage(Offset offset) {
        for (const SegmentSummary& one : journal_->segments()) {
            if (offset < one.first || offset >= one.end) continue;
            const auto file = disk_.open(segment_path(folder_ + "/journal", one.first),
                                         base::Disk::Open::existing);
            ASSERT_TRUE(file);
            const uint64_t at = header_bytes + (offset - one.first) + frame_head_bytes;
            char byte = 0;
            ASSERT_TRUE((*file)->read(at, {&byte, 1}));
            byte = static_cast<char>(byte ^ 4);
            ASSERT_TRUE((*file)->write(at, {&byte, 1}));
        }
    }

  private:
    void open() {
        FileJournal::Options options;
        options.segment_bytes = 16 * 1024;
        auto opened = FileJournal::open(disk_, folder_ + "/journal", options);
        ASSERT_TRUE(opened) << opened.error().what;
        journal_ = std::move(*opened);
    }

    DiskType disk_;
    std::string folder_;
    std::unique_ptr<FileJournal> journal_;
};

template <typename World>
class JournalConformance : public testing::Test {
  protected:
    Offset append(std::string_view record) {
        const auto offset = world_.writer().append(record);
        EXPECT_TRUE(offset) << offset.error().what;
        return offset.value_or(0);
    }

    Offset commit() {
        const auto end = world_.writer().commit();
        EXPECT_TRUE(end) << end.error().what;
        return end.value_or(0);
    }

    static std::vector<std::string> read_all(Reader& reader) {
        std::vector<std::string> records;
        while (true) {
            const auto record = reader.next();
            EXPECT_TRUE(record) << record.error().what;
            if (!record || !*record) return records;
            records.emplace_back((*record)->bytes);
        }
    }

    std::vector<std::string> read_all() { return read_all(*world_.reader()); }

    // Records of many sizes, which can be told apart.
    static std::string numbered(int number) {
        return std::to_string(number) +
               std::string(static_cast<size_t>(number * 37 % 900), static_cast<char>(number));
    }

    World world_;
};

using Worlds = testing::Types<MemoryWorld, FileWorld<base::MemoryDisk>, FileWorld<base::PosixDisk>>;
TYPED_TEST_SUITE(JournalConformance, Worlds);

TYPED_TEST(JournalConformance, is_empty_at_first) {
    const auto reader = this->world_.reader();
    EXPECT_EQ(reader->end(), 0U);
    EXPECT_TRUE(this->read_all().empty());
    EXPECT_TRUE(reader->seek(0));
    EXPECT_EQ(this->commit(), 0U);
}

TYPED_TEST(JournalConformance, gives_records_back_in_order) {
    std::vector<std::string> written;
    for (int i = 0; i < 500; ++i) {
        written.push_back(this->numbered(i));
        this->append(written.back());
        if (i % 7 == 0) this->commit();
    }
    this->commit();
    EXPECT_EQ(this->read_all(), written);
}

TYPED_TEST(JournalConformance, offsets_begin_at_zero_and_lead_from_record_to_record) {
    std::vector<Offset> offsets;
    for (int i = 0; i < 200; ++i) offsets.push_back(this->append(this->numbered(i)));
    offsets.push_back(this->commit());
    EXPECT_EQ(offsets.front(), 0U);
    const auto reader = this->world_.reader();
    for (size_t i = 0; i + 1 < offsets.size(); ++i) {
        EXPECT_LT(offsets[i], offsets[i + 1]);
        const auto record = reader->next();
        ASSERT_TRUE(record && *record);
        EXPECT_EQ((*record)->offset, offsets[i]);
        EXPECT_EQ((*record)->next, offsets[i + 1]);
    }
    EXPECT_EQ(reader->end(), offsets.back());
}

TYPED_TEST(JournalConformance, a_reader_sees_only_what_was_committed) {
    const auto reader = this->world_.reader();
    this->append("one");
    EXPECT_TRUE(this->read_all(*reader).empty());
    EXPECT_EQ(reader->end(), 0U);
    this->commit();
    this->append("two");
    EXPECT_EQ(this->read_all(*reader), std::vector<std::string>{"one"});
    this->commit();
    EXPECT_EQ(this->read_all(*reader), std::vector<std::string>{"two"});
}

TYPED_TEST(JournalConformance, a_batch_over_several_segments_is_seen_only_when_committed) {
    const std::string record(5000, 'x');
    for (int i = 0; i < 20; ++i) this->append(record);
    EXPECT_TRUE(this->read_all().empty());
    this->commit();
    EXPECT_EQ(this->read_all().size(), 20U);
}

TYPED_TEST(JournalConformance, seek_finds_every_record) {
    std::vector<Offset> offsets;
    for (int i = 0; i < 100; ++i) offsets.push_back(this->append(this->numbered(i)));
    this->commit();
    const auto reader = this->world_.reader();
    for (int i = 99; i >= 0; --i) {
        ASSERT_TRUE(reader->seek(offsets[static_cast<size_t>(i)])) << i;
        const auto record = reader->next();
        ASSERT_TRUE(record && *record);
        EXPECT_EQ((*record)->bytes, this->numbered(i));
    }
}

TYPED_TEST(JournalConformance, seek_to_the_end_waits_for_the_next_commit) {
    this->append("one");
    const auto reader = this->world_.reader();
    ASSERT_TRUE(reader->seek(this->commit()));
    EXPECT_TRUE(this->read_all(*reader).empty());
    this->append("two");
    this->commit();
    EXPECT_EQ(this->read_all(*reader), std::vector<std::string>{"two"});
}

TYPED_TEST(JournalConformance, seek_refuses_where_nothing_begins_and_stays) {
    const Offset first = this->append("first");
    const Offset second = this->append("second");
    const Offset end = this->commit();
    const Offset uncommitted = this->append("third");
    EXPECT_EQ(uncommitted, end);
    const auto reader = this->world_.reader();
    ASSERT_TRUE(reader->seek(second));
    for (const Offset wrong : {first + 1, second - 1, second + 1, end - 1, end + 1, end + 9000}) {
        const auto sought = reader->seek(wrong);
        ASSERT_FALSE(sought) << wrong;
        EXPECT_EQ(sought.error().code, base::ErrorCode::not_found);
    }
    EXPECT_EQ(this->read_all(*reader), std::vector<std::string>{"second"});
}

TYPED_TEST(JournalConformance, damage_is_told_until_it_is_skipped_and_the_rest_is_read) {
    std::vector<Offset> offsets;
    for (int i = 0; i < 60; ++i) offsets.push_back(this->append(this->numbered(i)));
    offsets.push_back(this->commit());
    for (const size_t hit : {size_t{0}, size_t{30}, size_t{31}, size_t{59}}) {
        this->world_.damage(offsets[hit]);
    }
    const auto reader = this->world_.reader();
    for (size_t i = 0; i < 60; ++i) {
        if (i != 0 && i != 30 && i != 31 && i != 59) {
            const auto record = reader->next();
            ASSERT_TRUE(record && *record) << i;
            EXPECT_EQ((*record)->offset, offsets[i]);
            continue;
        }
        for (int time = 0; time < 2; ++time) {
            EXPECT_EQ(reader->next().error().code, base::ErrorCode::damaged) << i;
        }
        const auto skipped = reader->skip_damage();
        ASSERT_TRUE(skipped) << skipped.error().what;
        EXPECT_EQ(skipped->offset, offsets[i]);
        EXPECT_EQ(skipped->resumes, offsets[i + 1]);
    }
    EXPECT_TRUE(this->read_all(*reader).empty());
}

TYPED_TEST(JournalConformance, where_nothing_is_damaged_nothing_is_skipped) {
    const Offset first = this->append("one");
    const Offset end = this->commit();
    const auto reader = this->world_.reader();
    auto skipped = reader->skip_damage();
    ASSERT_TRUE(skipped);
    EXPECT_EQ(skipped->offset, first);
    EXPECT_EQ(skipped->resumes, first);
    EXPECT_EQ(this->read_all(*reader), std::vector<std::string>{"one"});
    skipped = reader->skip_damage();
    ASSERT_TRUE(skipped);
    EXPECT_EQ(skipped->offset, end);
    EXPECT_EQ(skipped->resumes, end);
    this->append("two");
    this->commit();
    EXPECT_EQ(this->read_all(*reader), std::vector<std::string>{"two"});
}

TYPED_TEST(JournalConformance, a_reader_past_damage_gives_the_rest_and_tells_each_place_once) {
    std::vector<Offset> offsets;
    for (int i = 0; i < 60; ++i) offsets.push_back(this->append(this->numbered(i)));
    offsets.push_back(this->commit());
    for (const size_t hit : {size_t{7}, size_t{8}, size_t{59}}) this->world_.damage(offsets[hit]);
    std::vector<Offset> told;
    PastDamage reader(this->world_.reader(),
                      [&told](const Damage& damage) { told.push_back(damage.offset); });
    EXPECT_EQ(this->read_all(reader).size(), 57U);
    EXPECT_EQ(told, (std::vector<Offset>{offsets[7], offsets[8], offsets[59]}));
    this->append("after");
    this->commit();
    EXPECT_EQ(this->read_all(reader), std::vector<std::string>{"after"});
}

TYPED_TEST(JournalConformance, reopening_keeps_what_was_committed_and_goes_on) {
    std::vector<std::string> written;
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 40; ++i) {
            written.push_back(this->numbered(round * 40 + i));
            this->append(written.back());
        }
        const Offset end = this->commit();
        this->append("never committed");
        this->world_.reopen();
        EXPECT_EQ(this->world_.reader()->end(), end);
        EXPECT_EQ(this->read_all(), written);
    }
}

TYPED_TEST(JournalConformance, any_bytes_come_back) {
    std::string all_bytes;
    for (int i = 0; i < 256; ++i) all_bytes += static_cast<char>(i);
    const std::vector<std::string> written{std::string(1, '\0'), std::string(1000, '\0'), all_bytes,
                                           std::string(1, '\xff')};
    for (const std::string& record : written) this->append(record);
    this->commit();
    this->world_.reopen();
    EXPECT_EQ(this->read_all(), written);
}

TYPED_TEST(JournalConformance, the_largest_record_fits_and_the_smallest) {
    const size_t most = this->world_.writer().max_record_bytes();
    EXPECT_GE(most, 16U * 1024 * 1024);
    std::vector<std::string> written{"1", std::string(most - 1, 'a'), std::string(most, 'b'), "2"};
    for (const std::string& record : written) this->append(record);
    this->commit();
    EXPECT_EQ(this->read_all(), written);
    this->world_.reopen();
    EXPECT_EQ(this->read_all(), written);
}

TYPED_TEST(JournalConformance, an_empty_or_too_large_record_is_a_bug) {
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
    Writer& writer = this->world_.writer();
    EXPECT_DEATH(static_cast<void>(writer.append("")), "CHECK");
    const std::string large(writer.max_record_bytes() + 1, 'x');
    EXPECT_DEATH(static_cast<void>(writer.append(large)), "CHECK");
}

TYPED_TEST(JournalConformance, many_readers_follow_a_writing_thread) {
    constexpr int records = 2000;
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int r = 0; r < 3; ++r) {
        threads.emplace_back([&wrong, reader = this->world_.reader()] {
            int seen = 0;
            while (seen < records) {
                const auto record = reader->next();
                if (!record) {
                    ++wrong;
                    return;
                }
                if (!*record) {
                    std::this_thread::yield();
                    continue;
                }
                if ((*record)->bytes != JournalConformance<TypeParam>::numbered(seen)) ++wrong;
                if ((*record)->next > reader->end()) ++wrong;
                ++seen;
            }
        });
    }
    for (int i = 0; i < records; ++i) {
        this->append(this->numbered(i));
        if (i % 16 == 15) this->commit();
    }
    this->commit();
    for (std::thread& one : threads) one.join();
    EXPECT_EQ(wrong, 0);
}

TEST(MemoryJournal, is_full_at_its_limit_and_can_still_be_committed) {
    MemoryJournal journal(10);
    EXPECT_TRUE(journal.append("12345"));
    EXPECT_EQ(journal.append("123456").error().code, base::ErrorCode::full);
    EXPECT_TRUE(journal.append("12345"));
    EXPECT_EQ(journal.append("1").error().code, base::ErrorCode::full);
    EXPECT_EQ(*journal.commit(), 10U);
    journal.remove_before(5);
    EXPECT_TRUE(journal.append("12345"));
}

TEST(MemoryJournal, what_was_removed_is_not_found) {
    MemoryJournal journal;
    const auto slow = journal.reader();
    EXPECT_TRUE(journal.append("one"));
    EXPECT_TRUE(journal.append("two"));
    EXPECT_TRUE(journal.commit());
    journal.remove_before(3);
    EXPECT_EQ(slow->next().error().code, base::ErrorCode::not_found);
    EXPECT_FALSE(slow->seek(0));
    EXPECT_EQ((*journal.reader()->next())->bytes, "two");
}

}  // namespace
}  // namespace playhead::journal
