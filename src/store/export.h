// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "session/row.h"
#include "store/database.h"

namespace playhead::store {

enum class ExportFormat : uint8_t { parquet, csv, ndjson };

// One event as it is exported.
struct ExportedEvent {
    std::string session_id;
    int64_t position = 0;  // in processed order
    std::string event_type;
    int64_t ts = 0;
    int64_t playhead_ms = 0;
    int64_t received_at = 0;
    int64_t journal_offset = 0;
    std::string outcome;
    std::string code;
    std::string mistakes;                  // codes, with a space between two
    std::optional<std::string> body = {};  // as it arrived; nothing where another event has it
};

// The tables of a store file as files of other formats (docs/export.md). The store is only read,
// and nobody may write it meanwhile. Times are of the creation of sessions, ms since the epoch, as
// their ids tell; a range leaves out its end. One thread.
class Export {
  public:
    // Spills beside `scratch`, which is a path without a file.
    static base::Result<Export> open(const std::string& store, const std::string& scratch);

    // When the first and the last session here were made; nothing when there is none.
    base::Result<std::optional<std::pair<int64_t, int64_t>>> bounds();

    // Names of the tables whose rows belong to sessions.
    base::Result<std::vector<std::string>> session_tables();

    // Up to `limit` sessions of this range with an id greater than `behind` (empty: all), in the
    // order of their ids. Only what is needed to read their events is set.
    base::Result<std::vector<session::SessionRow>> sessions(int64_t from, int64_t until,
                                                            const std::string& behind,
                                                            size_t limit);

    // Gathers events, until write_events().
    base::Result<void> add(std::span<const ExportedEvent> events);

    // Each writes one file, and says how many rows it has.
    base::Result<uint64_t> write_rows(const std::string& table, int64_t from, int64_t until,
                                      ExportFormat format, const std::string& path);
    base::Result<uint64_t> write_events(ExportFormat format, const std::string& path);
    base::Result<uint64_t> write_erasures(ExportFormat format, const std::string& path);

  private:
    Export(Database database, Connection connection);

    base::Result<uint64_t> copy(const std::string& query, ExportFormat format,
                                const std::string& path);

    std::unique_ptr<Database> database_;  // outlives the connection
    Connection connection_;
};

}  // namespace playhead::store
