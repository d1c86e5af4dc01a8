// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "app/fold_state.h"
#include "base/error.h"
#include "journal/journal.h"
#include "session/admission.h"
#include "session/history.h"

namespace playhead::app {

// What the accepting side finds in the journal when it starts.
struct Recovered {
    uint64_t records = 0;
    int64_t uptime_ms = 0;  // of the last record; 0 for an empty journal
    session::Rules rules;   // that hold at the end of the journal

    // All rules records, in order.
    std::vector<session::RulesChange> rules_changes;
};

// Reads the journal from its beginning and repeats every call that admission got before the
// restart. Costs about a microsecond a record. Error: the journal is damaged and `journal` does not
// read on behind it, or it holds a record that this version does not know.
base::Result<Recovered> recover(journal::Reader& journal, session::Admission& admission);

// The same from a snapshot on: what it holds, and of the journal only what lies behind it. With all
// sessions taken the answers may differ from those before the restart (session/admission.h).
base::Result<Recovered> recover(journal::Reader& journal, session::Admission& admission,
                                const FoldState& state);

}  // namespace playhead::app
