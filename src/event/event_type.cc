// SPDX-License-Identifier: Apache-2.0
#include "event/event_type.h"

#include <array>

#include "base/check.h"

namespace playhead::event {
namespace {

constexpr std::array<std::string_view, event_type_count> names = {
    "sessionStart",  "play",     "ping",         "bufferStart",     "pauseStart",
    "bitrateChange", "error",    "adBreakStart", "adBreakComplete", "adStart",
    "adComplete",    "adSkip",   "chapterStart", "chapterComplete", "chapterSkip",
    "stateStart",    "stateEnd", "statesUpdate", "sessionComplete", "sessionEnd",
};

}  // namespace

std::string_view name_of(EventType type) {
    const auto index = static_cast<size_t>(type);
    CHECK(index < names.size());
    return names[index];
}

std::optional<EventType> event_type_named(std::string_view name) {
    for (size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return static_cast<EventType>(i);
    }
    return std::nullopt;
}

}  // namespace playhead::event
