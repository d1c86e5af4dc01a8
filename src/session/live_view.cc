// SPDX-License-Identifier: Apache-2.0
#include "session/live_view.h"

#include "event/catalogue.h"
#include "session/row_log.h"

namespace playhead::session {

std::string_view name_of(Doing doing) {
    constexpr std::array<std::string_view, doing_count> names = {
        "starting", "content", "ad", "paused", "buffering", "stalled", "completed"};
    return names[static_cast<size_t>(doing)];
}

std::optional<LiveDimension> live_dimension(std::string_view name) {
    constexpr std::string_view of_metadata = "c.";
    if (name.starts_with(of_metadata) && name.size() > of_metadata.size()) {
        return LiveDimension{RowLog::metadata_key, std::string(name.substr(of_metadata.size()))};
    }
    const auto parameter = event::parameter_named(name);
    if (!parameter || event::type_of(*parameter) != event::ValueType::string) return std::nullopt;
    const event::EventRule& start = event::rule_of(event::EventType::session_start);
    if (!start.params.has(*parameter)) return std::nullopt;
    return LiveDimension{static_cast<uint8_t>(*parameter), {}};
}

}  // namespace playhead::session
