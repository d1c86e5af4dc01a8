// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <variant>
#include <vector>

#include "base/error.h"
#include "event/session_id.h"
#include "session/metric.h"
#include "session/row.h"
#include "store/store.h"

namespace playhead::app {

// What differs between two stores, metric by metric.
struct StoreComparison {
    static constexpr size_t examples_kept = 3;

    // Sum of the published values over the sessions in both (metrics 12.1); flags count 1 each.
    // Nothing for texts, times and lists.
    using Total = std::variant<std::monostate, int64_t, double>;

    struct MetricDifference {
        uint64_t sessions = 0;  // that differ
        Total before;
        Total after;
        std::vector<event::SessionId> examples;
    };

    uint64_t compared = 0;  // sessions in both
    uint64_t only_before = 0;
    uint64_t only_after = 0;
    std::array<MetricDifference, session::metric_count> metrics;  // by session::Metric
};

// Goes through both stores once. `only_before` is called for each session that only the first one
// has, newest first; it may write to the second store. An error of it ends the comparison.
base::Result<StoreComparison> compare_stores(
    store::Reader& before, store::Reader& after,
    const std::function<base::Result<void>(const session::SessionRow&)>& only_before);

}  // namespace playhead::app
