// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "event/event.h"
#include "session/row.h"

namespace playhead::session {

// What a session keeps of its sessionStart: the supplied dimensions and metadata in one string, for
// an open session needs them only when its row is made.
class Start {
  public:
    explicit Start(const event::Event& event);

    // Every string parameter, as sent.
    std::vector<Dimension> dimensions() const;

    CustomMetadata custom_metadata() const;

    // Empty when it was not sent.
    std::string media_id() const;

    // As sent; nothing when unknown (metrics 1).
    std::optional<double> length() const;

    // L of metrics 1; 0 when unknown.
    int64_t length_ms() const { return length_ms_; }

    bool resumes() const { return resumes_; }

    bool authorized() const { return authorized_; }

    size_t text_bytes() const { return packed_.size(); }

  private:
    // Parameters, then metadata: one byte of kind, four of length and the text, for each string.
    std::string packed_;
    double length_ = 0;
    int64_t length_ms_ = 0;
    bool resumes_ = false;
    bool authorized_ = false;
};

}  // namespace playhead::session
