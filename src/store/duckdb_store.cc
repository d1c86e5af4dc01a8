// SPDX-License-Identifier: Apache-2.0
#include "store/duckdb_store.h"

#include "base/check.h"
#include "store/duckdb_reader.h"
#include "store/duckdb_writer.h"
#include "store/reports.h"
#include "store/schema.h"
#include "store/sql_questions.h"

namespace playhead::store {
namespace {

std::vector<Database::Setting> settings_for(const std::string& path,
                                            const DuckdbStore::Options& options) {
    const auto bytes = [](uint64_t count) { return std::to_string(count) + "B"; };
    // The folder for temporary files is named first: without external access it cannot be.
    return {
        {"temp_directory", path + ".tmp"},
        {"max_temp_directory_size", bytes(options.temp_bytes)},
        {"memory_limit", bytes(options.memory_bytes)},
        {"threads", std::to_string(options.threads)},
        {"checkpoint_threshold", bytes(options.checkpoint_bytes)},
        // A page of sessions finds its ids first and the other columns only for those.
        {"late_materialization_max_rows", "1024"},
        {"autoinstall_known_extensions", "false"},
        {"autoload_known_extensions", "false"},
        {"allow_community_extensions", "false"},
        {"enable_external_access", "false"},
        {"lock_configuration", "true"},
    };
}

base::Result<void> run_whole(Connection& connection, const std::string& statements) {
    const std::string sql = "BEGIN TRANSACTION; " + statements + " COMMIT;";
    return connection.run(sql.c_str());
}

base::Result<void> check_schema(Connection& connection, const std::string& path) {
    const auto invalid = [&path](const std::string& what) {
        return base::fail(base::ErrorCode::invalid, "the store " + path + " " + what);
    };
    auto tables = connection.ask(
        "SELECT count(*), count(*) FILTER (table_name = 'checkpoint') FROM duckdb_tables()");
    if (!tables) return std::unexpected(tables.error());
    CHECK(tables->next());
    if (tables->integer(0) == 0) return run_whole(connection, create_statements());
    if (tables->integer(1) == 0) return invalid("is a database of something else");

    auto checkpoint = connection.ask("SELECT schema_number FROM checkpoint");
    if (!checkpoint) return std::unexpected(checkpoint.error());
    if (!checkpoint->next()) return invalid("has lost its checkpoint");
    const uint64_t found = checkpoint->natural(0);
    if (found == schema_number) return {};
    if (found > 0 && found < schema_number) {
        return run_whole(connection, migration_statements(found));
    }
    return invalid("has schema " + std::to_string(found) + ", but this version knows only " +
                   std::to_string(schema_number) +
                   ": use the version that made it, or a newer one");
}

}  // namespace

DuckdbStore::DuckdbStore(std::shared_ptr<Database> database) : database_(std::move(database)) {
}

base::Result<DuckdbStore> DuckdbStore::open(const std::string& path, const Options& options) {
    auto database = Database::open(path, settings_for(path, options));
    if (!database) return std::unexpected(database.error());
    auto connection = database->connect();
    if (!connection) return std::unexpected(connection.error());
    const auto checked = check_schema(*connection, path);
    if (!checked) return std::unexpected(checked.error());
    return DuckdbStore(std::make_shared<Database>(*std::move(database)));
}

base::Result<std::unique_ptr<Writer>> DuckdbStore::writer() {
    CHECK(!has_writer_);
    auto made = DuckdbWriter::make(database_);
    if (!made) return std::unexpected(made.error());
    has_writer_ = true;
    return *std::move(made);
}

base::Result<std::unique_ptr<Reader>> DuckdbStore::reader() {
    auto made = DuckdbReader::make(database_);
    if (!made) return std::unexpected(made.error());
    return *std::move(made);
}

base::Result<std::unique_ptr<Reports>> DuckdbStore::reports() {
    return Reports::make(database_);
}

base::Result<std::unique_ptr<SqlQuestions>> DuckdbStore::sql_questions() {
    return SqlQuestions::make(database_);
}

}  // namespace playhead::store
