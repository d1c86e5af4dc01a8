// SPDX-License-Identifier: Apache-2.0
#include "store/parquet.h"

#include <fstream>

#include <gtest/gtest.h>

#include "store/database.h"
#include "store/scratch_folder.h"

namespace playhead::store {
namespace {

// What another reader finds in a file of these bytes: `sql` over '$FILE'.
class ParquetTest : public testing::Test {
  protected:
    void put(std::span<const ParquetColumn> columns, std::span<const ParquetRow> rows,
             const ParquetNotes& notes = {}) {
        const auto bytes = parquet_of(columns, rows, notes);
        ASSERT_TRUE(bytes) << bytes.error().what;
        std::ofstream(path_, std::ios::binary) << *bytes;
    }

    std::string found(std::string sql) {
        sql.replace(sql.find("$FILE"), 5, path_);
        auto database = Database::open(":memory:", {});
        auto connection = database->connect();
        auto answer = connection->ask(sql.c_str());
        if (!answer) return answer.error().what;
        std::string text;
        while (answer->next()) text += std::string(answer->text(0)) + ";";
        return text;
    }

    ScratchFolder folder_;
    const std::string path_ = folder_.path() + "/answer.parquet";
};

TEST_F(ParquetTest, has_rows_in_order_with_their_types) {
    const std::vector<ParquetColumn> columns{
        {"n", "BIGINT"}, {"d", "DOUBLE"}, {"t", "VARCHAR"}, {"l", "BIGINT[]"}};
    const std::vector<ParquetRow> rows{{"2", "0.5", "it's \"a\"", "[1, NULL]"}, {"-1", {}, "", {}}};
    put(columns, rows);
    EXPECT_EQ(
        found("SELECT to_json(r)::VARCHAR FROM '$FILE' r"),
        R"({"n":2,"d":0.5,"t":"it's \"a\"","l":[1,null]};{"n":-1,"d":null,"t":"","l":null};)");
    EXPECT_EQ(found("SELECT column_type FROM (DESCRIBE FROM '$FILE')"),
              "BIGINT;DOUBLE;VARCHAR;BIGINT[];");
}

TEST_F(ParquetTest, has_notes_beside_them) {
    const std::vector<ParquetColumn> columns{{"n", "BIGINT"}};
    put(columns, {}, {{"reflects", R"({"a":"it's"})"}, {"next", "null"}});
    EXPECT_EQ(found("SELECT count(*)::VARCHAR FROM '$FILE'"), "0;");
    EXPECT_EQ(found("SELECT decode(value) FROM parquet_kv_metadata('$FILE') ORDER BY key"),
              R"(null;{"a":"it's"};)");
}

TEST_F(ParquetTest, names_are_kept_and_each_is_there_once) {
    const std::vector<ParquetColumn> columns{
        {"a \"b\"", "BIGINT"}, {"x", "BIGINT"}, {"X", "BIGINT"}};
    put(columns, std::vector<ParquetRow>{{"1", "2", "3"}});
    EXPECT_EQ(found("SELECT column_name FROM (DESCRIBE FROM '$FILE')"), "a \"b\";x;X_1;");
}

TEST_F(ParquetTest, a_type_that_the_format_does_not_have_is_an_error) {
    const std::vector<ParquetColumn> columns{{"x", "nonsense"}};
    EXPECT_EQ(parquet_of(columns, {}, {}).error().code, base::ErrorCode::invalid);
}

}  // namespace
}  // namespace playhead::store
