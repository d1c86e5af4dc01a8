// SPDX-License-Identifier: Apache-2.0
#include "app/backup_command.h"

#include <iostream>

#include "app/data_folder.h"
#include "base/posix_disk.h"
#include "journal/copy.h"

namespace playhead::app {
namespace {

using base::Disk;
using base::Result;

constexpr uint64_t megabyte = 1'000'000;

Result<void> take_empty_folder(Disk& disk, const std::string& path) {
    if (auto made = disk.make_folder(path); !made) return made;
    const auto names = disk.list(path);
    if (!names) return std::unexpected(names.error());
    if (names->empty()) return {};
    return base::fail(base::ErrorCode::invalid,
                      path + " is not empty; a backup goes into a folder of its own");
}

Result<void> put_file(Disk& disk, const std::string& path, std::string_view content) {
    auto file = disk.open(path, Disk::Open::create);
    if (!file) return std::unexpected(file.error());
    auto done = (*file)->write(0, content);
    if (done) done = (*file)->sync();
    return done;
}

Result<void> copy_key(Disk& disk, const std::string& from, const std::string& to) {
    const auto key = read_session_key(disk, from);
    if (!key) return std::unexpected(key.error());
    return put_file(disk, session_key_path(to),
                    {reinterpret_cast<const char*>(key->data()), key->size()});
}

Result<journal::Copied> back_up(Disk& disk, const std::string& data, const std::string& to) {
    auto done = take_empty_folder(disk, to);
    if (done) done = put_file(disk, unfinished_path(to), {});
    if (done) done = disk.sync_folder(to);
    if (done) done = copy_key(disk, data, to);
    if (!done) return std::unexpected(done.error());
    const auto copied = journal::copy_journal(
        disk, journal_path(data), journal_path(to), [](const journal::Copied& so_far) {
            std::cerr << "playhead: " << so_far.segments << " segments, " << so_far.bytes / megabyte
                      << " MB\n";
        });
    if (!copied) return copied;
    done = disk.sync_folder(to);
    if (done) done = disk.remove(unfinished_path(to));
    if (done) done = disk.sync_folder(to);
    if (!done) return std::unexpected(done.error());
    return copied;
}

}  // namespace

int back_up(const std::string& data, const std::string& to) {
    base::PosixDisk disk;
    const auto copied = back_up(disk, data, to);
    if (!copied) {
        std::cerr << "playhead: " << copied.error().what << '\n';
        return 1;
    }
    std::cout << "{\"segments\":" << copied->segments << ",\"bytes\":" << copied->bytes
              << ",\"first\":" << copied->first << ",\"end\":" << copied->end << "}\n";
    return 0;
}

}  // namespace playhead::app
