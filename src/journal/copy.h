// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/disk.h"
#include "base/error.h"
#include "journal/journal.h"

namespace playhead::journal {

// What was copied so far.
struct Copied {
    uint64_t segments = 0;
    uint64_t bytes = 0;  // of files
    Offset first = 0;
    Offset end = 0;
};

// Copies the journal of a stopped or running server into an empty folder: everything that was
// committed before the call, cut behind the last whole record, and made durable. Bytes are copied
// as they are, damaged ones too. Real copies and not links, so that what happens to one folder does
// not happen to the other.
//
// `progress` is called behind each segment. An error leaves a part of the copy in `to`. Error
// `not_found` when there is no journal. Memory: a piece of 1 MiB.
base::Result<Copied> copy_journal(base::Disk& disk, const std::string& from, const std::string& to,
                                  const std::function<void(const Copied&)>& progress);

}  // namespace playhead::journal
