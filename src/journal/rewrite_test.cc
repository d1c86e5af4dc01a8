// SPDX-License-Identifier: Apache-2.0
#include "journal/rewrite.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "base/memory_disk.h"
#include "journal/file_journal.h"
#include "journal/past_damage.h"
#include "journal/segment.h"
#include "journal/verify.h"

namespace playhead::journal {
namespace {

const std::string folder = "/journal";

struct Read {
    Offset offset = 0;
    std::string record;

    bool operator==(const Read&) const = default;
};

// A journal of three sealed segments and an open one, with a record of each letter in each.
class Rewrite : public testing::Test {
  protected:
    Rewrite() {
        FileJournal::Options options;
        options.segment_bytes = 64 * 1024;
        options.salt = 1;
        options.write_ahead = false;
        auto opened = FileJournal::open(disk_, folder, options);
        EXPECT_TRUE(opened);
        journal_ = std::move(*opened);
        for (int segment = 0; segment < 4; ++segment) {
            EXPECT_TRUE(journal_->seal());
            for (const char letter : {'a', 'b', 'c'}) {
                EXPECT_TRUE(journal_->append(std::string(100, letter)));
            }
            EXPECT_TRUE(journal_->commit());
        }
    }

    // Every b becomes dots.
    static bool dot_out(std::span<char> record) {
        if (record.front() != 'b') return false;
        std::ranges::fill(record, '.');
        return true;
    }

    std::optional<Replaced> rewrite(size_t number) {
        const auto made = rewrite_segment(disk_, folder, journal_->segments()[number], dot_out);
        EXPECT_TRUE(made) << made.error().what;
        return made ? *made : std::nullopt;
    }

    std::vector<Read> read() {
        PastDamage reader(journal_->reader(), [](const Damage&) {});
        std::vector<Read> all;
        while (true) {
            const auto next = reader.next();
            EXPECT_TRUE(next);
            if (!next || !*next) return all;
            all.push_back({(*next)->offset, std::string((*next)->bytes)});
        }
    }

    Verification verified(std::span<const Replaced> replaced = {}) {
        const auto found = verify(disk_, folder, replaced);
        EXPECT_TRUE(found);
        return found.value_or(Verification());
    }

    base::MemoryDisk disk_;
    std::unique_ptr<FileJournal> journal_;
};

TEST_F(Rewrite, changes_the_records_and_leaves_every_offset) {
    const std::vector<Read> before = read();
    ASSERT_EQ(before.size(), 12U);
    ASSERT_TRUE(rewrite(1));
    EXPECT_EQ(read(), before) << "nothing is changed before the file takes its place";
    ASSERT_EQ(journal_->replace_segment(journal_->segments()[1].first), true);
    std::vector<Read> expected = before;
    expected[4].record = std::string(100, '.');
    EXPECT_EQ(read(), expected);
}

TEST_F(Rewrite, a_replaced_segment_is_sound_when_a_record_says_so_and_changed_when_none_does) {
    const auto replaced = rewrite(1);
    ASSERT_TRUE(replaced);
    ASSERT_TRUE(journal_->replace_segment(replaced->first));
    EXPECT_FALSE(verified().sound());
    ASSERT_EQ(verified().changed.size(), 1U);
    EXPECT_EQ(verified().changed[0].segment, segment_name(replaced->first));
    const Verification found = verified(std::span(&*replaced, 1));
    EXPECT_TRUE(found.sound());
    EXPECT_EQ(found.links, 3U);
    EXPECT_EQ(found.rewritten, 1U);
    EXPECT_EQ(found.records, 12U);
}

TEST_F(Rewrite, a_record_says_so_of_no_other_change) {
    const auto replaced = rewrite(1);
    ASSERT_TRUE(replaced);
    ASSERT_TRUE(journal_->replace_segment(replaced->first));
    for (const int which : {0, 1, 2}) {
        Replaced other = *replaced;
        if (which == 0) other.first = 0;
        if (which == 1) other.before[0] ^= 1;
        if (which == 2) other.after[0] ^= 1;
        EXPECT_FALSE(verified(std::span(&other, 1)).sound()) << which;
    }
}

TEST_F(Rewrite, two_neighbours_and_one_twice_are_sound_too) {
    std::vector<Replaced> all;
    for (const size_t number : {1, 2}) {
        all.push_back(*rewrite(number));
        ASSERT_TRUE(journal_->replace_segment(all.back().first));
    }
    const auto again =
        rewrite_segment(disk_, folder, journal_->segments()[1], [](std::span<char> record) {
            if (record.front() != 'c') return false;
            std::ranges::fill(record, '-');
            return true;
        });
    ASSERT_TRUE(again && *again);
    all.push_back(**again);
    ASSERT_TRUE(journal_->replace_segment(all.back().first));
    const Verification found = verified(all);
    EXPECT_TRUE(found.sound());
    EXPECT_EQ(found.rewritten, 2U);
}

TEST_F(Rewrite, a_segment_without_such_records_stays_as_it_is) {
    ASSERT_TRUE(rewrite(0));
    ASSERT_TRUE(journal_->replace_segment(0));
    EXPECT_FALSE(rewrite(0));
    const Offset first = journal_->segments()[0].first;
    EXPECT_FALSE(disk_.exists(rewriting_path(folder, first)));
}

TEST_F(Rewrite, made_again_after_a_crash_it_is_the_same) {
    const auto once = rewrite(1);
    ASSERT_TRUE(once);
    const std::string bytes = disk_.content(rewriting_path(folder, once->first));
    const auto again = rewrite(1);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->before, once->before);
    EXPECT_EQ(again->after, once->after);
    EXPECT_EQ(disk_.content(rewriting_path(folder, once->first)), bytes);
}

TEST_F(Rewrite, of_damaged_bytes_nothing_is_left) {
    const SegmentSummary segment = journal_->segments()[1];
    const std::string path = segment_path(folder, segment.first);
    // Into the first record, an a, whose head stays right.
    disk_.overwrite(path, header_bytes + frame_head_bytes + 10, "XXXX");
    const std::vector<Read> before = read();
    ASSERT_EQ(before.size(), 11U);
    ASSERT_TRUE(rewrite(1));
    ASSERT_TRUE(journal_->replace_segment(segment.first));
    const std::string content = disk_.content(path);
    EXPECT_EQ(content.find('a', header_bytes), content.npos);
    std::vector<Read> expected = before;
    expected[3].record = std::string(100, '.');
    EXPECT_EQ(read(), expected);
}

TEST_F(Rewrite, a_segment_that_retention_took_does_not_come_back) {
    const Offset first = journal_->segments()[0].first;
    ASSERT_TRUE(rewrite(0));
    ASSERT_TRUE(journal_->remove_before(journal_->segments()[1].first));
    EXPECT_EQ(journal_->replace_segment(first), false);
    EXPECT_FALSE(disk_.exists(segment_path(folder, first)));
    EXPECT_FALSE(disk_.exists(rewriting_path(folder, first)));
}

TEST_F(Rewrite, a_segment_without_a_header_cannot_be_rewritten) {
    const SegmentSummary segment = journal_->segments()[1];
    disk_.overwrite(segment_path(folder, segment.first), 0, std::string(header_bytes, 'x'));
    const auto made = rewrite_segment(disk_, folder, segment, dot_out);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, base::ErrorCode::damaged);
}

TEST_F(Rewrite, an_open_journal_goes_on_and_opens_again) {
    const auto replaced = rewrite(2);
    ASSERT_TRUE(replaced);
    ASSERT_TRUE(journal_->replace_segment(replaced->first));
    ASSERT_TRUE(journal_->append("more"));
    ASSERT_TRUE(journal_->commit());
    journal_.reset();
    disk_.crash(7);
    auto opened = FileJournal::open(disk_, folder, {.salt = 1, .write_ahead = false});
    ASSERT_TRUE(opened);
    journal_ = std::move(*opened);
    const std::vector<Read> all = read();
    ASSERT_EQ(all.size(), 13U);
    EXPECT_EQ(all[7].record, std::string(100, '.'));
    EXPECT_EQ(all[12].record, "more");
    EXPECT_TRUE(verified(std::span(&*replaced, 1)).sound());
}

TEST_F(Rewrite, sealing_an_empty_segment_does_nothing) {
    ASSERT_TRUE(journal_->seal());
    const size_t segments = journal_->segments().size();
    ASSERT_TRUE(journal_->seal());
    EXPECT_EQ(journal_->segments().size(), segments);
}

}  // namespace
}  // namespace playhead::journal
