// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "store/database.h"
#include "store/schema.h"
#include "store/store.h"

namespace playhead::store {

// Reader of a DuckdbStore. A question may take several statements, each of which sees what is
// committed when it runs: rows are never changed, so what belongs to a session that was found is
// found too.
class DuckdbReader final : public Reader {
  public:
    static base::Result<std::unique_ptr<DuckdbReader>> make(std::shared_ptr<Database> database);

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
    struct Statements;

    base::Result<std::vector<session::SessionRow>> filtered_page(
        const session::SessionFilter& filter, const std::optional<event::SessionId>& before,
        size_t limit);

    DuckdbReader(std::shared_ptr<Database> database, Connection connection,
                 std::unique_ptr<Statements> statements);

    base::Result<std::vector<session::SessionRow>> page(
        Statement& statement, const std::optional<event::SessionId>& before, size_t limit,
        std::span<const Column<session::SessionRow>> columns);
    base::Result<void> read_details(std::span<session::SessionRow> newest_first);
    base::Result<void> read_errors(std::span<session::SessionRow> newest_first);

    std::shared_ptr<Database> database_;  // outlives the connection
    Connection connection_;               // outlives its statements
    std::unique_ptr<Statements> statements_;

  public:
    ~DuckdbReader() override;
};

}  // namespace playhead::store
