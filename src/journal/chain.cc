// SPDX-License-Identifier: Apache-2.0
#include "journal/chain.h"

namespace playhead::journal {

void Chain::add(const SegmentHeader& header, std::optional<base::Sha256> hash) {
    // Of the first one that is kept, the one before was removed by retention.
    if (!is_first_ && header.is_chained() &&
        (!before_ || before_->header.first != header.previous_first)) {
        // Behind one without a header the name may be right; the damage is told elsewhere.
        if (before_) missing_.push_back(header.previous_first);
    } else if (before_ && before_->hash) {
        const bool is_old = !header.is_chained() && !before_->header.is_chained();
        if (header.previous_hash == *before_->hash) {
            ++whole_;
        } else if (was_replaced(header.previous_hash)) {
            ++whole_;
            ++rewritten_;
        } else if (!is_old) {
            broken_.push_back({before_->header.first, header.first});
        }
    }
    before_ = {header, hash};
    is_first_ = false;
}

// Whether records lead from the hash that is kept of the segment before to what it is now. In the
// order of the journal, in which each of several rewritings found what the one before had left.
bool Chain::was_replaced(const base::Sha256& kept) const {
    base::Sha256 hash = kept;
    for (const Replaced& one : replaced_) {
        if (one.first == before_->header.first && one.before == hash) hash = one.after;
        if (hash == *before_->hash) return true;
    }
    return false;
}

void Chain::add_unreadable() {
    before_.reset();
    is_first_ = false;
}

void Chain::tell(Verification& found) const {
    found.links = whole_;
    found.rewritten = rewritten_;
    for (const Offset first : missing_) found.missing.push_back(segment_name(first));
    for (size_t i = 0; i < broken_.size(); ++i) {
        // Two broken links in a row: it is the segment between them that is another one.
        const bool is_between =
            i + 1 < broken_.size() && broken_[i].behind == broken_[i + 1].before;
        if (is_between) ++i;
        found.changed.push_back({segment_name(broken_[i].before), segment_name(broken_[i].behind)});
    }
}

}  // namespace playhead::journal
