// SPDX-License-Identifier: Apache-2.0
#include "app/data_folder.h"

#include <filesystem>
#include <system_error>

#include "base/check.h"
#include "base/digest.h"

namespace playhead::app {
namespace {

using base::Disk;

base::Result<void> make_key(Disk& disk, const std::string& folder, const std::string& path,
                            event::SessionIdKey::Key& key) {
    base::random_bytes(key);
    const std::string unfinished = path + ".new";
    auto file = disk.open(unfinished, Disk::Open::create);
    if (!file) return std::unexpected(file.error());
    const std::string_view bytes(reinterpret_cast<const char*>(key.data()), key.size());
    auto done = (*file)->resize(0);
    if (done) done = (*file)->write(0, bytes);
    if (done) done = (*file)->sync();
    if (done) done = disk.rename(unfinished, path);
    if (done) done = disk.sync_folder(folder);
    return done;
}

std::string write_ahead_log_of(const std::string& store) {
    return store + ".wal";
}

// The first of store.old-1.duckdb, store.old-2.duckdb ... that is not there.
std::string free_name(const Disk& disk, const std::string& folder) {
    const std::string place = folder + "/";
    for (int number = 1;; ++number) {
        std::string name = "store.old-";
        name += std::to_string(number);
        name += ".duckdb";
        if (!disk.exists(place + name)) return name;
    }
}

}  // namespace

base::Result<event::SessionIdKey::Key> read_session_key(Disk& disk, const std::string& folder) {
    const std::string path = session_key_path(folder);
    auto file = disk.open(path, Disk::Open::read_only);
    if (!file) return std::unexpected(file.error());
    const auto size = (*file)->size();
    if (!size) return std::unexpected(size.error());
    event::SessionIdKey::Key key{};
    if (*size != key.size()) {
        return base::fail(base::ErrorCode::damaged,
                          path + " has " + std::to_string(*size) +
                              " bytes instead of 32; put the file of a backup in its place");
    }
    const auto got = (*file)->read(0, {reinterpret_cast<char*>(key.data()), key.size()});
    if (!got) return std::unexpected(got.error());
    return key;
}

base::Result<DataFolder> open_data_folder(Disk& disk, const std::string& path) {
    DataFolder folder;
    folder.path = path;
    auto done = disk.make_folder(path);
    if (!done) return std::unexpected(done.error());
    auto lock = base::lock_folder(path);
    if (!lock) return std::unexpected(lock.error());
    folder.lock = std::move(*lock);
    if (disk.exists(unfinished_path(path))) {
        return base::fail(base::ErrorCode::invalid,
                          path + " is a backup that was not finished: parts of it are missing");
    }
    if (disk.exists(session_key_path(path))) {
        const auto key = read_session_key(disk, path);
        if (!key) return std::unexpected(key.error());
        folder.key = *key;
        return folder;
    }
    done = make_key(disk, path, session_key_path(path), folder.key);
    if (!done) return std::unexpected(done.error());
    return folder;
}

base::Result<std::unique_ptr<base::FolderLock>> lock_stopped_folder(Disk& disk,
                                                                    const std::string& path) {
    if (!disk.exists(path + "/journal")) {
        return base::fail(base::ErrorCode::not_found, "there is no journal in " + path);
    }
    auto lock = base::lock_folder(path);
    if (!lock && lock.error().code == base::ErrorCode::busy) {
        return base::fail(base::ErrorCode::busy,
                          lock.error().what +
                              ": stop the server first, or work on a copy of the "
                              "folder");
    }
    return lock;
}

base::Result<void> remove_store(Disk& disk, const std::string& path) {
    for (const std::string& file : {write_ahead_log_of(path), path}) {
        if (!disk.exists(file)) continue;
        auto removed = disk.remove(file);
        if (!removed) return removed;
    }
    return {};
}

base::Result<std::string> replace_store(Disk& disk, const std::string& folder,
                                        const std::string& made) {
    const std::string store = folder + "/store.duckdb";
    CHECK(!disk.exists(write_ahead_log_of(made)));
    std::string kept;
    if (disk.exists(store)) {
        kept = free_name(disk, folder);
        std::error_code error;
        std::filesystem::create_hard_link(store, folder + "/" + kept, error);
        if (error) return base::fail_errno(error.value(), "cannot keep " + store + " as " + kept);
    }
    // The log of the old store must never be taken for one of the new. Without it the old one lacks
    // its last rows, and gets them again from the journal if we end here.
    base::Result<void> done;
    if (disk.exists(write_ahead_log_of(store))) {
        const std::string log = kept.empty() ? free_name(disk, folder) : kept;
        done = disk.rename(write_ahead_log_of(store), write_ahead_log_of(folder + "/" + log));
    }
    if (done) done = disk.sync_folder(folder);
    if (done) done = disk.rename(made, store);
    if (done) done = disk.sync_folder(folder);
    if (!done) return std::unexpected(done.error());
    return kept;
}

}  // namespace playhead::app
