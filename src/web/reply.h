// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "http/message.h"
#include "web/problem.h"
#include "web/target.h"

namespace playhead::web {

// The duty to answer one request, with what a problem says about it. Whoever drops the last one
// unanswered had no room for the question, and it is answered 503. Any thread, one at a time.
class Reply {
  public:
    Reply(http::Responder responder, std::string_view target)
        : responder_(std::move(responder)), target_(target) {}

    Reply(const Reply&) = delete;
    Reply& operator=(const Reply&) = delete;

    ~Reply() {
        if (responder_) send(problem_answer(Problem::overloaded, target_));
    }

    void send(http::Response response) { std::exchange(responder_, {}).send(std::move(response)); }

    // As Responder::begin.
    http::Stream begin(http::Response head) {
        return std::exchange(responder_, {}).begin(std::move(head));
    }

    void refuse(Problem problem) { send(problem_answer(problem, target_)); }

    void refuse(const Refusal& refusal) {
        send(problem_answer(refusal.problem, target_, refusal.more));
    }

    void fail(const base::Error& error) { send(error_answer(error, target_)); }

  private:
    http::Responder responder_;
    std::string target_;
};

}  // namespace playhead::web
