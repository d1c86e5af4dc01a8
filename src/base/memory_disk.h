// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/disk.h"

namespace playhead::base {

// A disk in memory that knows what was synced and what was not, so that a crash can be had at will.
// The second implementation of the seam, for simulation and tests. The same calls and seeds give
// the same bytes; all functions are safe from any thread.
//
// It is harsher than real file systems where they promise nothing: a new name is gone after a crash
// unless its folder was synced, even if the file itself was. It is gentler in one point: a folder
// made by make_folder is there for ever. Holes use room like bytes.
class MemoryDisk final : public Disk {
  public:
    MemoryDisk();
    ~MemoryDisk() override;

    Result<std::unique_ptr<File>> open(const std::string& path, Open how) override;
    Result<std::vector<std::string>> list(const std::string& folder) const override;
    Result<void> make_folder(const std::string& path) override;
    Result<void> rename(const std::string& from, const std::string& to) override;
    Result<void> remove(const std::string& path) override;
    Result<void> sync_folder(const std::string& path) override;
    bool exists(const std::string& path) const override;
    Result<uint64_t> free_bytes(const std::string& path) const override;

    // The power fails and comes back. Of what was not synced, `seed` chooses what is left: nothing,
    // everything, the beginning up to any byte, or any of the 512-byte sectors in any state
    // between; unsynced changes of folders happened or did not, each for itself. Files that were
    // open give errors from now on. Faults that were ordered are forgotten; the capacity stays.
    void crash(uint64_t seed);

    // Faults. After `operations` more changes (write, resize, sync, create, rename, remove,
    // sync_folder) the power is off: the next one may be half done, and everything fails with `io`
    // until crash().
    void cut_power_after(uint64_t operations);

    // The next sync of a file fails with `io`. As with the system's page cache, what it should have
    // made durable still reads back, but no later sync writes it: only writing it again does.
    void fail_next_sync();

    // The change after `operations` more finds no room: it gives `full` and does nothing, once, as
    // on a disk that somebody else fills for a moment. A sync that finds no room has failed as by
    // fail_next_sync.
    void refuse_after(uint64_t operations);

    // The sum of all file sizes may not grow beyond `bytes`: then a write takes what still fits and
    // gives `full`, as the system call does.
    void set_capacity(uint64_t bytes);

    // Changes so far, to know where to cut: the count that cut_power_after counts on.
    uint64_t operations() const;

    // Puts bytes into a file behind everybody's back, durable at once: damage. The file must exist.
    void overwrite(const std::string& path, uint64_t offset, std::string_view bytes);

    // Everything in a file as it reads now; it must exist.
    std::string content(const std::string& path) const;

  private:
    struct State;
    class OpenFile;

    const std::shared_ptr<State> state_;
};

}  // namespace playhead::base
