// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/commit_loop.h"
#include "app/fold_loop.h"
#include "web/ledger_json.h"

namespace playhead::app {

// The ledger as it is to be shown: what was folded, and what the accepting side has counted beyond
// that. On the fold's thread, when the journal has been read to its end since the start.
web::LedgerView ledger_view(const FoldLoop& fold, const CommitLoop& commits);

}  // namespace playhead::app
