// SPDX-License-Identifier: Apache-2.0
#include "store/database.h"

#include <atomic>
#include <fstream>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "store/scratch_folder.h"

namespace playhead::store {
namespace {

// What the store relies on in DuckDB, asked of the library that is really linked.
class DatabaseTest : public testing::Test {
  protected:
    DatabaseTest() { EXPECT_TRUE(connection_.run("CREATE TABLE numbers (value BIGINT NOT NULL)")); }

    static Connection connect(const Database& database) {
        auto connection = database.connect();
        CHECK(connection);
        return *std::move(connection);
    }

    static Database open(const std::string& path) {
        auto database = Database::open(path, {{"threads", "1"}});
        CHECK(database);
        return *std::move(database);
    }

    base::Result<void> append(int64_t from, int64_t to) {
        auto appender = connection_.append_to("numbers");
        if (!appender) return std::unexpected(appender.error());
        for (int64_t i = from; i < to; ++i) {
            appender->integer(i);
            appender->end_row();
        }
        return appender->finish();
    }

    static int64_t count(Connection& connection) {
        auto answer = connection.ask("SELECT count(*) FROM numbers");
        CHECK(answer && answer->next());
        return answer->integer(0);
    }

    ScratchFolder folder_;
    Database database_ = open(folder_.path() + "/a.duckdb");
    Connection connection_ = connect(database_);
};

TEST_F(DatabaseTest, appended_rows_go_with_a_rollback) {
    // More than an appender gathers before it flushes by itself.
    constexpr int64_t many = 500'000;
    ASSERT_TRUE(connection_.run("BEGIN TRANSACTION"));
    ASSERT_TRUE(append(0, many));
    EXPECT_EQ(count(connection_), many);
    ASSERT_TRUE(connection_.run("ROLLBACK"));
    EXPECT_EQ(count(connection_), 0);
}

TEST_F(DatabaseTest, appended_rows_are_seen_by_others_after_the_commit_only) {
    Connection other = connect(database_);
    ASSERT_TRUE(connection_.run("BEGIN TRANSACTION"));
    ASSERT_TRUE(append(0, 300'000));
    EXPECT_EQ(count(other), 0);
    ASSERT_TRUE(connection_.run("COMMIT"));
    EXPECT_EQ(count(other), 300'000);
}

TEST_F(DatabaseTest, an_appender_left_unfinished_goes_with_a_rollback) {
    ASSERT_TRUE(connection_.run("BEGIN TRANSACTION"));
    {
        auto appender = connection_.append_to("numbers");
        ASSERT_TRUE(appender);
        appender->integer(1);
        appender->end_row();
    }
    ASSERT_TRUE(connection_.run("ROLLBACK"));
    EXPECT_EQ(count(connection_), 0);
}

TEST_F(DatabaseTest, an_appender_tells_what_went_wrong) {
    auto appender = connection_.append_to("numbers");
    ASSERT_TRUE(appender);
    appender->null();
    appender->end_row();
    const auto finished = appender->finish();
    ASSERT_FALSE(finished);
    EXPECT_NE(finished.error().what.find("NOT NULL"), std::string::npos) << finished.error().what;
}

TEST_F(DatabaseTest, an_appender_refuses_text_that_is_not_utf_8) {
    ASSERT_TRUE(connection_.run("CREATE TABLE texts (value VARCHAR)"));
    auto appender = connection_.append_to("texts");
    ASSERT_TRUE(appender);
    appender->text("\xff\xfe");
    appender->end_row();
    EXPECT_FALSE(appender->finish());
}

TEST_F(DatabaseTest, an_unknown_table_is_an_error) {
    EXPECT_FALSE(connection_.append_to("nothing"));
    EXPECT_FALSE(connection_.ask("SELECT * FROM nothing"));
    EXPECT_FALSE(connection_.prepare("SELECT * FROM nothing"));
}

TEST_F(DatabaseTest, an_answer_goes_over_many_chunks) {
    ASSERT_TRUE(append(0, 10'000));
    auto answer = connection_.ask("SELECT value FROM numbers ORDER BY value");
    ASSERT_TRUE(answer);
    for (int64_t i = 0; i < 10'000; ++i) {
        ASSERT_TRUE(answer->next());
        ASSERT_EQ(answer->integer(0), i);
    }
    EXPECT_FALSE(answer->next());
    EXPECT_FALSE(answer->next());
}

TEST_F(DatabaseTest, an_answer_gives_values_of_each_type) {
    auto answer = connection_.ask(
        "SELECT true, -5::BIGINT, 18446744073709551615::UBIGINT, 0.25::DOUBLE, 'text', "
        "'\\x00\\xFF'::BLOB, MAP {'b': 'x', 'a': ''}, NULL::BIGINT");
    ASSERT_TRUE(answer && answer->next());
    EXPECT_TRUE(answer->boolean(0));
    EXPECT_EQ(answer->integer(1), -5);
    EXPECT_EQ(answer->natural(2), 18446744073709551615U);
    EXPECT_EQ(answer->number(3), 0.25);
    EXPECT_EQ(answer->text(4), "text");
    EXPECT_EQ(answer->text(5), std::string_view("\0\xff", 2));
    EXPECT_EQ(answer->text_pairs(6), (TextPairs{{"b", "x"}, {"a", ""}}));
    EXPECT_TRUE(answer->is_null(7));
    EXPECT_FALSE(answer->is_null(0));
}

TEST_F(DatabaseTest, a_value_of_another_type_is_a_bug) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    auto answer = connection_.ask("SELECT 'text', NULL::BIGINT");
    ASSERT_TRUE(answer && answer->next());
    EXPECT_DEATH(static_cast<void>(answer->integer(0)), "type");
    EXPECT_DEATH(static_cast<void>(answer->integer(1)), "is_null");
}

// An interrupt is for a question, and may come when its transaction ends already.
TEST_F(DatabaseTest, rolling_back_leaves_no_transaction_whatever_an_interrupt_hits) {
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(connection_.run("BEGIN TRANSACTION")) << i;
        std::atomic<bool> begins{false};
        std::atomic<bool> ends{false};
        std::thread interrupts([&] {
            for (begins = true; !ends;) connection_.interrupt();
        });
        while (!begins) std::this_thread::yield();
        connection_.roll_back();
        ends = true;
        interrupts.join();
    }
    EXPECT_TRUE(connection_.ask("SELECT 1"));
}

TEST_F(DatabaseTest, a_file_of_something_else_is_invalid) {
    const std::string path = folder_.path() + "/other.duckdb";
    std::ofstream(path) << std::string(10'000, 'x');
    const auto opened = Database::open(path, {});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, base::ErrorCode::invalid) << opened.error().what;
}

TEST_F(DatabaseTest, an_unknown_setting_is_an_error_of_one_line) {
    const auto opened = Database::open(folder_.path() + "/b.duckdb", {{"no_such_thing", "1"}});
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().what.find("no_such_thing"), std::string::npos);
    EXPECT_EQ(opened.error().what.find('\n'), std::string::npos);
}

TEST_F(DatabaseTest, a_folder_that_is_not_there_is_an_error) {
    EXPECT_FALSE(Database::open(folder_.path() + "/none/b.duckdb", {}));
}

}  // namespace
}  // namespace playhead::store
