// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/disk.h"
#include "base/error.h"
#include "journal/journal.h"
#include "journal/segment.h"

namespace playhead::journal {

// At most so many places of damage are kept; all are counted.
constexpr size_t damages_kept = 100;

// What one segment holds, found by reading all of it (docs/format/journal.md, "Recovery").
struct Scan {
    uint64_t records = 0;
    uint64_t record_bytes = 0;
    std::optional<Offset> last_record;
    Offset end = 0;           // behind the last record that counts
    Offset proven = 0;        // everything before it was once synced; at most `end`
    uint64_t torn_bytes = 0;  // from the end to the last byte that is not zero
    uint64_t damage_count = 0;
    std::vector<Damage> damage;
};

// Reads a segment. `sealed_end`: where the next segment begins, nothing for the last segment, whose
// end is searched; it is not before `committed`, up to which somebody is known to have read. Reads
// only; may run beside a writer. Damage is no error: it is told in the scan.
base::Result<Scan> scan_segment(const base::File& file, const SegmentHeader& header,
                                std::optional<Offset> sealed_end, Offset committed = 0);

// Where reading can go on when the record at `at` cannot be read: behind it where its head is
// right, else at the next right head, else at `limit`; `at` itself when nothing is wrong there. All
// bytes up to `limit` must be committed.
base::Result<Offset> resume_behind(const base::File& file, const SegmentHeader& header, Offset at,
                                   Offset limit);

// The header of an open segment, which must be the one that begins at `first`.
base::Result<SegmentHeader> read_header(const base::File& file, Offset first);

}  // namespace playhead::journal
