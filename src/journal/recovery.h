// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/disk.h"
#include "base/error.h"
#include "journal/catalog.h"
#include "journal/scan.h"
#include "journal/segment.h"

namespace playhead::journal {

// What an opening found.
struct Recovery {
    Offset end = 0;
    std::optional<Offset> last_record;  // the last one that can be read, if any is kept
    uint64_t torn_bytes = 0;            // cut off behind the end: never promised to anybody
    std::vector<Damage> damage;         // in the last segment; committed, but no longer readable
};

// The last segment, ready to be written on, and all others by name.
struct RecoveredFolder {
    Recovery found;
    std::vector<SegmentSummary> segments;  // in order, at least one
    SegmentHeader header;                  // of the last one
    std::unique_ptr<base::File> file;      // of the last one
    uint64_t file_bytes = 0;
};

// Makes a folder that has segments fit for writing: docs/format/journal.md, "Recovery". When it
// returns without error, everything before found.end is durable and everything behind it is zeros,
// durably. Nothing when there is no segment. Error `damaged` when the last segment has no readable
// header.
base::Result<std::optional<RecoveredFolder>> recover(base::Disk& disk, const std::string& folder);

}  // namespace playhead::journal
