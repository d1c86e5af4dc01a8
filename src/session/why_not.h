// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "session/metric.h"
#include "session/trail.h"

namespace playhead::session {

// Why a metric of a session is false, 0, empty or absent.
struct WhyNot {
    std::string sentence;  // never empty
    // Numbers, in arrival order, of the events that would have counted but for what the sentence
    // says: at most most_near_misses.
    std::vector<size_t> near_misses;
};

// Asked only for metrics of which the published value is nothing (is_nothing).
WhyNot why_not(Metric metric, const Trail& trail);

}  // namespace playhead::session
