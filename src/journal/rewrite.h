// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "base/digest.h"
#include "base/disk.h"
#include "base/error.h"
#include "journal/catalog.h"
#include "journal/journal.h"

namespace playhead::journal {

// A segment that was replaced, as a record of the journal's owner says: which it is, and the hash
// of what was there and of what is there now (docs/format/journal.md, "Chain").
struct Replaced {
    Offset first = 0;
    base::Sha256 before{};
    base::Sha256 after{};
};

// Puts other bytes into a record, never more or fewer, and says whether it did. The same record
// must become the same bytes each time.
using Change = std::function<bool(std::span<char> record)>;

// FOLDER/00000000000000000000.rewriting
std::string rewriting_path(const std::string& folder, Offset first);

// Writes a sealed segment again into rewriting_path(), durably, with the records changed. Nothing
// when `change` changes none: then no file is left. Where the segment is damaged the new one holds
// zeros: nobody can say what was there. Made again it gives the same bytes. Error `damaged` when
// its header is lost. Memory: twice the largest record.
base::Result<std::optional<Replaced>> rewrite_segment(base::Disk& disk, const std::string& folder,
                                                      const SegmentSummary& sealed,
                                                      const Change& change);

}  // namespace playhead::journal
