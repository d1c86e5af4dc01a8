// SPDX-License-Identifier: Apache-2.0
#include "store/sql_questions.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "store/failure.h"

namespace playhead::store {
namespace {

// All table functions that may be used. There are others that read files, change settings, end
// transactions of others or follow an address in memory, and new versions bring more.
constexpr std::array<std::string_view, 9> table_functions = {
    "duckdb_columns", "duckdb_tables", "duckdb_views", "generate_series", "json_each",
    "json_tree",      "range",         "repeat",       "unnest",
};

// Other functions may be used but for these: they write, wait, or tell of the machine.
constexpr std::array<std::string_view, 6> refused_functions = {
    "current_setting", "currval", "getvariable", "nextval", "sleep_ms", "write_log",
};

// What the parser makes of a text: whether that is an error, and how many statements it has.
constexpr const char* ask_statements = R"(
    WITH parsed AS MATERIALIZED (SELECT json_serialize_sql($1::VARCHAR)::JSON AS tree)
    SELECT coalesce((tree->>'error_type'), ''), coalesce((tree->>'error_message'), ''),
           coalesce(json_array_length(tree->'statements'), 0)::BIGINT,
           coalesce(json_array_length(tree->'statements'->0->'named_param_map'), 0)::BIGINT
    FROM parsed)";

// How deep the statement is, and the functions and tables that it names, wherever they stand.
constexpr const char* ask_depth = R"(
    WITH parsed AS MATERIALIZED (SELECT json_serialize_sql($1::VARCHAR)::JSON AS tree)
    SELECT max(length(fullkey) - length(replace(fullkey, '.', '')))::BIGINT
    FROM parsed, json_tree(parsed.tree))";
constexpr const char* ask_parts = R"(
    WITH parsed AS MATERIALIZED (SELECT json_serialize_sql($1::VARCHAR)::JSON AS tree),
         parts AS (SELECT (value->>'type') AS kind,
                          CASE (value->>'type')
                               WHEN 'TABLE_FUNCTION' THEN (value->'function'->>'function_name')
                               WHEN 'BASE_TABLE' THEN (value->>'table_name')
                               ELSE (value->>'function_name') END AS name
                   FROM parsed, json_tree(parsed.tree) WHERE type = 'OBJECT')
    SELECT DISTINCT coalesce(kind, ''), name FROM parts WHERE name IS NOT NULL ORDER BY ALL)";

std::unexpected<base::Error> object(std::string sentence) {
    return base::fail(base::ErrorCode::invalid, std::move(sentence));
}

bool is_among(std::string_view name, std::span<const std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
}

base::Result<void> object_to_part(std::string_view kind, const std::string& name) {
    if (kind == "TABLE_FUNCTION" && !is_among(name, table_functions)) {
        return object("may not read from the function " + name);
    }
    if (kind == "BASE_TABLE" && name.find_first_of("./\\:") != name.npos) {
        return object("names '" + name + "', which is no table; files are not read");
    }
    if (kind != "BASE_TABLE" && is_among(name, refused_functions)) {
        return object("may not call the function " + name);
    }
    return {};
}

// The database's own words for what is wrong with a statement; what has none stays as it is.
base::Error in_its_words(base::Error error) {
    if (error.code != base::ErrorCode::invalid) return error;
    const std::string words = words_of(error);
    if (words != error.what) error.what = "is not understood: " + words;
    return error;
}

// A statement as a table. It was parsed by itself, so that no bracket or quote of it is open.
std::string as_table(std::string_view sql) {
    const size_t end = sql.find_last_not_of("; \t\r\n");
    return "(\n" + std::string(sql.substr(0, end + 1)) + "\n)";
}

std::string name_of_column(size_t place) {
    return "c" + std::to_string(place);
}

// JSON has no infinite numbers, which may also be inside of a value.
std::string json_cell(const std::string& column, const std::string& type) {
    if (type == "FLOAT" || type == "DOUBLE") {
        return "CASE WHEN isfinite(" + column + ") THEN to_json(" + column + ")::VARCHAR END";
    }
    for (const std::string_view odd : {"FLOAT", "DOUBLE", "JSON", "VARIANT"}) {
        if (type.find(odd) != type.npos) return "to_json(" + column + "::VARCHAR)::VARCHAR";
    }
    return "to_json(" + column + ")::VARCHAR";
}

std::string cells_of(const SqlQuestion& question, const std::vector<SqlColumn>& columns) {
    std::string cells;
    std::string names;
    for (size_t i = 0; i < columns.size(); ++i) {
        const std::string name = name_of_column(i);
        if (i > 0) {
            cells += ", ";
            names += ", ";
        }
        const bool is_json = question.form == CellForm::json;
        cells += is_json ? json_cell(name, columns[i].type) : name + "::VARCHAR";
        names += name;
    }
    return "SELECT " + cells + " FROM " + as_table(question.sql) + " AS asked(" + names +
           ") LIMIT " + std::to_string(question.rows + 1);
}

void read_rows(Answer& found, const SqlQuestion& question, SqlAnswer& answer) {
    size_t bytes = 0;
    while (found.next()) {
        std::vector<std::optional<std::string>> row;
        for (size_t i = 0; i < answer.columns.size(); ++i) {
            row.emplace_back();
            if (!found.is_null(i)) row.back() = found.text(i);
            bytes += row.back().value_or("").size() + 1;
        }
        answer.is_truncated = answer.rows.size() == question.rows || bytes > question.bytes;
        if (answer.is_truncated) return;
        answer.rows.push_back(std::move(row));
    }
}

}  // namespace

SqlQuestions::SqlQuestions(std::shared_ptr<Database> database, Connection connection)
    : database_(std::move(database)), connection_(std::move(connection)) {
}

base::Result<std::unique_ptr<SqlQuestions>> SqlQuestions::make(std::shared_ptr<Database> database) {
    auto connection = database->connect();
    if (!connection) return std::unexpected(connection.error());
    return std::unique_ptr<SqlQuestions>(
        new SqlQuestions(std::move(database), *std::move(connection)));
}

base::Result<SqlAnswer> SqlQuestions::answer(const SqlQuestion& question) {
    const auto objected = object_to(question.sql);
    if (!objected) return std::unexpected(objected.error());
    const auto begun = connection_.run("BEGIN TRANSACTION READ ONLY");
    if (!begun) {
        connection_.roll_back();
        return std::unexpected(begun.error());
    }
    auto answer = answer_in_transaction(question);
    // Nothing was written that could be lost.
    connection_.roll_back();
    if (!answer) return std::unexpected(in_its_words(answer.error()));
    return answer;
}

base::Result<void> SqlQuestions::object_to(const std::string& sql) {
    if (sql.find('\0') != sql.npos) return object("holds a character of no text, the zero");
    auto statement = connection_.prepare(ask_statements);
    if (!statement) return std::unexpected(statement.error());
    statement->bind(1, sql);
    auto parsed = statement->run();
    if (!parsed) return std::unexpected(parsed.error());
    CHECK(parsed->next());
    const std::string_view error = parsed->text(0);
    if (error == "not implemented") {
        return object(
            "may only read: SELECT, WITH, FROM, VALUES, DESCRIBE, SUMMARIZE or SHOW TABLES");
    }
    if (!error.empty()) return object("is not understood: " + std::string(parsed->text(1)));
    const int64_t statements = parsed->integer(2);
    if (statements != 1) {
        return object("must hold one statement, and not " + std::to_string(statements));
    }
    if (parsed->integer(3) > 0) return object("has a parameter; write its value instead");
    return object_to_parts(sql);
}

base::Result<void> SqlQuestions::object_to_parts(const std::string& sql) {
    auto depth = connection_.prepare(ask_depth);
    if (!depth) return std::unexpected(depth.error());
    depth->bind(1, sql);
    auto measured = depth->run();
    if (!measured) return std::unexpected(measured.error());
    CHECK(measured->next());
    if (measured->integer(0) > static_cast<int64_t>(most_nesting)) {
        return object("is nested deeper than " + std::to_string(most_nesting));
    }
    auto parts = connection_.prepare(ask_parts);
    if (!parts) return std::unexpected(parts.error());
    parts->bind(1, sql);
    auto found = parts->run();
    if (!found) return std::unexpected(found.error());
    while (found->next()) {
        const auto objected = object_to_part(found->text(0), std::string(found->text(1)));
        if (!objected) return objected;
    }
    return {};
}

base::Result<std::vector<SqlColumn>> SqlQuestions::columns_of(const std::string& sql) {
    const std::string describe = "DESCRIBE SELECT * FROM " + as_table(sql);
    auto described = connection_.ask(describe.c_str());
    if (!described) return std::unexpected(described.error());
    std::vector<SqlColumn> columns;
    while (described->next()) {
        columns.push_back({std::string(described->text(0)), std::string(described->text(1))});
    }
    if (columns.size() > most_columns) {
        return object("has more than " + std::to_string(most_columns) + " columns");
    }
    return columns;
}

base::Result<SqlAnswer> SqlQuestions::answer_in_transaction(const SqlQuestion& question) {
    SqlAnswer answer;
    auto checkpoint = connection_.ask("SELECT journal_offset FROM checkpoint");
    if (!checkpoint) return std::unexpected(checkpoint.error());
    if (!checkpoint->next()) {
        return base::fail(base::ErrorCode::damaged, "the store has lost its checkpoint");
    }
    answer.journal_offset = checkpoint->natural(0);
    auto columns = columns_of(question.sql);
    if (!columns) return std::unexpected(columns.error());
    answer.columns = *std::move(columns);
    const std::string cells = cells_of(question, answer.columns);
    auto found = connection_.ask(cells.c_str());
    if (!found) return std::unexpected(found.error());
    read_rows(*found, question, answer);
    return answer;
}

}  // namespace playhead::store
