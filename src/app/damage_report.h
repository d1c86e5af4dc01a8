// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "base/counters.h"
#include "journal/journal.h"

namespace playhead::app {

// The damaged places of the journal that this process has met: each is told once, however many
// readers come to it. All functions are safe from any thread.
//
// Remembers `places_remembered` places; of those behind them each meeting counts.
class DamageReport {
  public:
    static constexpr size_t places_remembered = 1'000;

    explicit DamageReport(base::Counters& counters);

    // Logs the place with what was lost, and counts it.
    void tell(const journal::Damage& damage);

    // The same journal, read on behind damage, which is told here. This must outlive the reader.
    std::unique_ptr<journal::Reader> past_damage(std::unique_ptr<journal::Reader> reader);

    // How many places were told.
    uint64_t places() const { return places_.value(); }

    // A sentence for operators, empty as long as nothing is damaged.
    std::string sentence() const;

  private:
    mutable std::mutex mutex_;
    std::set<std::pair<journal::Offset, journal::Offset>> told_;
    base::Counter& places_;
    base::Counter& bytes_;
};

}  // namespace playhead::app
