// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <mutex>

#include "store/store.h"

namespace playhead::store {

// The seam in its plainest form: a sorted map and a number behind one lock. For simulation and
// tests; it keeps every row for as long as it lives. Both sides may be used from any thread.
class MemoryStore final : public Writer, public Reader {
  public:
    base::Result<void> write(std::span<const session::SessionRow> rows, uint64_t offset) override;
    base::Result<void> erase(const Erasure& erasure, std::span<const std::string> marks,
                             uint64_t offset) override;
    base::Result<void> finish_erasure(const std::string& id, int64_t finished_at,
                                      uint64_t offset) override;
    base::Result<Summed> sum_up(int64_t now_ms) override;
    base::Result<uint64_t> offset() override;

    base::Result<std::optional<session::SessionRow>> session(const event::SessionId& id) override;
    base::Result<std::vector<session::SessionRow>> sessions(
        const session::SessionFilter& filter, const std::optional<event::SessionId>& before,
        size_t limit) override;
    base::Result<std::vector<session::SessionRow>> sessions_with_details(
        const std::optional<event::SessionId>& before, size_t limit) override;

    base::Result<std::vector<ViewerSession>> sessions_of_viewer(std::string_view id,
                                                                size_t limit) override;
    base::Result<std::vector<Erasure>> erasures() override;

  private:
    std::mutex mutex_;
    std::map<event::SessionId, session::SessionRow, std::greater<>> rows_;
    std::vector<Erasure> erasures_;  // newest first
    uint64_t offset_ = 0;
};

}  // namespace playhead::store
