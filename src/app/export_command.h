// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace playhead::app {

// `playhead export --data DIR --to DIR2 --format parquet|csv|ndjson [--from DAY] [--until DAY]`:
// everything that is known of the closed sessions, as files of other programs (docs/export.md):
// all tables of the store, and all events with their verdicts, in a folder for each day.
//
// Of a stopped server the store is read. A running one keeps it to itself; then the rows are made
// again from the journal, in a file that is removed at the end.
//
// Each file gets its name when it is whole, so that an export that was cut off is gone on with by
// the same command: it writes all days again. Progress goes to standard error, the result as one
// JSON object to standard output. Gives 0, or 1 when something cannot be read or written, or 2 for
// a mistake of the caller.
struct ExportOptions {
    std::string data;
    std::string to;
    std::string format;
    std::string from;   // YYYY-MM-DD; empty: the first day
    std::string until;  // the same, left out itself; empty: behind the last day
};

int export_data(const ExportOptions& options);

}  // namespace playhead::app
