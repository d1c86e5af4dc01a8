// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/digest.h"
#include "base/error.h"
#include "journal/rewrite.h"
#include "journal/segment.h"
#include "journal/verify.h"

namespace playhead::journal {

// Follows the hashes from segment to segment (docs/format/journal.md, "Chain"), in order, and tells
// which segments changed or are missing.
class Chain {
  public:
    // `replaced`: what records of the journal say of segments that were replaced.
    explicit Chain(std::span<const Replaced> replaced) : replaced_(replaced) {}

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

    bool was_replaced(const base::Sha256& kept) const;

    const std::span<const Replaced> replaced_;
    std::optional<Before> before_;
    bool is_first_ = true;
    uint64_t whole_ = 0;
    uint64_t rewritten_ = 0;
    std::vector<Link> broken_;
    std::vector<Offset> missing_;
};

}  // namespace playhead::journal
