// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/disk.h"
#include "base/error.h"
#include "journal/journal.h"

namespace playhead::journal {

// One segment as the folder shows it.
struct SegmentSummary {
    Offset first = 0;
    Offset end = 0;         // where the next one begins; for the last one, the end of the journal
    int64_t opened_at = 0;  // ms since the epoch when it was put to use, 0 when not known
};

// Which segments there are and how far they may be read: what the writer tells its readers. All
// functions are safe from any thread; only the end is read without a lock. As large as the number
// of segments, which retention bounds.
class Catalog {
  public:
    explicit Catalog(Offset end) : end_(end) {}

    Offset end() const { return end_.load(std::memory_order_acquire); }

    // Everything before `end` is durable and may be read.
    void publish(Offset end) { end_.store(end, std::memory_order_release); }

    void add(Offset first, int64_t opened_at);
    void remove(Offset first);

    // The segment in which `offset` stands, or would stand next; nothing when it is no longer kept.
    // As long as it is the last one its `end` is the largest offset there is.
    std::optional<SegmentSummary> segment_of(Offset offset) const;

    // The first offset that is kept.
    Offset begin() const;

    // In order; the last one's `end` is the end of the journal.
    std::vector<SegmentSummary> segments() const;

  private:
    std::atomic<Offset> end_;
    mutable std::mutex mutex_;
    std::map<Offset, int64_t> opened_at_;  // by first offset
};

// First offsets of the segments in a folder, in order.
base::Result<std::vector<Offset>> list_segments(const base::Disk& disk, const std::string& folder);

// DIR/00000000000000000000.segment
std::string segment_path(const std::string& folder, Offset first);

}  // namespace playhead::journal
