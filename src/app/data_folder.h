// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/disk.h"
#include "base/error.h"
#include "base/folder_lock.h"
#include "event/session_id.h"

namespace playhead::app {

// One folder, one process: the data of one server.
//
//   DIR/lock           held while a server runs
//   DIR/session.key    32 secret bytes that seal session ids, mode 0600
//   DIR/journal/       docs/format/journal.md
//   DIR/store.duckdb   docs/format/store.md
struct DataFolder {
    std::string path;
    std::unique_ptr<base::FolderLock> lock;
    event::SessionIdKey::Key key{};

    std::string journal() const { return path + "/journal"; }

    std::string store() const { return path + "/store.duckdb"; }
};

// Makes what is missing, takes the lock, reads or makes the key. Error `busy` when another process
// has the folder; `damaged` when the key file is not 32 bytes long (it is never replaced: all
// sessions that players hold would become strangers).
base::Result<DataFolder> open_data_folder(base::Disk& disk, const std::string& path);

}  // namespace playhead::app
