// SPDX-License-Identifier: Apache-2.0
#include "store/export.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "store/duckdb_store.h"
#include "store/sample_rows.h"
#include "store/scratch_folder.h"
#include "store/sql_text.h"

namespace playhead::store {
namespace {

using sample::difficult_row;
using sample::ordinary_row;

// A store of four sessions, 10 ms apart, that is closed again.
class ExportTest : public testing::Test {
  protected:
    ExportTest() {
        auto store = DuckdbStore::open(path_, {});
        CHECK(store);
        auto writer = store->writer();
        CHECK(writer);
        CHECK((*writer)->write(
            std::vector{ordinary_row(1), difficult_row(2), difficult_row(3), ordinary_row(4)}, 9));
        CHECK((*writer)->erase({.id = "e", .erased_at = 4, .sessions = 3}, {}, 10));
    }

    Export open() {
        auto opened = Export::open(path_, folder_.path() + "/scratch");
        CHECK(opened);
        return *std::move(opened);
    }

    // What a query gives of an exported file, as text.
    std::string ask(const std::string& query) {
        auto database = Database::open(":memory:", {});
        CHECK(database);
        auto connection = database->connect();
        CHECK(connection);
        auto answer = connection->ask(query.c_str());
        if (!answer) return answer.error().what;
        std::string text;
        while (answer->next()) text += std::string(answer->text(0)) + "\n";
        return text;
    }

    std::string file(const std::string& name) const { return folder_.path() + "/it's " + name; }

    static int64_t made_at(uint64_t number) { return sample::sample_id(number).created_ms(); }

    ScratchFolder folder_;
    const std::string path_ = folder_.path() + "/store.duckdb";
};

TEST_F(ExportTest, knows_when_the_sessions_were_made) {
    const auto bounds = open().bounds();
    ASSERT_TRUE(bounds && *bounds);
    EXPECT_EQ((*bounds)->first, made_at(1));
    EXPECT_EQ((*bounds)->second, made_at(4));
}

TEST_F(ExportTest, a_range_leaves_out_its_end_in_every_table_and_format) {
    Export from = open();
    const auto tables = from.session_tables();
    ASSERT_TRUE(tables);
    EXPECT_EQ(*tables,
              (std::vector<std::string>{"ads", "chapters", "errors", "sessions", "states"}));
    const std::pair<ExportFormat, std::string> formats[] = {
        {ExportFormat::parquet, "read_parquet"},
        {ExportFormat::csv, "read_csv"},
        {ExportFormat::ndjson, "read_json"},
    };
    for (const auto& [format, reader] : formats) {
        const std::string path = file(reader);
        const auto written = from.write_rows("sessions", made_at(2), made_at(4), format, path);
        ASSERT_TRUE(written) << written.error().what;
        EXPECT_EQ(*written, 2U);
        EXPECT_EQ(ask("SELECT session_id::VARCHAR FROM " + reader + "(" + sql_text(path) + ")"),
                  sample::sample_id(2).text() + "\n" + sample::sample_id(3).text() + "\n");
    }
    const size_t ads = difficult_row(2).ads.size() + difficult_row(3).ads.size();
    EXPECT_EQ(from.write_rows("ads", made_at(2), made_at(4), ExportFormat::parquet, file("ads")),
              ads);
}

TEST_F(ExportTest, parquet_has_the_values_of_the_store) {
    Export from = open();
    const std::string path = file("rows");
    ASSERT_TRUE(from.write_rows("sessions", 0, made_at(5), ExportFormat::parquet, path));
    const std::string kept = "ATTACH " + sql_text(path_) + " AS kept (READ_ONLY); ";
    EXPECT_EQ(ask(kept +
                  "SELECT count(*)::VARCHAR FROM (SELECT * EXCLUDE (offsets) FROM "
                  "kept.sessions EXCEPT SELECT * FROM read_parquet(" +
                  sql_text(path) + "))"),
              "0\n");
    EXPECT_EQ(ask("SELECT count(*)::VARCHAR FROM read_parquet(" + sql_text(path) + ")"), "4\n");
}

TEST_F(ExportTest, events_are_written_once) {
    Export from = open();
    ExportedEvent event{
        .session_id = "s", .event_type = "ping", .outcome = "used", .code = "used", .mistakes = {}};
    event.body = "{\"a\": \"b\"}";
    ASSERT_TRUE(from.add(std::vector{event, event}));
    event.body.reset();
    ASSERT_TRUE(from.add(std::vector{event}));
    EXPECT_EQ(from.write_events(ExportFormat::parquet, file("events")), 3U);
    EXPECT_EQ(
        ask("SELECT coalesce(body, 'none') FROM read_parquet(" + sql_text(file("events")) + ")"),
        "{\"a\": \"b\"}\n{\"a\": \"b\"}\nnone\n");
    EXPECT_EQ(from.write_events(ExportFormat::parquet, file("events")), 0U);
}

TEST_F(ExportTest, gives_the_sessions_of_a_range_part_by_part) {
    Export from = open();
    const auto first = from.sessions(made_at(1), made_at(4), "", 2);
    ASSERT_TRUE(first) << first.error().what;
    ASSERT_EQ(first->size(), 2U);
    EXPECT_EQ((*first)[1].id, sample::sample_id(2));
    EXPECT_EQ((*first)[1].offsets, difficult_row(2).offsets);
    EXPECT_EQ((*first)[1].close_reason, difficult_row(2).close_reason);
    const auto rest = from.sessions(made_at(1), made_at(4), (*first)[1].id.text(), 2);
    ASSERT_EQ(rest->size(), 1U);
    EXPECT_EQ((*rest)[0].id, sample::sample_id(3));
}

TEST_F(ExportTest, erasures_are_exported_too) {
    EXPECT_EQ(open().write_erasures(ExportFormat::csv, file("erasures")), 1U);
    EXPECT_EQ(ask("SELECT erasure_id FROM read_csv(" + sql_text(file("erasures")) + ")"), "e\n");
}

TEST_F(ExportTest, an_empty_store_has_no_days) {
    const std::string empty = folder_.path() + "/empty.duckdb";
    {
        ASSERT_TRUE(DuckdbStore::open(empty, {}));
    }
    auto from = Export::open(empty, folder_.path() + "/scratch");
    ASSERT_TRUE(from);
    EXPECT_FALSE(from->bounds()->has_value());
}

}  // namespace
}  // namespace playhead::store
