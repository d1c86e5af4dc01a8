// SPDX-License-Identifier: Apache-2.0
#include "store/rewrite.h"

#include "base/posix_disk.h"
#include "store/database.h"
#include "store/sql_text.h"

namespace playhead::store {
namespace {

std::string log_of(const std::string& store) {
    return store + ".wal";
}

base::Result<void> remove_if_there(base::Disk& disk, const std::string& path) {
    return disk.exists(path) ? disk.remove(path) : base::Result<void>();
}

base::Result<void> copy(const std::string& store, const std::string& to) {
    const auto database = Database::open_in_memory(to + ".tmp", "512MB");
    if (!database) return std::unexpected(database.error());
    auto connection = database->connect();
    if (!connection) return std::unexpected(connection.error());
    const std::string statements = "ATTACH " + sql_text(store) + " AS kept (READ_ONLY); ATTACH " +
                                   sql_text(to) +
                                   " AS made; COPY FROM DATABASE kept TO made; DETACH made; "
                                   "DETACH kept";
    return connection->run(statements.c_str());
}

}  // namespace

std::string rewriting_path(const std::string& store) {
    return store + ".rewriting";
}

base::Result<void> copy_rows(const std::string& store, const std::string& to) {
    base::PosixDisk disk;
    auto done = remove_if_there(disk, to);
    if (done) done = remove_if_there(disk, log_of(to));
    if (done) done = copy(store, to);
    if (done && disk.exists(log_of(to))) {
        done = base::fail(base::ErrorCode::io, to + " was not brought to its end");
    }
    if (done) return done;
    static_cast<void>(remove_if_there(disk, to));
    static_cast<void>(remove_if_there(disk, log_of(to)));
    return done;
}

base::Result<void> put_in_place(const std::string& copy, const std::string& store) {
    base::PosixDisk disk;
    // It would be taken for one of the copy.
    if (disk.exists(log_of(store))) {
        return base::fail(base::ErrorCode::busy, log_of(store) + " is still there");
    }
    auto done = disk.rename(copy, store);
    if (done) done = disk.sync_folder(store.substr(0, store.rfind('/')));
    return done;
}

}  // namespace playhead::store
