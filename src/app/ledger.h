// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/refusals.h"
#include "session/verdict.h"

namespace playhead::app {

// What became of everything that was received since the data folder was made. The unit is the
// event; each element of a batch is one, and a batch that was refused as a whole counts as one.
//
//   received = counted + duplicate + ignored + late + rejected + pending
//
// holds at all times: what was received is counted where it comes in, what became of it where that
// is decided, and nobody adds up one from the other. A function of the journal: kept over restarts
// because it is made again by the same fold. One thread.
class Ledger {
  public:
    // Events that were read from the journal.
    void receive(uint64_t events) { received_ += events; }

    // Of these: events that this version cannot read.
    void fail_to_decode(uint64_t events) { undecodable_ += events; }

    // Of these: events that were erased with their person, so that their verdict is not known.
    void erase(uint64_t events) { erased_ += events; }

    // Verdicts of events, by the number of their report suite (session::Output::counts).
    void decide(const std::vector<session::VerdictCounts>& by_suite);

    // Refusals that were read from the journal.
    void refuse(const Refusals& refusals);

    uint64_t received() const { return received_; }

    uint64_t undecodable() const { return undecodable_; }

    uint64_t erased() const { return erased_; }

    const Refusals& refusals() const { return refusals_; }

    // By the number of the report suite; shorter when nothing was decided for the last ones.
    const std::vector<session::VerdictCounts>& by_suite() const { return by_suite_; }

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        each.numbers(self.received_, self.undecodable_, self.erased_, self.decided_);
        for (auto& refused : self.refusals_) each.numbers(refused);
        each.list(self.by_suite_, [&each](auto& counts) {
            for (auto& count : counts.by_code) each.numbers(count);
        });
    }

    // What is missing when `pending` events wait for their verdict. Anything but 0 is a bug.
    int64_t unaccounted(uint64_t pending) const;

  private:
    uint64_t received_ = 0;
    uint64_t undecodable_ = 0;
    uint64_t erased_ = 0;
    uint64_t decided_ = 0;
    Refusals refusals_{};
    std::vector<session::VerdictCounts> by_suite_;
};

}  // namespace playhead::app
