// SPDX-License-Identifier: Apache-2.0
#include "store/memory_store.h"

#include <algorithm>

#include "base/check.h"

namespace playhead::store {

using session::SessionRow;

base::Result<void> MemoryStore::write(std::span<const SessionRow> rows, uint64_t offset) {
    const std::lock_guard lock(mutex_);
    CHECK(offset >= offset_);
    for (const SessionRow& row : rows) {
        CHECK(row.close_reason != session::CloseReason::open);
        SessionRow kept = row;
        std::ranges::sort(kept.dimensions, {}, &session::Dimension::name);
        for (session::AdRow& ad : kept.ads) {
            std::ranges::sort(ad.dimensions, {}, &session::Dimension::name);
        }
        CHECK(rows_.emplace(row.id, std::move(kept)).second);
    }
    offset_ = offset;
    return {};
}

base::Result<uint64_t> MemoryStore::offset() {
    const std::lock_guard lock(mutex_);
    return offset_;
}

base::Result<std::optional<SessionRow>> MemoryStore::session(const event::SessionId& id) {
    const std::lock_guard lock(mutex_);
    const auto found = rows_.find(id);
    if (found == rows_.end()) return std::nullopt;
    return found->second;
}

base::Result<std::vector<SessionRow>> MemoryStore::sessions(
    const std::optional<event::SessionId>& before, size_t limit) {
    auto page = sessions_with_details(before, limit);
    for (SessionRow& row : *page) row = session::without_details(std::move(row));
    return page;
}

base::Result<std::vector<SessionRow>> MemoryStore::sessions_with_details(
    const std::optional<event::SessionId>& before, size_t limit) {
    const std::lock_guard lock(mutex_);
    std::vector<SessionRow> page;
    auto at = before ? rows_.upper_bound(*before) : rows_.begin();
    for (; at != rows_.end() && page.size() < limit; ++at) page.push_back(at->second);
    return page;
}

}  // namespace playhead::store
