// SPDX-License-Identifier: Apache-2.0
#include "store/memory_store.h"

#include <algorithm>

#include "base/check.h"
#include "base/digest.h"

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

base::Result<void> MemoryStore::erase(const Erasure& erasure, std::span<const std::string> marks,
                                      uint64_t offset) {
    const std::lock_guard lock(mutex_);
    CHECK(offset >= offset_);
    std::erase_if(rows_, [&](const auto& entry) {
        base::Sha256Stream stream;
        stream.add(entry.first.text());
        const std::string hash = base::hex(stream.digest());
        return std::ranges::any_of(marks, [&](const auto& mark) { return hash.starts_with(mark); });
    });
    if (std::ranges::find(erasures_, erasure.id, &Erasure::id) == erasures_.end()) {
        erasures_.insert(erasures_.begin(), erasure);
    }
    offset_ = offset;
    return {};
}

base::Result<void> MemoryStore::finish_erasure(const std::string& id, int64_t finished_at,
                                               uint64_t offset) {
    const std::lock_guard lock(mutex_);
    CHECK(offset >= offset_);
    const auto found = std::ranges::find(erasures_, id, &Erasure::id);
    if (found != erasures_.end()) found->finished_at = finished_at;
    offset_ = offset;
    return {};
}

base::Result<std::vector<ViewerSession>> MemoryStore::sessions_of_viewer(std::string_view id,
                                                                         size_t limit) {
    const std::lock_guard lock(mutex_);
    std::vector<ViewerSession> found;
    for (const auto& [session, row] : rows_) {
        if (found.size() < limit && session::is_of_viewer(row, id))
            found.push_back(viewer_session(row));
    }
    return found;
}

base::Result<std::vector<Erasure>> MemoryStore::erasures() {
    const std::lock_guard lock(mutex_);
    return erasures_;
}

base::Result<Summed> MemoryStore::sum_up(int64_t /*now_ms*/) {
    return Summed{};
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
    const session::SessionFilter& filter, const std::optional<event::SessionId>& before,
    size_t limit) {
    const std::lock_guard lock(mutex_);
    std::vector<SessionRow> page;
    auto at = before ? rows_.upper_bound(*before) : rows_.begin();
    for (; at != rows_.end() && page.size() < limit; ++at) {
        if (session::passes(filter, at->second)) {
            page.push_back(session::without_details(at->second));
        }
    }
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
