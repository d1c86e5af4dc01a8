// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "app/fold_loop.h"
#include "app/late_store.h"
#include "base/clock.h"
#include "base/counters.h"
#include "base/error.h"
#include "store/reports.h"

namespace playhead::app {

// Answers reports from the store and, beside it, from the sessions that are not there yet: those
// that are open, and those that closed a moment ago.
//
// Those are copied out of the fold before a report, in pieces that cost the fold a millisecond or
// two each, when something was folded since the last copy. A copy of many takes long, so it serves
// for some time. A session that closes while it is copied is taken as closed, and one that is in
// the store already is taken from there: it is there once.
//
// For one thread, but for interrupt().
class ReportSource {
  public:
    // So many cost nothing worth saving, and are copied for every report. A copy of more serves for
    // so long for each, which is ten times what it takes to copy one.
    static constexpr size_t few_sessions = 1'000;
    static constexpr int64_t serves_us = 300;

    ReportSource(LateStore& store, FoldLoop& fold, const base::Clock& clock,
                 base::Counters& counters);

    // Error `busy`: the store is away, or the fold has no time.
    base::Result<std::vector<store::Objection>> object_to(const store::Question& question);
    base::Result<store::Report> answer(const store::Question& question);

    // As store::Reports::interrupt. Any thread.
    void interrupt() { store_.interrupt_reports(); }

  private:
    bool is_copy_due(const store::Reports& reports) const;
    base::Result<void> copy_sessions(store::Reports& reports);

    LateStore& store_;
    FoldLoop& fold_;
    const base::Clock& clock_;
    base::Histogram& time_;
    int64_t copied_at_ms_ = 0;
    size_t copied_ = 0;  // sessions
};

}  // namespace playhead::app
