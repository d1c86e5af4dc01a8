// SPDX-License-Identifier: Apache-2.0
#include "store/day_sums.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/check.h"
#include "base/digest.h"
#include "base/splitmix.h"
#include "store/database.h"
#include "store/day_summing.h"
#include "store/duckdb_store.h"
#include "store/kill_suite.h"
#include "store/sample_rows.h"
#include "store/scratch_folder.h"

// What is kept of days: when it is made, when it goes, and that it is never wrong.
namespace playhead::store {
namespace {

using sample::ordinary_row;
using sample::sample_id;
using session::SessionRow;

constexpr int64_t hour_ms = 3'600'000;
constexpr int64_t first_day = sample::start / day_ms * day_ms;
constexpr int64_t now = first_day + 6 * day_ms + hour_ms;

SessionRow row_at(uint64_t number, int64_t start_ts, int64_t length = 600'000) {
    SessionRow row = ordinary_row(number);
    row.start_ts = start_ts;
    row.last_event_ts = start_ts + length;
    row.close_ts = row.last_event_ts;
    return row;
}

class DaySumsTest : public testing::Test {
  protected:
    DaySumsTest() { open(); }

    void open() {
        auto opened = DuckdbStore::open(path_, {});
        CHECK(opened);
        store_.emplace(*std::move(opened));
        writer_ = *store_->writer();
    }

    void close() {
        writer_.reset();
        store_.reset();
    }

    void write(const std::vector<SessionRow>& rows) {
        const auto written = writer_->write(rows, ++offset_);
        ASSERT_TRUE(written) << written.error().what;
    }

    // Until nothing may be summed now; gives how many pieces it took.
    int sum_all(int64_t at) {
        int pieces = 0;
        while (true) {
            const auto summed = writer_->sum_up(at);
            CHECK(summed);
            left_ = summed->left;
            if (!summed->has_summed) return pieces;
            ++pieces;
        }
    }

    // The lines of the answer, values separated by commas. The store is closed meanwhile.
    std::string asked(const std::string& columns, const std::string& rest) {
        close();
        std::string lines;
        {
            auto database = Database::open(path_, {});
            CHECK(database);
            auto connection = database->connect();
            auto answer =
                connection->ask(("SELECT concat_ws(',', " + columns + ") FROM " + rest).c_str());
            if (!answer) ADD_FAILURE() << answer.error().what;
            CHECK(answer);
            while (answer->next()) lines += std::string(answer->text(0)) + "\n";
        }
        open();
        return lines;
    }

    // The store is closed behind it.
    void run_and_close(const std::string& statements) {
        close();
        auto database = Database::open(path_, {});
        CHECK(database);
        auto connection = database->connect();
        const auto ran = connection->run(statements.c_str());
        ASSERT_TRUE(ran) << ran.error().what;
    }

    void run(const std::string& statements) {
        run_and_close(statements);
        open();
    }

    std::string days_without_dimension() {
        return asked("string_agg((day_ts - " + std::to_string(first_day) +
                         ") // 86400000, ' ' ORDER BY day_ts)",
                     "summed_days WHERE dimension = ''");
    }

    ScratchFolder folder_;
    const std::string path_ = folder_.path() + "/store.duckdb";
    std::optional<DuckdbStore> store_;
    std::unique_ptr<Writer> writer_;
    uint64_t offset_ = 0;
    uint64_t left_ = 0;
};

constexpr auto settled = now + DaySumming::settles_within_ms;

// Both ways: what is kept of each day is what its rows give, and there is nothing else.
std::string wrong_sums(const std::string& path) {
    auto database = Database::open(path, {});
    CHECK(database);
    auto connection = database->connect();
    CHECK(
        connection->run("CREATE TEMP TABLE kept AS FROM sums; DELETE FROM sums; "
                        "CREATE TEMP TABLE noted AS FROM summed_days; DELETE FROM summed_days"));
    auto days = connection->ask("SELECT DISTINCT day_ts, dimension, has_sums FROM noted");
    CHECK(days);
    while (days->next()) {
        const SummedDimension* dimension = summed_dimension_named(days->text(1));
        CHECK(dimension != nullptr);
        const int64_t day = days->integer(0);
        if (days->boolean(2)) CHECK(connection->run(sum_statements(*dimension, day).c_str()));
        auto note = connection->prepare(note_statement(*dimension, day, days->boolean(2)));
        CHECK(note);
        note->bind(1, sums_meaning());
        CHECK(note->run());
    }
    auto differences = connection->ask(
        "SELECT (SELECT count(*) FROM (FROM sums EXCEPT ALL FROM kept)), "
        "(SELECT count(*) FROM (FROM kept EXCEPT ALL FROM sums)), "
        "(SELECT count(*) FROM (FROM summed_days EXCEPT ALL FROM noted)), "
        "(SELECT count(*) FROM (FROM noted EXCEPT ALL FROM summed_days))");
    CHECK(differences);
    CHECK(differences->next());
    std::string all;
    for (size_t i = 0; i < 4; ++i) all += std::to_string(differences->integer(i)) + " ";
    return all;
}

constexpr const char* nothing = "0 0 0 0 ";

TEST_F(DaySumsTest, sums_up_days_that_are_over_once_they_are_settled) {
    write({row_at(1, first_day + hour_ms), row_at(2, first_day + 3 * day_ms),
           row_at(3, now - hour_ms / 2), row_at(4, now + 5 * day_ms)});
    EXPECT_EQ(sum_all(now), 4);  // days without a session, each at once
    sum_all(settled - 1);
    EXPECT_EQ(left_, 2 * summed_dimension_count);
    EXPECT_EQ(sum_all(settled), static_cast<int>(2 * summed_dimension_count));
    EXPECT_EQ(left_, 0U);
    EXPECT_EQ(days_without_dimension(), "0 1 2 3 4 5\n");
    EXPECT_EQ(sum_all(settled), 0);
    close();
    EXPECT_EQ(wrong_sums(path_), nothing);
}

TEST_F(DaySumsTest, sums_up_what_an_older_version_wrote_without_waiting) {
    write({row_at(1, first_day + hour_ms)});
    run("DELETE FROM sums; DELETE FROM summed_days");
    EXPECT_EQ(sum_all(now), static_cast<int>(summed_dimension_count + 5));
}

TEST_F(DaySumsTest, a_clock_that_was_set_back_holds_nothing_up) {
    write({row_at(1, first_day + hour_ms)});
    sum_all(now + 300 * day_ms);
    EXPECT_GT(left_, 0U);
    sum_all(now);
    EXPECT_EQ(left_, 0U);
}

TEST_F(DaySumsTest, keeps_quarters_of_an_hour_and_values_of_a_day) {
    SessionRow other = row_at(2, first_day + 2 * quarter_hour_ms - 1, 1);
    other.time_played_ms = 1'499;
    other.dimensions.clear();
    SessionRow unreported = row_at(3, first_day);
    unreported.reported = false;
    write({row_at(1, first_day + quarter_hour_ms), other, unreported});
    const std::string since = std::to_string(first_day);
    sum_all(now);
    sum_all(settled);
    EXPECT_EQ(asked("record, ts - " + since + ", media_starts, content_time_spent, progress_10",
                    "sums WHERE dimension = '' ORDER BY 1"),
              "close,1800000,1,0\nclose,900000,570,0\nstart,900000,2\n");
    EXPECT_EQ(asked("record, ts - " + since +
                        ", coalesce(value, 'none'), media_starts, content_time_spent",
                    "sums WHERE dimension = 'media.id' ORDER BY 1"),
              "close,0,content-1,570\nclose,0,none,1\nstart,0,content-1,1\nstart,0,none,1\n");
    EXPECT_EQ(
        asked("closed_sessions, latest_start_ts - " + since + ", rule_sets, sessions_without_spans",
              "summed_days WHERE closed_sessions > 0"),
        "2,1799999,[1],0\n");
}

TEST_F(DaySumsTest, a_day_that_gets_rows_has_no_sums_until_it_is_settled_again) {
    write({row_at(1, first_day), row_at(2, first_day + 5 * day_ms)});
    sum_all(now);
    sum_all(settled);
    // From the second day into the fourth, which are not the third.
    write({row_at(3, first_day + day_ms + 1, 2 * day_ms)});
    EXPECT_EQ(days_without_dimension(), "0 2 4 5\n");
    sum_all(settled);
    EXPECT_EQ(days_without_dimension(), "0 1 2 3 4 5\n");
    close();
    EXPECT_EQ(wrong_sums(path_), nothing);
}

TEST_F(DaySumsTest, a_write_that_fails_leaves_the_sums_and_the_next_one_forgets_them) {
    write({row_at(1, first_day)});
    sum_all(now);
    sum_all(settled);
    SessionRow broken = row_at(2, first_day);
    broken.ads[0].id = "\xff";
    ASSERT_FALSE(writer_->write(std::vector{broken}, offset_ + 1));
    write({row_at(2, first_day)});
    EXPECT_EQ(days_without_dimension(), "1 2 3 4 5\n");
}

TEST_F(DaySumsTest, an_erasure_takes_the_sums_of_its_days) {
    write({row_at(1, first_day), row_at(2, first_day, 2 * day_ms),
           row_at(3, first_day + 4 * day_ms)});
    sum_all(now);
    sum_all(settled);
    base::Sha256Stream digest;
    digest.add(sample_id(2).text());
    const std::vector marks{base::hex(digest.digest()).substr(0, 32)};
    ASSERT_TRUE(writer_->erase({.id = "one"}, marks, ++offset_));
    EXPECT_EQ(days_without_dimension(), "1 3 4 5\n");
    sum_all(settled);
    EXPECT_EQ(left_, 0U);
    close();
    EXPECT_EQ(wrong_sums(path_), nothing);
}

TEST_F(DaySumsTest, a_dimension_with_too_many_values_has_no_sums_on_that_day) {
    for (const uint64_t count : {most_summed_values - 1, most_summed_values}) {
        std::vector<SessionRow> rows;
        const auto day = (count == most_summed_values ? 5 : 4) * day_ms;
        for (uint64_t i = 0; i < count; ++i) {
            SessionRow row = row_at(offset_ * 100'000 + i, first_day + day);
            row.ads.clear();
            row.events.clear();
            row.dimensions = {{event::Parameter::media_id, "content-" + std::to_string(i)}};
            rows.push_back(std::move(row));
        }
        write(rows);
    }
    const char* const without = "summed_days WHERE NOT has_sums";
    sum_all(now);
    sum_all(settled);
    EXPECT_EQ(asked("dimension", without), "");
    // One more on each of both days: then one of them is at the limit, and the other above it.
    for (const int64_t day : {4, 5}) {
        SessionRow more = row_at(static_cast<uint64_t>(5'000'000 + day), first_day + day * day_ms);
        more.dimensions = {{event::Parameter::media_id, "one more"}};
        write({more});
    }
    sum_all(now);
    sum_all(settled);
    EXPECT_EQ(left_, 0U);
    EXPECT_EQ(asked("dimension", without), "media.id\n");
    EXPECT_EQ(asked("count(*)", "sums WHERE dimension = 'media.id'"),
              std::to_string(2 * most_summed_values) + "\n");
}

TEST_F(DaySumsTest, a_day_whose_sums_fit_in_no_number_has_none) {
    std::vector<SessionRow> rows;
    for (uint64_t i = 0; i < 3; ++i) {
        rows.push_back(row_at(i, first_day));
        rows.back().length = 3e-23;
    }
    rows.push_back(row_at(4, first_day + day_ms));
    write(rows);
    sum_all(now);
    sum_all(settled);
    EXPECT_EQ(left_, 0U);
    EXPECT_EQ(asked("dimension, has_sums",
                    "summed_days WHERE dimension IN ('', 'media.id') ORDER BY day_ts, dimension"),
              ",false\nmedia.id,true\n,true\nmedia.id,true\n,true\nmedia.id,true\n"
              ",true\nmedia.id,true\n,true\nmedia.id,true\n,true\nmedia.id,true\n");
}

TEST_F(DaySumsTest, looks_back_a_thousand_days) {
    const int64_t today = now / day_ms * day_ms;
    const int64_t oldest = today - DaySumming::most_days * day_ms;
    write({row_at(1, oldest - 1, 1), row_at(2, oldest, 1)});
    sum_all(now);
    sum_all(settled);
    EXPECT_EQ(left_, 0U);
    EXPECT_EQ(asked("min(day_ts) - " + std::to_string(oldest) + ", count(DISTINCT day_ts)",
                    "summed_days"),
              "0,1000\n");
}

TEST_F(DaySumsTest, sums_that_mean_something_else_are_made_again) {
    write({row_at(1, first_day)});
    sum_all(now);
    sum_all(settled);
    run("UPDATE summed_days SET meaning = 'older'; UPDATE sums SET media_starts = 7");
    EXPECT_EQ(days_without_dimension(), "\n");
    EXPECT_EQ(asked("ts", "sums"), "");
    sum_all(settled);
    close();
    EXPECT_EQ(wrong_sums(path_), nothing);
}

TEST_F(DaySumsTest, says_when_a_note_of_a_day_cannot_be_read) {
    write({row_at(1, first_day)});
    sum_all(now);
    run_and_close("UPDATE summed_days SET dimension = 'boredom'");
    auto opened = DuckdbStore::open(path_, {});
    ASSERT_TRUE(opened);
    const auto writer = opened->writer();
    ASSERT_FALSE(writer);
    EXPECT_EQ(writer.error().code, base::ErrorCode::damaged);
    EXPECT_NE(writer.error().what.find("summed_days.dimension"), std::string::npos)
        << writer.error().what;
}

// Writes rows into days that are summed, and sums them up, for ever.
[[noreturn]] void write_and_sum_until_killed(const std::string& path, uint64_t seed, int progress) {
    DuckdbStore::Options options;
    options.checkpoint_bytes = 256 * 1024;
    auto store = DuckdbStore::open(path, options);
    CHECK(store);
    const auto writer = *store->writer();
    uint64_t offset = *writer->offset();
    int64_t clock = now;
    base::Splitmix random(seed);
    while (true) {
        clock += DaySumming::settles_within_ms;
        const auto start = first_day + static_cast<int64_t>(random.below(4)) * day_ms;
        const auto length = static_cast<int64_t>(random.below(3)) * day_ms;
        ++offset;
        CHECK(writer->write(std::vector{row_at(offset, start, length)}, offset));
        const uint64_t pieces = random.below(12);
        for (uint64_t i = 0; i < pieces; ++i) CHECK(writer->sum_up(clock));
        CHECK(::write(progress, "w", 1) == 1);
    }
}

TEST_F(DaySumsTest, agree_with_the_rows_after_each_kill) {
    close();
    for (const int writes : {1, 4, 2, 6}) {
        kill_after(writes, [&](int progress) {
            write_and_sum_until_killed(path_, static_cast<uint64_t>(writes), progress);
        });
        ASSERT_FALSE(HasFatalFailure());
        ASSERT_EQ(wrong_sums(path_), nothing);
        open();  // notes of days go on from what is there
        close();
    }
}

}  // namespace
}  // namespace playhead::store
