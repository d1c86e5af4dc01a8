// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "event/event.h"
#include "session/archive.h"
#include "session/row.h"
#include "session/row_log.h"

namespace playhead::session {

// What a session keeps of its sessionStart. The supplied dimensions and metadata are in the log,
// for an open session needs them only when its row is made.
class Start {
  public:
    Start() = default;
    explicit Start(const event::Event& event);

    // Every string parameter, as sent.
    std::vector<Dimension> dimensions() const;

    CustomMetadata custom_metadata() const;

    // Empty when it was not sent.
    std::string media_id() const;

    // As sent; nothing when unknown (metrics 1).
    std::optional<double> length() const;

    // L of metrics 1; 0 when unknown.
    int64_t length_ms() const;

    bool resumes() const { return resumes_; }

    bool authorized() const { return authorized_; }

    // What it takes of Machine::text_limit.
    size_t text_bytes() const { return text_bytes_; }

    RowLog& log() { return log_; }

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        each.fixed(Flags(self.resumes_, self.authorized_));
        each.number(self.length_);
    }

  private:
    RowLog log_;  // one record: parameters, then metadata
    size_t text_bytes_ = 0;
    double length_ = 0;
    bool resumes_ = false;
    bool authorized_ = false;
};

}  // namespace playhead::session
