// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace playhead::app {

struct RecomputeOptions {
    std::string data;
    int64_t rule_set = 0;
    std::string to;      // file of the second store; empty: DIR/store.rules-N.duckdb, made anew
    bool adopt = false;  // put the second store in the place of the first when all is done
};

// `playhead recompute`: folds the kept journal of a stopped server again with another rule set into
// a second store, and prints as JSON what differs between the two, metric by metric. Nothing of the
// first store changes unless `adopt` is given. Gives 0; 1 with a sentence on standard error when it
// cannot be done.
int recompute(const RecomputeOptions& options);

}  // namespace playhead::app
