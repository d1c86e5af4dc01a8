// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace playhead::session {

// Entries in the order of their last arrival, oldest first. The links `older` and `newer` are
// members of Entry, so a touch allocates nothing. Entries must not move while they are in the list.
template <typename Entry>
class Recency {
  public:
    void add(Entry& entry) {
        entry.older = newest_;
        entry.newer = nullptr;
        (newest_ == nullptr ? oldest_ : newest_->newer) = &entry;
        newest_ = &entry;
    }

    void remove(Entry& entry) {
        (entry.older == nullptr ? oldest_ : entry.older->newer) = entry.newer;
        (entry.newer == nullptr ? newest_ : entry.newer->older) = entry.older;
    }

    void touch(Entry& entry) {
        if (&entry == newest_) return;
        remove(entry);
        add(entry);
    }

    // Null when there is none.
    Entry* oldest() const { return oldest_; }

  private:
    Entry* oldest_ = nullptr;
    Entry* newest_ = nullptr;
};

}  // namespace playhead::session
