// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session/doing.h"

// What is being watched now, as plain values: the answer of Live to one question.
namespace playhead::session {

// Open sessions and the distinct viewers of them (metrics 12.4), together and by what they are
// doing. A viewer of two sessions counts once in `viewers`, and once for each thing that is done in
// them.
struct LiveCounts {
    uint32_t sessions = 0;
    uint32_t viewers = 0;
    std::array<uint32_t, doing_count> sessions_doing{};
    std::array<uint32_t, doing_count> viewers_doing{};

    friend bool operator==(const LiveCounts&, const LiveCounts&) = default;
};

// A dimension that a sessionStart gives its session: a string parameter, or a key of its custom
// metadata.
struct LiveDimension {
    uint8_t kind = 0;  // of RowLog::Text
    std::string key;   // of custom metadata, else empty

    friend bool operator==(const LiveDimension&, const LiveDimension&) = default;
};

// "media.channel", or "c.<key>" for custom metadata. Nothing when no session has such a dimension.
std::optional<LiveDimension> live_dimension(std::string_view name);

// How far back the seconds reach.
constexpr size_t most_live_seconds = 900;

struct LiveQuestion {
    std::optional<LiveDimension> by = {};
    size_t limit = 0;          // values at most
    size_t seconds = 0;        // of all sessions; up to most_live_seconds
    size_t value_seconds = 0;  // of each value; up to most_live_seconds

    friend bool operator==(const LiveQuestion&, const LiveQuestion&) = default;
};

// How it stood at the end of one second.
struct LiveSecond {
    int64_t at = 0;  // its begin, ms since the epoch
    LiveCounts counts;
};

struct LiveValueSecond {
    int64_t at = 0;
    uint32_t sessions = 0;
    uint32_t viewers = 0;

    friend bool operator==(const LiveValueSecond&, const LiveValueSecond&) = default;
};

struct LiveValue {
    std::string value;
    LiveCounts counts;
    std::vector<LiveValueSecond> seconds;
};

struct LiveView {
    int64_t at = 0;  // ms since the epoch
    LiveCounts counts;
    std::vector<LiveSecond> seconds;  // ended ones, oldest first; unknown ones are left out

    // With LiveQuestion::by: the values with most sessions first, ties by the value.
    std::vector<LiveValue> values;
    size_t values_in_all = 0;
    LiveCounts without;  // sessions that did not send it
};

}  // namespace playhead::session
