// SPDX-License-Identifier: Apache-2.0
#include "store/duckdb_store.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "store/database.h"
#include "store/kill_suite.h"
#include "store/sample_rows.h"
#include "store/schema.h"
#include "store/scratch_folder.h"

// What is particular to the DuckDB store: it lives on a disk, in one process, and crashes.
namespace playhead::store {
namespace {

using sample::difficult_row;
using sample::ordinary_row;
using sample::sample_id;

using session::SessionRow;

// An open store with its writer and a reader.
struct Opened {
    explicit Opened(const std::string& path, const DuckdbStore::Options& options = {})
        : store(open(path, options)), writer(*store.writer()), reader(*store.reader()) {}

    static DuckdbStore open(const std::string& path, const DuckdbStore::Options& options) {
        auto store = DuckdbStore::open(path, options);
        if (!store) ADD_FAILURE() << store.error().what;
        CHECK(store);
        return *std::move(store);
    }

    size_t count() {
        const auto rows = reader->sessions({}, std::nullopt, 1'000'000);
        CHECK(rows);
        return rows->size();
    }

    DuckdbStore store;
    std::unique_ptr<Writer> writer;
    std::unique_ptr<Reader> reader;
};

class DuckdbStoreTest : public testing::Test {
  protected:
    void run_sql(const char* sql) {
        auto database = Database::open(path_, {});
        ASSERT_TRUE(database) << database.error().what;
        auto connection = database->connect();
        ASSERT_TRUE(connection);
        const auto ran = connection->run(sql);
        ASSERT_TRUE(ran) << ran.error().what;
    }

    ScratchFolder folder_;
    const std::string path_ = folder_.path() + "/store.duckdb";
};

TEST_F(DuckdbStoreTest, has_rows_and_offset_after_it_was_closed) {
    {
        Opened opened(path_);
        ASSERT_TRUE(opened.writer->write(std::vector{difficult_row(1)}, 5));
        ASSERT_TRUE(opened.writer->write(std::vector{ordinary_row(2)}, 9));
    }
    Opened opened(path_);
    EXPECT_EQ(opened.writer->offset(), 9U);
    EXPECT_EQ(*opened.reader->session(sample_id(1)), difficult_row(1));
    EXPECT_EQ(*opened.reader->session(sample_id(2)), ordinary_row(2));
}

TEST_F(DuckdbStoreTest, writes_nothing_when_one_row_cannot_be_written) {
    Opened opened(path_);
    ASSERT_TRUE(opened.writer->write(std::vector{ordinary_row(1)}, 5));

    // The row goes into `sessions`; its ad, which comes later, cannot be kept.
    SessionRow broken = ordinary_row(2);
    broken.ads[0].id = "\xff not UTF-8";
    const auto written = opened.writer->write(std::vector{ordinary_row(3), broken}, 9);
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().what.find("unicode"), std::string::npos) << written.error().what;
    EXPECT_EQ(opened.writer->offset(), 5U);
    EXPECT_EQ(opened.count(), 1U);

    ASSERT_TRUE(opened.writer->write(std::vector{ordinary_row(3), ordinary_row(2)}, 9));
    EXPECT_EQ(opened.writer->offset(), 9U);
    EXPECT_EQ(opened.count(), 3U);
}

TEST_F(DuckdbStoreTest, goes_on_after_a_write_that_found_no_memory) {
    DuckdbStore::Options options;
    options.memory_bytes = 32ULL << 20;
    options.temp_bytes = 1ULL << 20;
    Opened opened(path_, options);
    std::vector<SessionRow> rows{ordinary_row(1)};
    rows[0].custom_metadata = {{"large", std::string(100ULL << 20, 'x')}};
    const auto written = opened.writer->write(rows, 5);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, base::ErrorCode::full) << written.error().what;
    EXPECT_EQ(opened.writer->offset(), 0U);
    ASSERT_TRUE(opened.writer->write(std::vector{ordinary_row(1)}, 5));
    EXPECT_EQ(opened.count(), 1U);
}

TEST_F(DuckdbStoreTest, of_equal_metadata_keys_the_last_counts) {
    Opened opened(path_);
    SessionRow row = ordinary_row(1);
    row.custom_metadata = {{"a", "1"}, {"b", "2"}, {"a", "3"}};
    ASSERT_TRUE(opened.writer->write(std::vector{row}, 1));
    EXPECT_EQ((*opened.reader->session(row.id))->custom_metadata,
              (session::CustomMetadata{{"b", "2"}, {"a", "3"}}));
}

// The rows of the tables under `## name` headings: a line with the name and type of each column.
std::string documented_columns() {
    std::ifstream file("docs/format/store.md");
    CHECK(file);
    std::string columns;
    std::string table;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("## `")) table = line.substr(4, line.find('`', 4) - 4);
        if (!line.starts_with("| `")) continue;
        const size_t name_end = line.find('`', 3);
        const size_t type = line.find("| ", name_end) + 2;
        columns += table + "." + line.substr(3, name_end - 3) + " " +
                   line.substr(type, line.find(" |", type) - type) + "\n";
    }
    return columns;
}

// The same of a file.
std::string columns_of(const std::string& path) {
    auto database = Database::open(path, {});
    CHECK(database);
    auto connection = database->connect();
    CHECK(connection);
    auto answer = connection->ask(
        "SELECT table_name || '.' || column_name || ' ' || data_type || "
        "CASE WHEN is_nullable THEN '' ELSE ' NOT NULL' END FROM duckdb_columns() WHERE NOT "
        "internal "
        "ORDER BY list_position(['sessions', 'ads', 'chapters', 'states', 'errors', 'erasures', "
        "'sums', 'summed_days', 'checkpoint', 'spans', 'events', 'minutes'], "
        "table_name), column_index");
    CHECK(answer);
    std::string columns;
    while (answer->next()) columns += std::string(answer->text(0)) + "\n";
    return columns;
}

// Writes rows for ever, two a write, and says so with a byte after each. Row n is in write n / 2,
// whose offset is n / 2 + 1.
[[noreturn]] void write_until_killed(const std::string& path, int progress) {
    DuckdbStore::Options options;
    options.checkpoint_bytes = 256 * 1024;  // so that some die while they checkpoint
    Opened opened(path, options);
    uint64_t offset = *opened.writer->offset();
    while (true) {
        const std::vector rows{ordinary_row(2 * offset), difficult_row(2 * offset + 1)};
        ++offset;
        CHECK(opened.writer->write(rows, offset));
        CHECK(::write(progress, "w", 1) == 1);
    }
}

TEST_F(DuckdbStoreTest, has_rows_and_offset_that_agree_after_each_kill) {
    uint64_t checked = 0;
    for (const int writes : {1, 2, 5, 11, 3, 17, 1, 23, 8, 40}) {
        kill_after(writes, [this](int progress) { write_until_killed(path_, progress); });
        ASSERT_FALSE(HasFatalFailure());
        Opened opened(path_);
        const uint64_t offset = *opened.writer->offset();
        ASSERT_GE(offset, checked + static_cast<uint64_t>(writes));
        ASSERT_EQ(opened.count(), 2 * offset);
        for (uint64_t number = 2 * checked; number < 2 * offset; ++number) {
            const SessionRow expected =
                number % 2 == 0 ? ordinary_row(number) : difficult_row(number);
            ASSERT_EQ(*opened.reader->session(expected.id), expected);
        }
        checked = offset;
    }
}

TEST_F(DuckdbStoreTest, is_busy_while_another_process_has_it) {
    int ready[2];
    int done[2];
    ASSERT_EQ(::pipe(ready), 0);
    ASSERT_EQ(::pipe(done), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const Opened opened(path_);
        CHECK(::write(ready[1], "r", 1) == 1);
        ::close(done[1]);
        char byte = 0;
        CHECK(::read(done[0], &byte, 1) == 0);  // the other side has closed it
        ::_exit(0);
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    const auto opened = DuckdbStore::open(path_, {});
    for (const int end : {ready[0], ready[1], done[0], done[1]}) ::close(end);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, base::ErrorCode::busy) << opened.error().what;
}

TEST_F(DuckdbStoreTest, refuses_a_store_of_a_newer_version) {
    {
        const Opened opened(path_);
    }
    run_sql("UPDATE checkpoint SET schema_number = schema_number + 1");
    const auto opened = DuckdbStore::open(path_, {});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, base::ErrorCode::invalid);
    EXPECT_NE(opened.error().what.find("has schema " + std::to_string(schema_number + 1)),
              std::string::npos)
        << opened.error().what;
}

SessionRow of_before_schema_3(SessionRow row) {
    row.content_spans.clear();
    row.ad_spans.clear();
    row.events.clear();
    return row;
}

constexpr const char* back_to_schema_3 =
    "DROP TABLE sums; DROP TABLE summed_days; UPDATE checkpoint SET schema_number = 3; ";

constexpr const char* back_to_schema_2 =
    "DROP TABLE sums; DROP TABLE summed_days; DROP VIEW minutes; DROP VIEW spans; DROP VIEW "
    "events; DROP TABLE erasures; "
    "ALTER TABLE sessions DROP COLUMN content_spans; ALTER TABLE sessions DROP COLUMN ad_spans; "
    "ALTER TABLE sessions DROP COLUMN events; UPDATE checkpoint SET schema_number = 2; ";

TEST_F(DuckdbStoreTest, brings_a_store_of_schema_3_to_this_one) {
    const std::vector rows{ordinary_row(1), difficult_row(2)};
    {
        Opened opened(path_);
        ASSERT_TRUE(opened.writer->write(rows, 7));
    }
    run_sql(back_to_schema_3);
    for (int opening = 0; opening < 2; ++opening) {
        Opened opened(path_);
        EXPECT_EQ(*opened.reader->session(sample_id(1)), rows[0]);
        EXPECT_EQ(*opened.reader->session(sample_id(2)), rows[1]);
        EXPECT_TRUE(opened.writer->sum_up(sample::start + 86'400'000)->has_summed);
    }
    EXPECT_EQ(columns_of(path_), documented_columns());
}

TEST_F(DuckdbStoreTest, brings_a_store_of_schema_2_to_this_one) {
    const std::vector rows{ordinary_row(1), difficult_row(2)};
    {
        Opened opened(path_);
        ASSERT_TRUE(opened.writer->write(rows, 7));
    }
    run_sql(back_to_schema_2);
    for (int opening = 0; opening < 2; ++opening) {
        Opened opened(path_);
        EXPECT_EQ(*opened.reader->session(sample_id(1)), of_before_schema_3(rows[0]));
        EXPECT_EQ(*opened.reader->session(sample_id(2)), of_before_schema_3(rows[1]));
    }
    EXPECT_EQ(columns_of(path_), documented_columns());
}

TEST_F(DuckdbStoreTest, brings_a_store_of_schema_1_to_this_one) {
    SessionRow nameless = ordinary_row(2);
    nameless.reported = false;
    std::erase_if(nameless.dimensions, [](const session::Dimension& dimension) {
        return dimension.name == event::Parameter::media_id;
    });
    const std::vector rows{of_before_schema_3(ordinary_row(1)), of_before_schema_3(nameless)};
    {
        Opened opened(path_);
        ASSERT_TRUE(opened.writer->write(rows, 7));
    }
    run_sql(back_to_schema_2);
    run_sql(
        "ALTER TABLE sessions DROP COLUMN rule_set; ALTER TABLE sessions DROP COLUMN reported; "
        "ALTER TABLE checkpoint ADD COLUMN rule_set UBIGINT DEFAULT 1; "
        "UPDATE checkpoint SET schema_number = 1");
    for (int opening = 0; opening < 2; ++opening) {
        Opened opened(path_);
        EXPECT_EQ(*opened.writer->offset(), 7U + static_cast<uint64_t>(opening));
        EXPECT_EQ(*opened.reader->session(sample_id(1)), rows[0]);
        EXPECT_EQ(*opened.reader->session(sample_id(2)), rows[1]);
        ASSERT_TRUE(opened.writer->write({}, 8));
    }
    EXPECT_EQ(columns_of(path_), documented_columns());
}

TEST_F(DuckdbStoreTest, refuses_a_database_of_something_else) {
    run_sql("CREATE TABLE something (value BIGINT)");
    const auto opened = DuckdbStore::open(path_, {});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, base::ErrorCode::invalid);
}

TEST_F(DuckdbStoreTest, says_which_value_it_cannot_read) {
    {
        Opened opened(path_);
        ASSERT_TRUE(opened.writer->write(std::vector{ordinary_row(1)}, 1));
    }
    run_sql("UPDATE sessions SET close_reason = 'boredom'");
    Opened opened(path_);
    const auto row = opened.reader->session(sample_id(1));
    ASSERT_FALSE(row);
    EXPECT_EQ(row.error().code, base::ErrorCode::damaged);
    EXPECT_NE(row.error().what.find("close_reason"), std::string::npos) << row.error().what;
}

TEST_F(DuckdbStoreTest, has_one_writer) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    Opened opened(path_);
    EXPECT_DEATH(static_cast<void>(opened.store.writer()), "has_writer_");
}

TEST_F(DuckdbStoreTest, has_the_columns_that_the_document_names) {
    {
        const Opened opened(path_);
    }
    EXPECT_EQ(columns_of(path_), documented_columns());
}

}  // namespace
}  // namespace playhead::store
