// SPDX-License-Identifier: Apache-2.0
#include "app/record_group.h"

namespace playhead::app {

base::Result<void> RecordGroup::read(journal::Reader& journal) {
    items_.clear();
    bytes_.clear();
    sessions_.clear();
    base::Result<void> done;
    while (items_.size() < most_records && bytes_.size() < enough_bytes) {
        const auto next = journal.next();
        if (!next) done = std::unexpected(next.error());
        if (!next || !*next) break;
        items_.push_back({**next, {}});
        // A large one need not be copied: nothing is read behind it.
        if ((*next)->bytes.size() >= enough_bytes) break;
        bytes_ += (*next)->bytes;
    }
    size_t at = 0;
    for (Item& item : items_) {
        const size_t size = item.stored.bytes.size();
        if (size < enough_bytes) {
            item.stored.bytes = std::string_view(bytes_).substr(at, size);
            at += size;
        }
        item.record = event::decode(item.stored.bytes);
        if (!item.record) continue;
        if (item.record->kind == event::Record::Kind::event ||
            item.record->kind == event::Record::Kind::session_start) {
            sessions_.push_back(&item.record->session);
        }
    }
    return done;
}

}  // namespace playhead::app
