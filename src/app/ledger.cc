// SPDX-License-Identifier: Apache-2.0
#include "app/ledger.h"

namespace playhead::app {

void Ledger::decide(const std::vector<session::VerdictCounts>& by_suite) {
    if (by_suite_.size() < by_suite.size()) by_suite_.resize(by_suite.size());
    for (size_t i = 0; i < by_suite.size(); ++i) {
        by_suite_[i] += by_suite[i];
        decided_ += by_suite[i].total();
    }
}

void Ledger::refuse(const Refusals& refusals) {
    for (size_t i = 0; i < refusals.size(); ++i) refusals_[i] += refusals[i];
}

int64_t Ledger::unaccounted(uint64_t pending) const {
    return static_cast<int64_t>(received_) -
           static_cast<int64_t>(decided_ + undecodable_ + erased_ + pending);
}

}  // namespace playhead::app
