// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "store/database.h"
#include "store/store.h"

namespace playhead::store {

// Writer of a DuckdbStore. One write is one transaction: appenders for the rows, an update of
// `checkpoint` for the offset, one commit with one sync of the write-ahead log.
class DuckdbWriter final : public Writer {
  public:
    static base::Result<std::unique_ptr<DuckdbWriter>> make(std::shared_ptr<Database> database);

    base::Result<void> write(std::span<const session::SessionRow> rows, uint64_t offset) override;
    base::Result<uint64_t> offset() override;

  private:
    DuckdbWriter(std::shared_ptr<Database> database, Connection connection, Statement set_offset,
                 uint64_t offset);

    base::Result<void> write_in_transaction(std::span<const session::SessionRow> rows,
                                            uint64_t offset);

    std::shared_ptr<Database> database_;  // outlives the connection
    Connection connection_;
    Statement set_offset_;
    uint64_t offset_;
};

}  // namespace playhead::store
