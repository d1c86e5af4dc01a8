// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/disk.h"
#include "base/error.h"
#include "journal/journal.h"
#include "journal/scan.h"

namespace playhead::journal {

// What is in a journal folder, every frame checked.
struct Verification {
    struct DamagedPlace {
        std::string segment;  // file name
        Damage damage;
    };

    uint64_t segments = 0;
    uint64_t records = 0;
    uint64_t record_bytes = 0;
    Offset first = 0;
    Offset end = 0;
    uint64_t torn_bytes = 0;  // behind the end; not damage: never promised, or just being written
    uint64_t damage_count = 0;
    std::vector<DamagedPlace> damage;  // the first damages_kept of them

    bool sound() const { return damage_count == 0; }
};

// Reads the whole journal of a stopped or running server. Changes nothing; memory as one reader's.
// Damage is told in the verification; an error means that it could not be read at all. Segments
// that retention removes meanwhile are left out.
base::Result<Verification> verify(base::Disk& disk, const std::string& folder);

}  // namespace playhead::journal
