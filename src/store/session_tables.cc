// SPDX-License-Identifier: Apache-2.0
#include "store/session_tables.h"

namespace playhead::store {

base::Result<std::vector<std::string>> session_tables(Connection& connection) {
    auto found = connection.ask(
        "SELECT table_name FROM duckdb_columns() WHERE column_name = 'session_id' AND NOT internal "
        "AND table_name IN (SELECT table_name FROM duckdb_tables()) ORDER BY table_name");
    if (!found) return std::unexpected(found.error());
    std::vector<std::string> tables;
    while (found->next()) tables.emplace_back(found->text(0));
    return tables;
}

}  // namespace playhead::store
