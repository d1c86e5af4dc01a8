// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/event.h"
#include "session/row_log.h"

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

    std::optional<int64_t> frames_per_second() const {
        if (!has_frames_per_second_) return std::nullopt;
        return frames_per_second_;
    }

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        each.rare(self.bitrate_, self.dropped_frames_, self.time_to_start_ms_,
                  self.frames_per_second_, self.has_frames_per_second_);
    }

  private:
    int64_t bitrate_ = 0;
    int64_t dropped_frames_ = 0;
    int64_t time_to_start_ms_ = 0;
    int64_t frames_per_second_ = 0;
    bool has_frames_per_second_ = false;
};

// What an error event says, metrics 9.2. The id is empty when none was sent.
struct ErrorId {
    std::string_view id;
    bool external = false;
};

ErrorId error_id_of(const event::Event& event);

// As sent; empty when it was not.
std::string_view error_source_of(const event::Event& event);

// The value of this key: in qoeData, else in params, else null.
const event::ParameterValue* quality_value(const event::Event& event, event::Parameter name);

// kbps as sent, truncated; nothing when the event has none.
std::optional<int64_t> bitrate_of(const event::Event& event);

// The error ids of one session, each once, in order of first appearance. Known again by 64 bits of
// a hash: a chance of 2^-64 per compared pair.
class ErrorIds {
  public:
    bool knows(const ErrorId& error) const;

    void add(const ErrorId& error);

    // Those of the player, or those from outside.
    std::vector<std::string> list(bool external) const;

    RowLog& log() { return log_; }

    bool is_there() const { return !known_.empty(); }

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        each.list(self.known_, [&each](auto& hash) { each.numbers(hash); });
    }

  private:
    RowLog log_;
    std::vector<uint64_t> known_;
};

}  // namespace playhead::session
