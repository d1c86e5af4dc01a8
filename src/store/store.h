// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "session/row.h"
#include "session/session_filter.h"

namespace playhead::store {

// One erasure of a person (docs/adr/0017): what is known of it for ever.
struct Erasure {
    std::string id;         // of the receipt, 32 hexadecimal digits
    int64_t erased_at = 0;  // ms since the epoch
    uint64_t sessions = 0;
    uint64_t records = 0;                     // of the journal
    uint64_t rows = 0;                        // of all tables here
    uint64_t journal_offset = 0;              // of its record
    std::optional<int64_t> finished_at = {};  // since when nothing of it is in the data folder

    bool operator==(const Erasure&) const = default;
};

// A session of a viewer, as far as it is needed to erase it.
struct ViewerSession {
    event::SessionId id;
    uint64_t first_offset = 0;  // of its first record in the journal
    uint64_t records = 0;
    uint64_t rows = 0;  // of all tables
};

// What sum_up() did.
struct Summed {
    bool has_summed = false;  // a piece; else none may be summed now
    uint64_t left = 0;        // pieces that are not summed, also those of days that still get rows
};

// Seam: rows of closed sessions, kept. One Writer per store, used by one thread.
//
// Promise: rows and the journal offset that they reflect are committed together or not at all, so
// that after any crash each row is there exactly once: whoever starts again reads the journal from
// offset() (or from earlier, leaving out what was already written).
class Writer {
  public:
    virtual ~Writer() = default;

    // All of `rows`, and `offset` as the new offset(). `offset` never goes back (CHECK). Error:
    // nothing was written, and the call may be repeated.
    virtual base::Result<void> write(std::span<const session::SessionRow> rows,
                                     uint64_t offset) = 0;

    // Deletes all rows of the sessions whose mark is among `marks` (of each 32 hexadecimal digits:
    // the beginning of the SHA-256 of the id as text), keeps the erasure, and makes `offset` the
    // new offset(), all or nothing. One that is kept already is as it was.
    virtual base::Result<void> erase(const Erasure& erasure, std::span<const std::string> marks,
                                     uint64_t offset) = 0;

    // The erasure of this id is finished; `offset` is the new offset(). None of this id: only that.
    virtual base::Result<void> finish_erasure(const std::string& id, int64_t finished_at,
                                              uint64_t offset) = 0;

    // Sums up one more piece of the days that are over at `now_ms`, so that reports over them have
    // less to read (docs/adr/0023). Changes no number and no offset.
    virtual base::Result<Summed> sum_up(int64_t now_ms) = 0;

    // The journal offset up to which the rows here are complete; 0 for a new store.
    virtual base::Result<uint64_t> offset() = 0;
};

// Seam: questions to the store. Safe from several threads, each with its own Reader, beside the
// Writer. Sees whole writes only. Rows come back as they were written, dimensions in the order of
// event::Parameter.
class Reader {
  public:
    virtual ~Reader() = default;

    // The closed session of this id, with all details.
    virtual base::Result<std::optional<session::SessionRow>> session(
        const event::SessionId& id) = 0;

    // Up to `limit` closed sessions that pass the filter, newest (largest id) first, all with an id
    // smaller than `before` when it is given. Without details (session::without_details).
    virtual base::Result<std::vector<session::SessionRow>> sessions(
        const session::SessionFilter& filter, const std::optional<event::SessionId>& before,
        size_t limit) = 0;

    // All sessions in the same way, with details: for who goes through the whole store. A page of a
    // thousand may take some megabytes.
    virtual base::Result<std::vector<session::SessionRow>> sessions_with_details(
        const std::optional<event::SessionId>& before, size_t limit) = 0;

    // Up to `limit` sessions that have `id` as one of the ids that can make a viewer (metrics
    // 12.4), in any order.
    virtual base::Result<std::vector<ViewerSession>> sessions_of_viewer(std::string_view id,
                                                                        size_t limit) = 0;

    // All erasures, newest first.
    virtual base::Result<std::vector<Erasure>> erasures() = 0;
};

// What is counted of a row that is not stored yet.
ViewerSession viewer_session(const session::SessionRow& row);

}  // namespace playhead::store
