// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/digest.h"
#include "base/disk.h"
#include "base/error.h"
#include "journal/segment.h"

namespace playhead::journal {

// What a segment holds, in 32 bytes: SHA-256 of its header (one copy) and of its frames, in order.
// The next segment keeps it in its header, so that no segment can change unnoticed as long as the
// one behind it is as it was. Not moved between threads while it is used.
class SegmentHash {
  public:
    explicit SegmentHash(const SegmentHeader& header);

    // The next frames, in pieces of any size.
    void add(std::string_view frames) { stream_.add(frames); }

    // The frames of a file from `from` on up to `to`, as they read now.
    base::Result<void> add(const base::File& file, uint64_t from, uint64_t to);

    base::Sha256 digest() const { return stream_.digest(); }

  private:
    base::Sha256Stream stream_;
};

// Of the segment in `file`, whose frames end at `end`.
base::Result<SegmentHash> hash_segment(const base::File& file, const SegmentHeader& header,
                                       Offset end);

}  // namespace playhead::journal
