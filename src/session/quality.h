// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/event.h"

namespace playhead::session {

// Quality values of one session, metrics 9: qoeData of any event, or the same keys in params.
class Quality {
  public:
    // A larger bitrate (kbps) counts as this one.
    static constexpr int64_t largest_bitrate = 1'000'000'000'000;

    // Takes over the values that this event carries.
    void take(const event::Event& event);

    // kbps; 0 unknown.
    int64_t bitrate() const { return bitrate_; }

    int64_t dropped_frames() const { return dropped_frames_; }

    int64_t time_to_start_ms() const { return time_to_start_ms_; }

    std::optional<int64_t> frames_per_second() const { return frames_per_second_; }

  private:
    int64_t bitrate_ = 0;
    int64_t dropped_frames_ = 0;
    int64_t time_to_start_ms_ = 0;
    std::optional<int64_t> frames_per_second_;
};

// What an error event says, metrics 9.2. The id is empty when none was sent.
struct ErrorId {
    std::string_view id;
    bool external = false;
};

ErrorId error_id_of(const event::Event& event);

// Each id once, in order of first appearance.
struct ErrorIds {
    std::vector<std::string> player;
    std::vector<std::string> external;

    bool knows(const ErrorId& error) const;
    void add(const ErrorId& error);
};

}  // namespace playhead::session
