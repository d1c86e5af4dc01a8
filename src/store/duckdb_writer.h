// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <set>

#include "store/database.h"
#include "store/day_summing.h"
#include "store/store.h"

namespace playhead::store {

// Writer of a DuckdbStore. One write is one transaction: appenders for the rows, an update of
// `checkpoint` for the offset, one commit with one sync of the write-ahead log. What is kept of the
// days that it changes is deleted with it.
class DuckdbWriter final : public Writer {
  public:
    static base::Result<std::unique_ptr<DuckdbWriter>> make(std::shared_ptr<Database> database);

    base::Result<void> write(std::span<const session::SessionRow> rows, uint64_t offset) override;
    base::Result<void> erase(const Erasure& erasure, std::span<const std::string> marks,
                             uint64_t offset) override;
    base::Result<void> finish_erasure(const std::string& id, int64_t finished_at,
                                      uint64_t offset) override;
    base::Result<Summed> sum_up(int64_t now_ms) override;
    base::Result<uint64_t> offset() override;

  private:
    DuckdbWriter(std::shared_ptr<Database> database, Connection connection, Statement set_offset,
                 uint64_t offset, DaySumming summing);

    base::Result<void> in_transaction(uint64_t offset,
                                      const std::function<base::Result<void>()>& change);
    base::Result<void> append_rows(std::span<const session::SessionRow> rows);
    base::Result<std::set<int64_t>> delete_marked(std::span<const std::string> marks);
    base::Result<void> keep(const Erasure& erasure);

    std::shared_ptr<Database> database_;  // outlives the connection
    Connection connection_;
    Statement set_offset_;
    uint64_t offset_;
    DaySumming summing_;
};

}  // namespace playhead::store
