// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace playhead::event {

// The event types of the Media Collection API (protocol section 9), in the order of the catalogue.
// The numbers are stored (snapshots, rows): never change or reuse one.
enum class EventType : uint8_t {
    session_start = 0,
    play = 1,
    ping = 2,
    buffer_start = 3,
    pause_start = 4,
    bitrate_change = 5,
    error = 6,
    ad_break_start = 7,
    ad_break_complete = 8,
    ad_start = 9,
    ad_complete = 10,
    ad_skip = 11,
    chapter_start = 12,
    chapter_complete = 13,
    chapter_skip = 14,
    state_start = 15,
    state_end = 16,
    states_update = 17,
    session_complete = 18,
    session_end = 19,
};

constexpr size_t event_type_count = 20;

// The name on the wire, for example "adBreakStart".
std::string_view name_of(EventType type);

// The type with this wire name (case-sensitive), or nothing.
std::optional<EventType> event_type_named(std::string_view name);

}  // namespace playhead::event
