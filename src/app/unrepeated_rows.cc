// SPDX-License-Identifier: Apache-2.0
#include "app/unrepeated_rows.h"

#include <utility>
#include <vector>

namespace playhead::app {

UnrepeatedRows::UnrepeatedRows(store::Writer& store, store::Reader& reader,
                               std::function<bool()> is_needed)
    : store_(store), reader_(reader), is_needed_(std::move(is_needed)) {
}

base::Result<void> UnrepeatedRows::write(std::span<const session::SessionRow> rows,
                                         uint64_t offset) {
    if (!is_needed_()) return store_.write(rows, offset);
    // Opens a store that was away, so that it can be asked.
    if (const auto ready = store_.offset(); !ready) return std::unexpected(ready.error());
    std::vector<session::SessionRow> news;
    for (const session::SessionRow& row : rows) {
        const auto stored = reader_.session(row.id);
        if (!stored) return std::unexpected(stored.error());
        if (!*stored) news.push_back(row);
    }
    return store_.write(news, offset);
}

base::Result<void> UnrepeatedRows::erase(const store::Erasure& erasure,
                                         std::span<const std::string> marks, uint64_t offset) {
    return store_.erase(erasure, marks, offset);
}

base::Result<void> UnrepeatedRows::finish_erasure(const std::string& id, int64_t finished_at,
                                                  uint64_t offset) {
    return store_.finish_erasure(id, finished_at, offset);
}

base::Result<store::Summed> UnrepeatedRows::sum_up(int64_t now_ms) {
    return store_.sum_up(now_ms);
}

base::Result<uint64_t> UnrepeatedRows::offset() {
    return store_.offset();
}

}  // namespace playhead::app
