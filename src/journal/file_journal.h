// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/disk.h"
#include "journal/catalog.h"
#include "journal/journal.h"
#include "journal/recovery.h"
#include "journal/segment.h"
#include "journal/segment_ahead.h"
#include "journal/segment_hash.h"

namespace playhead::journal {

// The journal in segment files of one folder (docs/format/journal.md).
//
// append and commit are for one thread; all else is safe from any thread. The caller sees to it
// that a folder has one writer (base/folder_lock.h). Memory: the batch (4 MiB and one record).
// Files: one segment written ahead; only retention removes any.
class FileJournal final : public Writer {
  public:
    struct Options {
        uint64_t segment_bytes = 64ULL * 1024 * 1024;   // 8 KiB to 4 GiB
        uint64_t first_segment_bytes = 1024ULL * 1024;  // of an empty folder; each next one doubles
        int64_t now = 0;                                // wall clock, ms since the epoch
        // Up to here somebody has read the journal. Damage before it is damage, also where the
        // bytes alone would look like a torn tail.
        Offset committed = 0;
        // Random from the system unless given; a simulation gives its own.
        std::optional<uint64_t> salt;
        // False: no thread, the segment that is needed next is written when it is needed.
        bool write_ahead = true;
    };

    // Recovers what is there, or makes the folder with its first segment. Reads the last segment
    // only. The disk must live longer than the journal. Damage is no error: recovery() names it.
    // Error `invalid` when a later version wrote the last segment.
    static base::Result<std::unique_ptr<FileJournal>> open(base::Disk& disk,
                                                           const std::string& folder,
                                                           const Options& options);

    FileJournal(const FileJournal&) = delete;
    FileJournal& operator=(const FileJournal&) = delete;

    // Stops writing ahead. What was not committed is forgotten.
    ~FileJournal() override;

    // Error `full` is not final: nothing was taken, and each later call tries again to get room. A
    // batch of any size may be gathered: what does not fit into memory is written, but not shown.
    // Once in a segment, when the next one begins, it syncs what was appended so far.
    base::Result<Offset> append(std::string_view record) override;

    // Error `full` (some file systems need room even for space that was written ahead) is not
    // final: the batch is kept, and commit may be tried again. Every other error is.
    base::Result<Offset> commit() override;

    // Begins the next segment, unless the last one is empty.
    base::Result<void> seal() override;

    size_t max_record_bytes() const override { return record_bytes_max; }

    // An independent reader from the first record that is kept. May live longer than the journal.
    std::unique_ptr<Reader> reader() const;

    // What the opening found.
    const Recovery& recovery() const { return recovery_; }

    std::vector<SegmentSummary> segments() const { return catalog_->segments(); }

    // The time that the next segment is stamped with.
    void set_time(int64_t wall_ms) { now_.store(wall_ms, std::memory_order_relaxed); }

    // Removes the segments that hold nothing from `offset` on, oldest first, never the last one.
    // Says how many. Readers that stand in one get `not_found`.
    base::Result<size_t> remove_before(Offset offset);

    // Puts the file that rewrite_segment() made in the place of its segment. False when that is no
    // longer kept; the file is then removed. Readers that have the old one open go on in it.
    base::Result<bool> replace_segment(Offset first);

  private:
    FileJournal(base::Disk& disk, const std::string& folder, const Options& options,
                RecoveredFolder recovered);

    base::Result<void> begin_segment(uint64_t bytes);
    base::Result<void> put_to_use(base::File& file, const SegmentHeader& header);
    using Write = base::Result<void> (base::File::*)(uint64_t offset, std::string_view bytes);

    base::Result<void> write_batch(Write write);
    base::Result<void> sync_batch();
    std::unexpected<base::Error> final_error(const base::Error& error);
    uint64_t size_of_next() const;

    Offset next() const { return written_ + batch_.size(); }

    uint64_t position(Offset offset) const { return header_bytes + (offset - header_.first); }

    base::Disk& disk_;
    const std::string folder_;
    const Options options_;
    const Recovery recovery_;
    const std::shared_ptr<Catalog> catalog_;
    std::atomic<int64_t> now_;
    std::mutex retention_;  // one remove_before at a time

    // The segment that is written.
    std::unique_ptr<base::File> file_;
    uint64_t file_bytes_ = 0;
    SegmentHeader header_;
    std::optional<SegmentHash> hash_;  // up to written_

    Offset synced_;      // durable to here
    Offset written_;     // given to the file to here
    std::string batch_;  // frames from written_ on
    std::optional<base::Error> failure_;

    SegmentAhead ahead_;
};

// A reader of a stopped or running server's folder, up to the end as it is now. Changes nothing.
base::Result<std::unique_ptr<Reader>> open_read_only(base::Disk& disk, const std::string& folder);

}  // namespace playhead::journal
