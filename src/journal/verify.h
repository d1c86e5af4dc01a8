// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/disk.h"
#include "base/error.h"
#include "journal/journal.h"
#include "journal/rewrite.h"
#include "journal/scan.h"

namespace playhead::journal {

// What is in a journal folder, every frame checked.
struct Verification {
    struct DamagedPlace {
        std::string segment;  // file name
        Damage damage;
    };

    // A segment that is not the one whose hash the next one keeps, though its own checksums may
    // fit. Where the last link is broken it may as well be the last segment that is another one.
    struct ChangedSegment {
        std::string segment;   // file name
        std::string found_by;  // file name of the next one
    };

    uint64_t segments = 0;
    uint64_t records = 0;
    uint64_t record_bytes = 0;
    Offset first = 0;
    Offset end = 0;
    uint64_t torn_bytes = 0;  // behind the end; not damage: never promised, or just being written
    uint64_t damage_count = 0;
    std::vector<DamagedPlace> damage;  // the first damages_kept of them

    // The chain of hashes: links that were looked at and fit, segments that changed, and segments
    // that the next one names as the one before it and that are not there.
    uint64_t links = 0;
    uint64_t rewritten = 0;  // of these: behind a segment that was replaced, as a record says
    std::vector<ChangedSegment> changed;
    std::vector<std::string> missing;

    bool sound() const { return damage_count == 0 && changed.empty() && missing.empty(); }
};

// Reads the whole journal, all but the last segment twice, of a stopped or running server. Changes
// nothing; memory as one reader's. Damage is told in the verification; an error means that it could
// not be read at all. Segments that retention removes meanwhile are left out.
//
// `replaced`: what records of the journal say of segments that were replaced, in their order.
// Whoever does not know them yet finds such a segment changed.
base::Result<Verification> verify(base::Disk& disk, const std::string& folder,
                                  std::span<const Replaced> replaced = {});

}  // namespace playhead::journal
