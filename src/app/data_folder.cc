// SPDX-License-Identifier: Apache-2.0
#include "app/data_folder.h"

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

base::Result<void> read_key(Disk& disk, const std::string& path, event::SessionIdKey::Key& key) {
    auto file = disk.open(path, Disk::Open::read_only);
    if (!file) return std::unexpected(file.error());
    const auto size = (*file)->size();
    if (!size) return std::unexpected(size.error());
    if (*size != key.size()) {
        return base::fail(base::ErrorCode::damaged,
                          path + " has " + std::to_string(*size) +
                              " bytes instead of 32; put the file of a backup in its place");
    }
    const auto got = (*file)->read(0, {reinterpret_cast<char*>(key.data()), key.size()});
    if (!got) return std::unexpected(got.error());
    return {};
}

}  // namespace

base::Result<DataFolder> open_data_folder(Disk& disk, const std::string& path) {
    DataFolder folder;
    folder.path = path;
    auto done = disk.make_folder(path);
    if (!done) return std::unexpected(done.error());
    auto lock = base::lock_folder(path);
    if (!lock) return std::unexpected(lock.error());
    folder.lock = std::move(*lock);
    const std::string key_path = path + "/session.key";
    done = disk.exists(key_path) ? read_key(disk, key_path, folder.key)
                                 : make_key(disk, path, key_path, folder.key);
    if (!done) return std::unexpected(done.error());
    return folder;
}

}  // namespace playhead::app
