// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "journal/catalog.h"

namespace playhead::app {

// How much of the journal is kept (journal.retention_*). 0: no limit.
struct Retention {
    int64_t hours = 0;
    uint64_t bytes = 0;
};

// The offset before which the journal may go, in whole segments: what is older than `hours`, or
// more than `bytes`, whichever takes more. `floor` is the largest offset that may go: the store or
// a start may need what stands behind it.
uint64_t retention_end(std::span<const journal::SegmentSummary> segments, const Retention& kept,
                       int64_t now, uint64_t floor);

}  // namespace playhead::app
