// SPDX-License-Identifier: Apache-2.0
#include "app/retention.h"

namespace playhead::app {
namespace {

constexpr int64_t hour_ms = 3'600'000;

}  // namespace

uint64_t retention_end(std::span<const journal::SegmentSummary> segments, const Retention& kept,
                       int64_t now, uint64_t floor) {
    if (segments.empty()) return 0;
    uint64_t end = segments.front().first;
    // The last segment is the one that is written; it never goes.
    for (size_t i = 0; i + 1 < segments.size(); ++i) {
        // All records of a segment are older than the beginning of the next one.
        const int64_t youngest = segments[i + 1].opened_at;
        const bool is_old =
            kept.hours > 0 && youngest > 0 && now - youngest >= kept.hours * hour_ms;
        const bool is_much = kept.bytes > 0 && segments.back().end - segments[i].first > kept.bytes;
        if (!is_old && !is_much) break;
        if (segments[i].end > floor) break;
        end = segments[i].end;
    }
    return end;
}

}  // namespace playhead::app
