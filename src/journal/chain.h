// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "base/digest.h"
#include "base/error.h"
#include "journal/segment.h"
#include "journal/verify.h"

namespace playhead::journal {

// Follows the hashes from segment to segment (docs/format/journal.md, "Chain"), in order, and tells
// which segments changed or are missing.
class Chain {
  public:
    // The next segment, with the hash of what is in it now; without one it is the last, or nobody
    // knows.
    void add(const SegmentHeader& header, std::optional<base::Sha256> hash);

    // The next segment has lost its header: nothing is known of it.
    void add_unreadable();

    // All that was found, into `found`.
    void tell(Verification& found) const;

  private:
    struct Link {
        Offset before = 0;
        Offset behind = 0;
    };

    struct Before {
        SegmentHeader header;
        std::optional<base::Sha256> hash;
    };

    std::optional<Before> before_;
    bool is_first_ = true;
    uint64_t whole_ = 0;
    std::vector<Link> broken_;
    std::vector<Offset> missing_;
};

}  // namespace playhead::journal
