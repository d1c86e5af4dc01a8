// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/disk.h"
#include "base/error.h"

namespace playhead::journal {

// The segment that will be needed next, written full of zeros and synced before it is needed, in
// the file FOLDER/next.segment. One thread uses it; the writing is done by a thread of its own, or
// by the caller in ready() when there shall be none (a simulation).
//
// A failure is told once by ready() and takes nothing away: what was written is removed, so that
// the room is free for others, and the next ready() tries again.
class SegmentAhead {
  public:
    SegmentAhead(base::Disk& disk, const std::string& folder, bool with_thread);
    SegmentAhead(const SegmentAhead&) = delete;
    SegmentAhead& operator=(const SegmentAhead&) = delete;

    // Stops the thread; a file that is not whole yet is removed.
    ~SegmentAhead();

    // Begins to write a file of `bytes` and returns at once. Nothing may be under way. Before that
    // the machine may forget what it has cached of the file `read_before`, if that is not empty, so
    // that the new one takes memory that is free just now.
    void prepare(uint64_t bytes, std::string read_before = {});

    // Waits until a file of at least `needed` bytes is there; one that is made only now gets
    // `preferred` bytes if that is more. Error `full` when there is no room.
    base::Result<void> ready(uint64_t needed, uint64_t preferred);

    struct Taken {
        std::unique_ptr<base::File> file;  // open for writing, at path()
        uint64_t bytes = 0;
    };

    // The file that ready() promised; the caller's now, who renames it before the next prepare().
    Taken take();

    const std::string& path() const { return path_; }

  private:
    base::Result<std::unique_ptr<base::File>> make(uint64_t bytes);
    base::Result<void> fill(base::File& file, uint64_t from, uint64_t to);
    void work();
    bool stopping();

    base::Disk& disk_;
    const std::string folder_;
    const std::string path_;

    std::mutex mutex_;
    std::condition_variable changed_;
    bool stop_ = false;
    uint64_t wanted_ = 0;  // bytes to be written by the thread, 0 for none
    std::string read_before_;
    std::optional<base::Error> failure_;
    std::unique_ptr<base::File> file_;
    uint64_t file_bytes_ = 0;
    std::thread thread_;
};

}  // namespace playhead::journal
