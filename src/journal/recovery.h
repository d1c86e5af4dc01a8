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
#include "journal/segment_hash.h"

namespace playhead::journal {

// What an opening found.
struct Recovery {
    Offset end = 0;
    std::optional<Offset> last_record;  // the last one that can be read, if any is kept
    uint64_t torn_bytes = 0;            // cut off behind the end: never promised to anybody
    std::vector<Damage> damage;         // in the last segment; committed, but no longer readable
};

// What is known of a folder besides its bytes.
struct Known {
    Offset committed = 0;        // up to here somebody has read it
    uint64_t segment_bytes = 0;  // no segment was larger, unless for one large record
};

// The last segment, ready to be written on, and all others by name. Without a file when the header
// of the last segment is lost: then nothing in it can be read, and the next segment has to begin
// at found.end, which is behind all that it may have held.
struct RecoveredFolder {
    Recovery found;
    std::vector<SegmentSummary> segments;  // in order, at least one
    SegmentHeader header;                  // of the last one
    std::unique_ptr<base::File> file;      // of the last one
    uint64_t file_bytes = 0;
    std::optional<SegmentHash> hash;  // of the last one up to found.end; without a file nothing
};

// Makes a folder that has segments fit for writing: docs/format/journal.md, "Recovery". When it
// returns without error, everything before found.end is durable and everything behind it is zeros,
// durably. Nothing when there is no segment. Damage is no error; `invalid` when a later version
// wrote the last segment.
base::Result<std::optional<RecoveredFolder>> recover(base::Disk& disk, const std::string& folder,
                                                     const Known& known);

}  // namespace playhead::journal
