// SPDX-License-Identifier: Apache-2.0
#include "http/deadlines.h"

#include <algorithm>

namespace playhead::http {

void Deadlines::Entry::join(Entry& list) {
    before_ = list.before_;
    after_ = &list;
    before_->after_ = this;
    list.before_ = this;
}

void Deadlines::Entry::leave() {
    before_->after_ = after_;
    after_->before_ = before_;
    before_ = this;
    after_ = this;
    place_ = never;
}

Deadlines::Deadlines(int64_t now_ms) : turned_(now_ms / tick_ms) {
}

void Deadlines::set(Entry& entry, int64_t at_ms) {
    entry.at_ = at_ms;
    if (at_ms == never) return;
    // Lying too early is mended when that tick comes; lying too late would be noticed too late.
    if (entry.place_ == never || at_ms <= (entry.place_ - 1) * tick_ms) place(entry);
}

void Deadlines::place(Entry& entry) {
    const int64_t tick = (entry.at_ + tick_ms - 1) / tick_ms;
    entry.leave();
    entry.place_ = std::clamp(tick, turned_ + 1, turned_ + static_cast<int64_t>(slots) - 1);
    entry.join(lists_[static_cast<size_t>(entry.place_) % slots]);
}

Deadlines::Entry* Deadlines::next_due(int64_t now_ms) {
    const int64_t tick = now_ms / tick_ms;
    // After a long pause once round the wheel has seen every entry.
    turned_ = std::max(turned_, tick - static_cast<int64_t>(slots));
    while (true) {
        while (turning_.after_ != &turning_) {
            Entry& entry = *turning_.after_;
            entry.leave();
            if (entry.at_ == never) continue;
            if (entry.at_ <= now_ms) {
                entry.at_ = never;
                return &entry;
            }
            place(entry);
        }
        if (turned_ >= tick) return nullptr;
        ++turned_;
        Entry& list = lists_[static_cast<size_t>(turned_) % slots];
        while (list.after_ != &list) {
            Entry& entry = *list.after_;
            entry.leave();
            entry.join(turning_);
        }
    }
}

int64_t Deadlines::wait_ms(int64_t now_ms) const {
    return std::max<int64_t>(0, (turned_ + 1) * tick_ms - now_ms);
}

}  // namespace playhead::http
