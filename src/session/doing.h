// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace playhead::session {

// What the viewer of an open session is doing, as far as its events say (docs/live.md). The content
// plays also in a gap between ads, and is stalled where metrics 4.3 sees a stall.
enum class Doing : uint8_t { starting, content, ad, paused, buffering, stalled, completed };

constexpr size_t doing_count = 7;

std::string_view name_of(Doing doing);

}  // namespace playhead::session
