// SPDX-License-Identifier: Apache-2.0
#include "store/sql_questions.h"

#include <filesystem>
#include <fstream>
#include <future>
#include <set>

#include <gtest/gtest.h>

#include "store/duckdb_store.h"
#include "store/sample_rows.h"
#include "store/scratch_folder.h"

namespace playhead::store {
namespace {

using sample::ordinary_row;

class SqlQuestionsTest : public testing::Test {
  protected:
    void SetUp() override {
        auto store = DuckdbStore::open(path_, {});
        ASSERT_TRUE(store) << store.error().what;
        writer_ = *store->writer();
        ASSERT_TRUE(writer_->write(std::vector{ordinary_row(1), ordinary_row(2)}, 7));
        sql_ = *store->sql_questions();
    }

    base::Result<SqlAnswer> ask(const std::string& sql, CellForm form = CellForm::json) {
        return sql_->answer({.sql = sql, .rows = 100, .bytes = 1'000'000, .form = form});
    }

    // Values of the answer, "," between two and ";" behind each row; or the sentence of the error.
    std::string told(const std::string& sql, CellForm form = CellForm::json) {
        const auto answer = ask(sql, form);
        if (!answer) return answer.error().what;
        std::string text;
        for (const auto& row : answer->rows) {
            for (size_t i = 0; i < row.size(); ++i) {
                text += (i > 0 ? "," : "") + row[i].value_or("nothing");
            }
            text += ";";
        }
        return text;
    }

    void expect_refusal(const std::string& sql, const std::string& words) {
        const auto answer = ask(sql);
        ASSERT_FALSE(answer) << sql;
        EXPECT_EQ(answer.error().code, base::ErrorCode::invalid) << sql;
        EXPECT_NE(answer.error().what.find(words), std::string::npos)
            << sql << ": " << answer.error().what;
    }

    ScratchFolder folder_;
    const std::string path_ = folder_.path() + "/store.duckdb";
    std::unique_ptr<Writer> writer_;
    std::unique_ptr<SqlQuestions> sql_;
};

TEST_F(SqlQuestionsTest, reads_what_is_stored_and_says_up_to_where_that_is) {
    EXPECT_EQ(told("SELECT count(*) FROM sessions"), "2;");
    EXPECT_EQ(ask("SELECT 1")->journal_offset, 7U);
    ASSERT_TRUE(writer_->write(std::vector{ordinary_row(3)}, 9));
    EXPECT_EQ(told("FROM sessions SELECT count(*);  \n"), "3;");
    EXPECT_EQ(ask("SELECT 1")->journal_offset, 9U);
}

TEST_F(SqlQuestionsTest, names_columns_and_types) {
    const auto answer = ask("SELECT 1 AS a, 'x' AS a, [1.5::DOUBLE] AS \"b c\"");
    ASSERT_TRUE(answer) << answer.error().what;
    ASSERT_EQ(answer->columns.size(), 3U);
    EXPECT_EQ(answer->columns[1].name, "a_1");
    EXPECT_EQ(answer->columns[0].type, "INTEGER");
    EXPECT_EQ(answer->columns[2].name, "b c");
    EXPECT_EQ(answer->columns[2].type, "DOUBLE[]");
}

TEST_F(SqlQuestionsTest, writes_values_as_json_or_as_text) {
    EXPECT_EQ(told("SELECT 1, 'x\"', NULL, true, [1, NULL], MAP {'k': 2}, {'a': 'b'}"),
              R"(1,"x\"",nothing,true,[1,null],{"k":2},{"a":"b"};)");
    EXPECT_EQ(told("SELECT 1, 'x\"', NULL, [1, NULL]", CellForm::text), "1,x\",nothing,[1, NULL];");
}

TEST_F(SqlQuestionsTest, numbers_that_json_does_not_have_do_not_spoil_it) {
    EXPECT_EQ(told("SELECT 'nan'::DOUBLE, '-inf'::FLOAT, 0.5::DOUBLE"), "nothing,nothing,0.5;");
    EXPECT_EQ(told("SELECT ['nan'::DOUBLE], 'NaN'::JSON"), R"("[nan]","NaN";)");
    EXPECT_EQ(told("SELECT 'nan'::DOUBLE", CellForm::text), "nan;");
}

TEST_F(SqlQuestionsTest, keeps_the_order_that_was_asked_for) {
    EXPECT_EQ(told("SELECT range FROM range(5) ORDER BY range DESC"), "4;3;2;1;0;");
}

TEST_F(SqlQuestionsTest, takes_all_forms_of_reading) {
    for (const char* sql :
         {"WITH x AS (SELECT 1 AS a) SELECT a FROM x", "VALUES (1), (2)", "FROM sessions",
          "DESCRIBE sessions", "SUMMARIZE sessions", "SHOW TABLES", "TABLE sessions",
          "SELECT unnest(content_spans) FROM sessions", "FROM duckdb_columns()",
          "SELECT * FROM minutes UNION ALL SELECT * FROM minutes ORDER BY session_id",
          "SELECT list_transform([1, 2], lambda x: x + 1) -- behind it a comment",
          "/* before it one */ SELECT count(*) FILTER (a > 1) FROM generate_series(3) t(a);;"}) {
        const auto answer = ask(sql);
        EXPECT_TRUE(answer) << sql << ": " << (answer ? "" : answer.error().what);
    }
}

TEST_F(SqlQuestionsTest, only_statements_that_read_are_taken) {
    for (const char* sql : {"INSERT INTO sessions SELECT * FROM sessions",
                            "UPDATE sessions SET session_id = 'x'",
                            "DELETE FROM sessions",
                            "DROP TABLE sessions",
                            "CREATE TABLE x AS SELECT 1",
                            "CREATE TEMP TABLE x AS SELECT 1",
                            "CREATE MACRO m() AS 1",
                            "ALTER TABLE ads ADD x INT",
                            "TRUNCATE sessions",
                            "COPY sessions TO 'x.csv'",
                            "COPY sessions FROM 'x.csv'",
                            "EXPORT DATABASE 'x'",
                            "IMPORT DATABASE 'x'",
                            "ATTACH 'x.duckdb'",
                            "DETACH store",
                            "USE store",
                            "INSTALL httpfs",
                            "LOAD httpfs",
                            "PRAGMA database_list",
                            "CALL checkpoint()",
                            "SET threads = 4",
                            "RESET threads",
                            "SET VARIABLE x = 1",
                            "CHECKPOINT",
                            "VACUUM",
                            "BEGIN",
                            "COMMIT",
                            "ROLLBACK",
                            "PREPARE p AS SELECT 1",
                            "EXECUTE p",
                            "DEALLOCATE p",
                            "EXPLAIN SELECT 1",
                            "EXPLAIN ANALYZE DELETE FROM sessions",
                            "CREATE SECRET s (TYPE s3)",
                            "COMMENT ON TABLE ads IS 'x'"}) {
        expect_refusal(sql, "may only read");
    }
    EXPECT_EQ(told("SELECT count(*) FROM sessions"), "2;");
}

TEST_F(SqlQuestionsTest, only_one_statement_is_taken) {
    expect_refusal("", "one statement, and not 0");
    expect_refusal(" ; -- nothing", "one statement, and not 0");
    expect_refusal("SELECT 1; SELECT 2", "one statement, and not 2");
    expect_refusal("SELECT 1; DROP TABLE sessions", "may only read");
    expect_refusal("SELECT 1) AS x; DROP TABLE sessions; SELECT * FROM (SELECT 2", "syntax error");
    expect_refusal("SELECT $1", "parameter");
    expect_refusal(std::string("SELECT 1\0", 9), "zero");
}

TEST_F(SqlQuestionsTest, files_are_out_of_reach) {
    const std::string beside = folder_.path() + "/beside.csv";
    std::ofstream(beside) << "a\n1\n";
    // The database itself could read this folder: it is the one of its temporary files.
    std::filesystem::create_directory(path_ + ".tmp");
    const std::string inside = path_ + ".tmp/inside.csv";
    std::ofstream(inside) << "a\n1\n";
    for (const std::string& file : {beside, inside, path_}) {
        const std::string name = "'" + file + "'";
        for (const char* function :
             {"read_csv", "read_csv_auto", "sniff_csv", "read_text", "read_blob", "READ_TEXT",
              "glob", "read_parquet", "parquet_scan", "parquet_metadata", "read_json",
              "read_json_objects", "read_ndjson", "main.read_text"}) {
            const std::string call = std::string(function) + "(" + name + ")";
            expect_refusal("SELECT * FROM " + call, "may not read from the function");
            expect_refusal("SELECT 1 WHERE 1 IN (SELECT 1 FROM " + call + ")", "may not read");
            expect_refusal("DESCRIBE SELECT * FROM " + call, "may not read");
        }
        expect_refusal("SELECT * FROM " + name, "files are not read");
        expect_refusal("WITH x AS (FROM " + name + ") SELECT (SELECT count(*) FROM x)", "files");
    }
}

TEST_F(SqlQuestionsTest, functions_that_do_more_than_read_are_refused) {
    for (const char* call :
         {"checkpoint()", "force_checkpoint()", "enable_logging()", "disable_logging()",
          "truncate_duckdb_logs()", "enable_profiling()", "query('DROP TABLE sessions')",
          "query_table('sessions')", "arrow_scan(0::POINTER, 0::POINTER, 0::POINTER)",
          "json_execute_serialized_sql('{}')", "duckdb_settings()", "duckdb_secrets()",
          "pragma_database_size()", "nonsense()"}) {
        expect_refusal("SELECT * FROM " + std::string(call), "may not read from the function");
    }
    for (const char* call : {"write_log('x')", "Sleep_ms(1)", "nextval('x')", "currval('x')",
                             "current_setting('temp_directory')", "getvariable('x')"}) {
        expect_refusal("SELECT [" + std::string(call) + "]", "may not call the function");
    }
    expect_refusal("SELECT getenv('HOME')", "getenv");
}

// Fails when a new version of the database brings a function that somebody has to look at.
TEST_F(SqlQuestionsTest, all_functions_that_do_more_than_calculate_are_known) {
    const auto answer =
        ask("SELECT DISTINCT name FROM (SELECT unnest(['current_connection_id', 'current_query', "
            "'current_query_id', 'current_transaction_id', 'currval', 'error', 'gen_random_uuid', "
            "'nextval', 'random', 'setseed', 'sleep_ms', 'stats', 'uuid', 'uuidv4', 'uuidv7', "
            "'write_log']) AS name)");
    ASSERT_TRUE(answer) << answer.error().what;
    std::set<std::string> known;
    for (const auto& row : answer->rows) known.insert(row[0]->substr(1, row[0]->size() - 2));
    auto database = Database::open(":memory:", {});
    ASSERT_TRUE(database);
    auto connection = database->connect();
    auto found = connection->ask(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE has_side_effects AND "
        "function_type = 'scalar'");
    ASSERT_TRUE(found);
    while (found->next())
        EXPECT_TRUE(known.contains(std::string(found->text(0)))) << found->text(0);
}

TEST_F(SqlQuestionsTest, so_many_rows_are_given_and_no_more) {
    const auto given = [this](size_t rows) {
        return *sql_->answer({.sql = "FROM range(3)", .rows = rows, .bytes = 1'000});
    };
    EXPECT_EQ(given(4).rows.size(), 3U);
    EXPECT_EQ(given(3).rows.size(), 3U);
    EXPECT_FALSE(given(3).is_truncated);
    EXPECT_EQ(given(2).rows.size(), 2U);
    EXPECT_TRUE(given(2).is_truncated);
}

TEST_F(SqlQuestionsTest, so_many_bytes_are_given_and_no_more) {
    // Each value and its place take three bytes.
    const auto given = [this](size_t bytes) {
        return *sql_->answer({.sql = "SELECT 10 FROM range(3)", .rows = 9, .bytes = bytes});
    };
    EXPECT_FALSE(given(9).is_truncated);
    EXPECT_EQ(given(9).rows.size(), 3U);
    EXPECT_TRUE(given(8).is_truncated);
    EXPECT_EQ(given(8).rows.size(), 2U);
}

TEST_F(SqlQuestionsTest, so_deep_and_no_deeper) {
    const auto nested = [](size_t depth) {
        std::string sql = "SELECT 1";
        for (size_t i = 0; i < depth; ++i) sql += " + 1";
        return sql;
    };
    // The statement, its node and its list stand above a sum, and below it a value and its type.
    constexpr size_t others = 6;
    EXPECT_TRUE(ask(nested(SqlQuestions::most_nesting - others - 1)));
    EXPECT_TRUE(ask(nested(SqlQuestions::most_nesting - others)));
    expect_refusal(nested(SqlQuestions::most_nesting - others + 1), "nested deeper than 100");
    expect_refusal(nested(100'000), "depth");
    expect_refusal("SELECT " + std::string(100'000, '(') + "1" + std::string(100'000, ')'),
                   "is not understood");
}

TEST_F(SqlQuestionsTest, so_many_columns_and_no_more) {
    const auto wide = [](size_t columns) {
        std::string sql = "SELECT 1";
        for (size_t i = 1; i < columns; ++i) sql += ", 1";
        return sql;
    };
    EXPECT_TRUE(ask(wide(SqlQuestions::most_columns)));
    expect_refusal(wide(SqlQuestions::most_columns + 1), "more than 250 columns");
}

TEST_F(SqlQuestionsTest, what_is_wrong_is_said_in_the_words_of_the_database) {
    expect_refusal("SELEC 1", "is not understood: syntax error at or near \"SELEC\"");
    expect_refusal("SELECT nonsense FROM sessions", "is not understood: Referenced column");
    expect_refusal("FROM nonsense", "is not understood: Table with name nonsense");
    expect_refusal("SELECT 'x'::INT", "is not understood: Could not convert");
    EXPECT_EQ(told("SELECT 1"), "1;");
}

TEST_F(SqlQuestionsTest, a_question_that_is_interrupted_ends_and_the_next_is_answered) {
    auto asked = std::async(std::launch::async, [this] {
        return ask("SELECT count(*) FROM range(1000000000) a, range(1000000000) b");
    });
    while (asked.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
        sql_->interrupt();
    }
    EXPECT_EQ(asked.get().error().code, base::ErrorCode::stopped);
    EXPECT_EQ(told("SELECT 1"), "1;");
}

TEST_F(SqlQuestionsTest, one_that_needs_too_much_memory_ends_and_rows_are_written_as_before) {
    const auto answer = ask("SELECT list(repeat('x', 1000) || range) FROM range(10000000)");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, base::ErrorCode::full) << answer.error().what;
    ASSERT_TRUE(writer_->write(std::vector{ordinary_row(3)}, 9));
    EXPECT_EQ(told("SELECT count(*) FROM sessions"), "3;");
}

}  // namespace
}  // namespace playhead::store
