// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/explanation.h"
#include "session/history.h"

namespace playhead::session {

// For each metric of this session its value, the events that made it and, when there is nothing,
// why not. A pure function.
//
// Folds the session once with a look behind each event, and then only the events that changed a
// metric, to see whether they alone give its value. Where they do not, more are taken, in steps
// (Reach), until they do. Sets that were tried are remembered, so the cost is at most 2 folds for
// each metric and Reach, together 954; in practice some 60. Time and memory grow with the number of
// events times that.
Explanation explanation_of(const History& history);

}  // namespace playhead::session
