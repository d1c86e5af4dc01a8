// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/fold_state.h"
#include "base/disk.h"
#include "base/error.h"
#include "event/session_id.h"

// A snapshot: the state of the fold at one offset of the journal, as bytes
// (docs/format/snapshot.md). It is a cache. Whatever is wrong with one, it is not used, and the
// journal is read instead.
namespace playhead::app {

// What a reader must understand. A change of anything that a state class archives, or of what the
// fold makes of the same records, is a new version.
constexpr uint32_t snapshot_version = 4;

struct SnapshotPiece {
    enum class Kind : uint8_t { head = 1, texts = 2, sessions = 3, buried = 4, end = 5 };

    Kind kind{};
    uint64_t offset = 0;  // of the snapshot
    std::string bytes;
};

// About this long each, but for a session that is longer.
constexpr size_t snapshot_piece_bytes = size_t{1} << 18;

// Longer than any piece.
constexpr size_t snapshot_piece_limit = size_t{1} << 26;

// The state in pieces, one after the other, while it stands still. The state must live longer.
class SnapshotCapture {
  public:
    // As in FoldState.
    struct Parts {
        uint64_t offset;
        int64_t uptime_ms;
        const Ledger& ledger;
        const std::vector<session::RulesChange>& rules_changes;
        const session::Table& table;
    };

    explicit SnapshotCapture(const Parts& parts) : parts_(parts) {}

    // Nothing behind the end.
    std::optional<SnapshotPiece> next();

  private:
    void write_head();
    bool write_texts();
    bool write_sessions();
    bool write_buried();
    SnapshotPiece made(SnapshotPiece::Kind kind);

    const Parts parts_;
    session::PackWriter writer_;
    SnapshotPiece::Kind follows_ = SnapshotPiece::Kind::head;
    uint32_t next_text_ = 0;
    const event::SessionId* next_session_ = nullptr;
    size_t next_buried_ = 0;
    bool ended_ = false;
};

// Writes pieces into a file. One thread.
class SnapshotWriter {
  public:
    // Makes the file, or empties it.
    static base::Result<SnapshotWriter> create(base::Disk& disk, const std::string& path);

    // After the piece of kind `end` the file is durable and complete. Syncs every few megabytes, so
    // that the disk never has much to do at once while the journal waits for it.
    base::Result<void> add(const SnapshotPiece& piece);

  private:
    explicit SnapshotWriter(std::unique_ptr<base::File> file) : file_(std::move(file)) {}

    base::Result<void> append(std::string_view bytes);

    std::unique_ptr<base::File> file_;
    uint64_t size_ = 0;
    uint64_t synced_ = 0;
    uint32_t checksum_ = 0;
};

// The state that a file holds. Error `damaged` with what is wrong; also when it was written by
// another version.
base::Result<FoldState> read_snapshot(base::Disk& disk, const std::string& path);

}  // namespace playhead::app
