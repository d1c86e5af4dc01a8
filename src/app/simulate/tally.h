// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "app/simulate/collector.h"
#include "app/simulate/view.h"

namespace playhead::app {

// What a simulation sent and what came back.
class Tally {
  public:
    void sent(Message::Kind kind) { ++sent_.at(static_cast<size_t>(kind)); }

    void came(const Collector::Reply& reply);

    // Events of a session that was never opened.
    void left_unsent(uint64_t count) { unsent_ += count; }

    uint64_t all_sent() const { return sent_[0] + sent_[1] + sent_[2]; }

    uint64_t all_taken() const;  // 2xx

    // As members of a JSON object: sent, answers by status, timedOut, failed, unsent, latencyMs.
    std::string json_members() const;

  private:
    // The time by which this share (in thousandths) of the answers had come, in ms.
    size_t percentile(uint64_t thousandths) const;

    std::array<uint64_t, 3> sent_{};  // by Message::Kind
    std::map<int, uint64_t> answers_;
    uint64_t answered_ = 0;
    uint64_t timed_out_ = 0;
    uint64_t failed_ = 0;
    uint64_t unsent_ = 0;
    std::array<uint64_t, Collector::patience_ms + 1> by_ms_{};
};

}  // namespace playhead::app
