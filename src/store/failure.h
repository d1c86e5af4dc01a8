// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>

#include <duckdb.h>

#include "base/error.h"

// What DuckDB says when something goes wrong, as an error of ours.
namespace playhead::store {

// `doing`: what could not be done. `said` may be null; only its first line is kept.
std::unexpected<base::Error> failed(std::string doing, duckdb_error_type type, const char* said);

// What this appender says.
std::unexpected<base::Error> failed_append(duckdb_appender appender, std::string doing);

// The database's own words in an error made of them, without the name of their kind.
std::string words_of(const base::Error& error);

}  // namespace playhead::store
