// SPDX-License-Identifier: Apache-2.0
#include "session/session_filter.h"

#include <algorithm>

namespace playhead::session {
namespace {

bool has_event(const SessionFilter& filter, const SessionRow& row) {
    return std::ranges::any_of(row.events, [&](const EventCount& events) {
        if (filter.verdict && events.verdict != *filter.verdict) return false;
        return !filter.outcome || text_of(events.verdict).outcome == *filter.outcome;
    });
}

bool has_metadata(const SessionRow& row, const std::pair<std::string, std::string>& wanted) {
    const auto& all = row.custom_metadata;
    const auto last = std::find_if(all.rbegin(), all.rend(), [&wanted](const auto& sent) {
        return sent.first == wanted.first;
    });
    return last != all.rend() && last->second == wanted.second;
}

}  // namespace

bool passes(const SessionFilter& filter, const SessionRow& row) {
    const bool open = row.close_reason == CloseReason::open;
    if (filter.open && *filter.open != open) return false;
    if (filter.from && row.first_received_at < *filter.from) return false;
    if (filter.to && row.first_received_at >= *filter.to) return false;
    if (!filter.viewer.empty() && !is_of_viewer(row, filter.viewer)) return false;
    const auto was_sent = [&](const Dimension& wanted) {
        return std::ranges::find(row.dimensions, wanted) != row.dimensions.end();
    };
    if (!std::ranges::all_of(filter.dimensions, was_sent)) return false;
    const auto has = [&](const auto& wanted) { return has_metadata(row, wanted); };
    if (!std::ranges::all_of(filter.custom_metadata, has)) return false;
    return (!filter.outcome && !filter.verdict) || has_event(filter, row);
}

bool is_of_viewer(const SessionRow& row, std::string_view id) {
    if (row.id.text() == id) return true;
    return std::ranges::any_of(row.dimensions, [&](const Dimension& sent) {
        return sent.value == id &&
               std::ranges::find(viewer_parameters, sent.name) != viewer_parameters.end();
    });
}

}  // namespace playhead::session
