// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session/row.h"
#include "session/verdict.h"

namespace playhead::session {

// Which sessions are looked for: those for which everything that is set is true.
struct SessionFilter {
    std::optional<bool> open = {};
    std::string viewer = {};                 // is_of_viewer(); empty: of anybody
    std::vector<Dimension> dimensions = {};  // sent with exactly this value
    CustomMetadata custom_metadata = {};  // the same; of equal keys that were sent the last counts
    std::optional<int64_t> from = {};     // sessionStart received then or later, ms (epoch)
    std::optional<int64_t> to = {};       // and before then
    // One of its events got a verdict of this outcome and this code. Rows that were stored before
    // they knew have none.
    std::optional<Outcome> outcome = {};
    std::optional<VerdictCode> verdict = {};

    friend bool operator==(const SessionFilter&, const SessionFilter&) = default;
};

// `row` with its events.
bool passes(const SessionFilter& filter, const SessionRow& row);

// Whether `row` has `id` as one of the ids that can make a viewer (metrics 12.4).
bool is_of_viewer(const SessionRow& row, std::string_view id);

// The supplied ones of them, the first that is not empty being the viewer.
inline constexpr std::array viewer_parameters = {
    event::Parameter::visitor_marketing_cloud_user_id, event::Parameter::analytics_visitor_id,
    event::Parameter::analytics_aid, event::Parameter::app_installation_id};

}  // namespace playhead::session
