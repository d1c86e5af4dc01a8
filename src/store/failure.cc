// SPDX-License-Identifier: Apache-2.0
#include "store/failure.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace playhead::store {
namespace {

// What is wrong with the statement or the values that it was given.
bool is_of_the_question(duckdb_error_type type) {
    constexpr std::array types = {
        DUCKDB_ERROR_BINDER,       DUCKDB_ERROR_CATALOG,         DUCKDB_ERROR_CONVERSION,
        DUCKDB_ERROR_DECIMAL,      DUCKDB_ERROR_DIVIDE_BY_ZERO,  DUCKDB_ERROR_EXPRESSION,
        DUCKDB_ERROR_INVALID_TYPE, DUCKDB_ERROR_INVALID_INPUT,   DUCKDB_ERROR_MISMATCH_TYPE,
        DUCKDB_ERROR_PARSER,       DUCKDB_ERROR_NOT_IMPLEMENTED, DUCKDB_ERROR_OUT_OF_RANGE,
        DUCKDB_ERROR_PERMISSION,   DUCKDB_ERROR_SYNTAX,          DUCKDB_ERROR_UNKNOWN_TYPE,
    };
    return std::ranges::find(types, type) != types.end();
}

// Types are coarse (a full disk is an I/O error like any other), and opening and preparing give
// none, so the words decide where they are known.
base::ErrorCode code_of(duckdb_error_type type, std::string_view said) {
    if (type == DUCKDB_ERROR_OUT_OF_MEMORY) return base::ErrorCode::full;
    if (type == DUCKDB_ERROR_INTERRUPT) return base::ErrorCode::stopped;
    if (is_of_the_question(type)) return base::ErrorCode::invalid;
    if (said.find("No space left on device") != said.npos) return base::ErrorCode::full;
    if (said.find("INTERRUPT Error") != said.npos) return base::ErrorCode::stopped;
    if (said.find("Could not set lock on file") != said.npos) return base::ErrorCode::busy;
    if (said.find("not a valid DuckDB database") != said.npos) return base::ErrorCode::invalid;
    return base::ErrorCode::io;
}

}  // namespace

// The first line says what happened; those behind it are advice for people at a prompt.
std::unexpected<base::Error> failed(std::string doing, duckdb_error_type type, const char* said) {
    std::string_view words = said == nullptr ? "no reason given" : said;
    words = words.substr(0, words.find('\n'));
    return base::fail(code_of(type, words), std::move(doing) + ": " + std::string(words));
}

std::string words_of(const base::Error& error) {
    constexpr std::string_view kind = "Error: ";
    const size_t words = error.what.find(kind);
    return words == error.what.npos ? error.what : error.what.substr(words + kind.size());
}

std::unexpected<base::Error> failed_append(duckdb_appender appender, std::string doing) {
    duckdb_error_data error = duckdb_appender_error_data(appender);
    auto result = failed(std::move(doing), duckdb_error_data_error_type(error),
                         duckdb_error_data_message(error));
    duckdb_destroy_error_data(&error);
    return result;
}

}  // namespace playhead::store
