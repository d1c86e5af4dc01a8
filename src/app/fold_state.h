// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "app/ledger.h"
#include "session/history.h"
#include "session/table.h"

namespace playhead::app {

// All that understanding knows of the journal up to an offset, and nothing of what lies behind it:
// what a snapshot holds.
struct FoldState {
    uint64_t offset = 0;    // behind the last record that is in it
    int64_t uptime_ms = 0;  // of that record
    Ledger ledger;
    std::vector<session::RulesChange> rules_changes;  // all that ever were, in order
    std::unique_ptr<session::Table> table;
};

}  // namespace playhead::app
