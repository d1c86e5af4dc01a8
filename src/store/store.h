// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "session/row.h"

namespace playhead::store {

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

    // Up to `limit` closed sessions, newest (largest id) first, all with an id smaller than
    // `before` when it is given. Without details
    // (session::without_details).
    virtual base::Result<std::vector<session::SessionRow>> sessions(
        const std::optional<event::SessionId>& before, size_t limit) = 0;

    // The same sessions with details: for who goes through the whole store. A page of a thousand
    // may take some megabytes.
    virtual base::Result<std::vector<session::SessionRow>> sessions_with_details(
        const std::optional<event::SessionId>& before, size_t limit) = 0;
};

}  // namespace playhead::store
