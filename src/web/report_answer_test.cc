// SPDX-License-Identifier: Apache-2.0
#include "web/report_answer.h"

#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "store/database.h"
#include "store/scratch_folder.h"

namespace playhead::web {
namespace {

using nlohmann::json;
using store::Value;

// A report as CSV and as Parquet, as the database reads both.
class ReportFilesTest : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(request_.problems.empty());
        const Value nothing;
        report_.granularity = store::Granularity::day;
        report_.items = {
            {.time = 1'763'593'200'000,
             .dimensions = {Value("a, \"b\"\r\n"), Value(60.5)},
             .metrics = {Value(int64_t{3}), Value(0.1), Value(int64_t{9'007'199'254'740'993})}},
            {.time = 1'763'679'600'000,
             .dimensions = {Value(""), nothing},
             .metrics = {Value(int64_t{0}), nothing, Value(int64_t{-1})}},
            {.time = 1'763'766'000'000,
             .dimensions = {nothing, Value(0.0)},
             .metrics = {Value(int64_t{1}), Value(1e300), Value(int64_t{0})}}};
        report_.totals = {Value(int64_t{4}), Value(0.5), Value(int64_t{7})};
        report_.reflects = {.journal_offset = 81'920,
                            .open_offset = 81'920,
                            .rule_sets = {1},
                            .closed_sessions = 3,
                            .open_sessions = 1,
                            .sessions_without_spans = {}};
        std::ofstream(csv_, std::ios::binary) << report_csv(request_, report_);
        const auto answer = report_parquet(request_, report_);
        ASSERT_TRUE(answer) << answer.error().what;
        headers_ = answer->headers;
        std::ofstream(parquet_, std::ios::binary) << answer->body;
    }

    std::string found(const std::string& sql) const {
        auto database = store::Database::open(":memory:", {});
        auto connection = database->connect();
        auto answer = connection->ask(sql.c_str());
        if (!answer) return answer.error().what;
        std::string text;
        while (answer->next()) text += std::string(answer->text(0)) + ";";
        return text;
    }

    const ReportRequest request_ = report_request_from(
        R"({"metrics": ["mediaStarts", "avgContentTimeSpent", "newStreams"],
            "dimensions": ["media.channel", "media.length"], "granularity": "day",
            "from": "2025-11-20", "to": "2025-11-23"})");
    store::Report report_;
    std::string headers_;
    store::ScratchFolder folder_;
    const std::string csv_ = folder_.path() + "/report.csv";
    const std::string parquet_ = folder_.path() + "/report.parquet";
};

TEST_F(ReportFilesTest, parquet_has_the_types_that_a_metric_always_has) {
    EXPECT_EQ(
        found("SELECT column_name || ' ' || column_type FROM (DESCRIBE FROM '" + parquet_ + "')"),
        "time BIGINT;media.channel VARCHAR;media.length DOUBLE;mediaStarts BIGINT;"
        "avgContentTimeSpent DOUBLE;newStreams BIGINT;");
}

TEST_F(ReportFilesTest, both_have_every_value_to_the_bit) {
    const std::string csv = "read_csv('" + csv_ +
                            "', header = true, allow_quoted_nulls = false, new_line = '\\r\\n', "
                            "types = ['BIGINT', 'VARCHAR', 'DOUBLE', 'BIGINT', 'DOUBLE', "
                            "'BIGINT'])";
    const std::string expected =
        R"({"t":1763593200000,"c":"a, \"b\"\r\n","l":60.5,"m":3,"a":0.1,"n":9007199254740993};)"
        R"({"t":1763679600000,"c":"","l":null,"m":0,"a":null,"n":-1};)"
        R"({"t":1763766000000,"c":null,"l":0.0,"m":1,"a":1e300,"n":0};)";
    for (const std::string& file : {csv, "read_parquet('" + parquet_ + "')"}) {
        EXPECT_EQ(found("SELECT to_json(r)::VARCHAR FROM " + file + " AS r(t, c, l, m, a, n)"),
                  expected);
    }
}

TEST_F(ReportFilesTest, what_stands_beside_the_items_is_in_the_head_and_in_the_file) {
    const json whole = json::parse(report_json(request_, report_));
    const auto notes = report_notes(request_, report_);
    std::string lines;
    std::string in_file;
    for (const auto& [name, value] : notes) {
        const std::string member =
            std::string(1, static_cast<char>(std::tolower(name[9]))) + name.substr(10);
        EXPECT_EQ(json::parse(value), whole[member]) << name;
        lines += name + ": " + value + "\r\n";
        in_file += name + ": " + value + ";";
    }
    EXPECT_EQ(headers_, lines);
    EXPECT_EQ(found("SELECT decode(key) || ': ' || decode(value) FROM parquet_kv_metadata('" +
                    parquet_ + "')"),
              in_file);
    EXPECT_EQ(notes.size(), whole.size() - 1) << "all but the items";
}

}  // namespace
}  // namespace playhead::web
