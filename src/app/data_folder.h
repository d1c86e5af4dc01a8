// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/disk.h"
#include "base/error.h"
#include "base/folder_lock.h"
#include "event/session_id.h"

namespace playhead::app {

inline std::string session_key_path(const std::string& folder) {
    return folder + "/session.key";
}

inline std::string journal_path(const std::string& folder) {
    return folder + "/journal";
}

inline std::string unfinished_path(const std::string& folder) {
    return folder + "/unfinished";
}

// One folder, one process: the data of one server.
//
//   DIR/unfinished     only in a backup that did not get to its end
//   DIR/lock           held while a server runs
//   DIR/session.key    32 secret bytes that seal session ids, mode 0600
//   DIR/tokens/        docs/format/tokens.md
//   DIR/journal/       docs/format/journal.md
//   DIR/quarantine/    events that were refused for their session, a journal of its own
//   DIR/snapshot/      docs/format/snapshot.md
//   DIR/store.duckdb   docs/format/store.md
//   DIR/store.*.duckdb stores that rebuild and recompute made or replaced; no server looks at them
struct DataFolder {
    std::string path;
    std::unique_ptr<base::FolderLock> lock;
    event::SessionIdKey::Key key{};

    std::string journal() const { return journal_path(path); }

    std::string quarantine() const { return path + "/quarantine"; }

    std::string snapshot() const { return path + "/snapshot"; }

    std::string store() const { return path + "/store.duckdb"; }
};

// The key in a data folder. Error `damaged` when the file is not 32 bytes long.
base::Result<event::SessionIdKey::Key> read_session_key(base::Disk& disk,
                                                        const std::string& folder);

// Makes what is missing, takes the lock, reads or makes the key. Error `busy` when another process
// has the folder; `invalid` when it is an unfinished backup; `damaged` when the key file is not 32
// bytes long (it is never replaced: all sessions that players hold would become strangers).
base::Result<DataFolder> open_data_folder(base::Disk& disk, const std::string& path);

// Locks the folder of a stopped server for a command that reads the journal again. Error `busy`
// when a server runs there, `not_found` when it holds no journal.
base::Result<std::unique_ptr<base::FolderLock>> lock_stopped_folder(base::Disk& disk,
                                                                    const std::string& path);

// Removes a store file, if it is there, with what DuckDB keeps beside it.
base::Result<void> remove_store(base::Disk& disk, const std::string& path);

// Puts the closed store `made`, a file of this folder, in the place of its store. The old one stays
// beside under a name of its own, which is given; empty when there was none. At every moment the
// folder has the old store or the new one. Needs the lock.
base::Result<std::string> replace_store(base::Disk& disk, const std::string& folder,
                                        const std::string& made);

}  // namespace playhead::app
