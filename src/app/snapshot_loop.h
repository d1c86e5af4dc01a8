// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/snapshot.h"
#include "base/bounded_queue.h"
#include "base/counters.h"
#include "base/disk.h"
#include "base/error.h"
#include "base/signal.h"

namespace playhead::app {

// The snapshots of one data folder, newest last: FOLDER/<offset, 20 digits>.snapshot.
base::Result<std::vector<uint64_t>> list_snapshots(const base::Disk& disk,
                                                   const std::string& folder);

std::string snapshot_path(const std::string& folder, uint64_t offset);

// The state of the newest snapshot that can be read and of which `fits` says so; nothing when there
// is none. Each that cannot be read is logged.
std::optional<FoldState> newest_snapshot(base::Disk& disk, const std::string& folder,
                                         const std::function<bool(const FoldState&)>& fits);

// Writes snapshots: one thread's whole life, because the disk is slow and the fold must not wait
// for it. A snapshot gets its name only when the store has everything up to its offset: it does not
// carry the rows that are on their way. Then all but the last two go.
//
// Nothing here is ever fatal. A snapshot that cannot be written is logged, counted and forgotten.
class SnapshotLoop {
  public:
    struct PieceBytes {
        size_t operator()(const SnapshotPiece& piece) const { return piece.bytes.size() + 64; }
    };

    using Queue = base::BoundedQueue<SnapshotPiece, PieceBytes>;

    // What may wait for the disk: a few pieces, and the longest there can be.
    static constexpr size_t waiting_bytes = snapshot_piece_limit + 64;

    // Snapshots that are kept: if the last one is damaged, there is another.
    static constexpr size_t kept = 2;

    // `room` is raised when a piece has left the queue.
    SnapshotLoop(base::Disk& disk, std::string folder, base::Signal& room,
                 base::Counters& counters);

    // One round: writes what is there, or comes within `wait`. False when the queue is closed and
    // empty.
    bool step(std::chrono::milliseconds wait);

    // True when the next snapshot may begin: none is being written, none waits for the store.
    // begin() takes that right; from there on push the pieces to the end. The fold's thread.
    bool begin();

    // False when there is no room now; the piece is then untouched. Any thread.
    bool try_push(SnapshotPiece&& piece) { return queue_.try_push(std::move(piece)); }

    // The store has everything up to this offset. Any thread.
    void stored(uint64_t offset) { stored_.store(offset, std::memory_order_release); }

    // Snapshots from before this offset go as soon as there is one that is not. Any thread.
    void forget_before(uint64_t offset) { forgets_before_.store(offset); }

    void close() { queue_.close(); }

    // The oldest snapshot that is kept; 0 when there is none. What stands before it in the journal
    // is not needed for a start. Any thread.
    uint64_t oldest() const { return oldest_.load(std::memory_order_acquire); }

  private:
    void write(const SnapshotPiece& piece);
    void give_up(const base::Error& error);
    void publish();
    base::Result<void> publish(uint64_t offset);
    base::Result<void> keep_the_last();
    size_t too_many(const std::vector<uint64_t>& offsets) const;
    void forget();

    base::Disk& disk_;
    const std::string folder_;
    base::Signal& room_;
    Queue queue_{waiting_bytes};
    std::vector<SnapshotPiece> pieces_;
    std::optional<SnapshotWriter> writer_;  // none when the one that is written has failed
    std::optional<uint64_t> written_;       // complete, and waits for the store
    std::atomic<bool> busy_{false};
    std::atomic<uint64_t> stored_{0};
    std::atomic<uint64_t> oldest_{0};
    std::atomic<uint64_t> forgets_before_{0};
    base::Counter& taken_;
    base::Counter& failures_;
};

}  // namespace playhead::app
