// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "http/message.h"

namespace playhead::sim {

// The clients' end of all connections: keeps each answer until the world looks at it. A request is
// its number; there is one connection. One thread.
class Wire final : public http::Answerer {
  public:
    void answer(uint64_t, uint64_t request, http::Response&& response) override {
        answers_.insert_or_assign(request, std::move(response));
    }

    // A process that dies leaves its requests unanswered, so this is no answer to anybody.
    void abandon(uint64_t, uint64_t) override { ++abandoned_; }

    void answer_all(std::vector<Answer>& answers) override {
        for (Answer& one : answers) {
            if (one.abandoned) {
                abandon(one.connection, one.request);
            } else {
                answer(one.connection, one.request, std::move(one.response));
            }
        }
        answers.clear();
    }

    // What has come since the last call, by the number of the request.
    std::map<uint64_t, http::Response> take() { return std::exchange(answers_, {}); }

    // Requests that a living process forgot to answer.
    uint64_t abandoned() const { return abandoned_; }

    void forget_abandoned() { abandoned_ = 0; }

  private:
    std::map<uint64_t, http::Response> answers_;
    uint64_t abandoned_ = 0;
};

}  // namespace playhead::sim
