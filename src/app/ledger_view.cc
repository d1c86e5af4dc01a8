// SPDX-License-Identifier: Apache-2.0
#include "app/ledger_view.h"

#include <string>

namespace playhead::app {

web::LedgerView ledger_view(const FoldLoop& fold, const CommitLoop& commits) {
    const Ledger& ledger = fold.ledger();
    const session::Table& table = fold.table();
    web::LedgerView view;
    view.offset = fold.position();
    view.received = ledger.received();
    view.undecodable = ledger.undecodable();
    view.erased = ledger.erased();
    view.unaccounted = ledger.unaccounted(table.pending_events());
    // The fold may be ahead of a count that follows the commit.
    const uint64_t accepted = commits.accepted();
    const uint64_t folded = fold.requests_since_start();
    view.unfolded = accepted > folded ? accepted - folded : 0;
    for (size_t i = 0; i < table.suites().size(); ++i) {
        web::LedgerView::Suite suite{.name = table.suites()[i], .verdicts = {}};
        if (i < ledger.by_suite().size()) suite.verdicts = ledger.by_suite()[i];
        suite.pending = table.pending_events_of(i);
        view.suites.push_back(std::move(suite));
    }
    const Refusals total = commits.refused();
    const Refusals recorded = fold.refused_since_start();
    for (size_t i = 0; i < total.size(); ++i) {
        const auto rejection = static_cast<ingest::Rejection>(i);
        if (!carries_data(rejection)) continue;
        view.rejected.emplace_back(std::string(ingest::name_of(rejection)),
                                   ledger.refusals()[i] + total[i] - recorded[i]);
    }
    return view;
}

}  // namespace playhead::app
