// SPDX-License-Identifier: Apache-2.0
#include "store/session_tables.h"

#include "store/sql_text.h"

namespace playhead::store {

base::Result<std::vector<std::string>> session_tables(Connection& connection,
                                                      const std::string& database) {
    const std::string name = database.empty() ? "current_database()" : sql_text(database);
    // Views have such a column too.
    const std::string query =
        "SELECT table_name FROM duckdb_columns() WHERE column_name = 'session_id' AND NOT internal "
        "AND database_name = " +
        name +
        " AND table_name IN (SELECT table_name FROM duckdb_tables() WHERE database_name = " + name +
        ") ORDER BY table_name";
    auto found = connection.ask(query.c_str());
    if (!found) return std::unexpected(found.error());
    std::vector<std::string> tables;
    while (found->next()) tables.emplace_back(found->text(0));
    return tables;
}

}  // namespace playhead::store
