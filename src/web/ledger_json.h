// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "session/verdict.h"

namespace playhead::web {

// What became of what was received, for GET /v1/ledger (contract). All counts are events, since the
// data folder was made.
struct LedgerView {
    struct Suite {
        std::string name;
        session::VerdictCounts verdicts;
        uint64_t pending = 0;
    };

    uint64_t offset = 0;       // of the journal: what is behind it is only `unfolded`
    uint64_t received = 0;     // read from the journal
    uint64_t unfolded = 0;     // accepted, not yet read from the journal; a batch counts as one
    uint64_t undecodable = 0;  // read, but not in a form that this version knows
    uint64_t erased = 0;       // erased with their person before they had a verdict
    // The first suite is everything that has none of its own, and events of no open session.
    std::vector<Suite> suites;
    std::vector<std::pair<std::string, uint64_t>> rejected;  // by reason; no suite is known
    int64_t unaccounted = 0;
};

// The answer as JSON: the numbers of the contract with `unaccounted`; `reasons` (each number but
// `received` and `pending` by the code of its verdict or refusal, codes that never came left out);
// and `reportSuites`, a list with the same for each. The first of them, with null for its name, has
// what belongs to none: refusals, and what was not read yet.
std::string ledger_json(const LedgerView& ledger);

}  // namespace playhead::web
