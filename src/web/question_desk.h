// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "base/error.h"
#include "http/message.h"
#include "web/answer_format.h"

namespace playhead::web {

// Answers questions that may take long on a thread of its own, one at a time, so that nobody else
// waits for one. At most `waiting_questions` wait; one more is answered 503. A second thread ends a
// question that takes more than its time, or whose client has left: those are answered 503, too. A
// client that closes one side of its connection has left.
class QuestionDesk {
  public:
    static constexpr size_t waiting_questions = 64;

    // Called on the desk's thread, may take its time.
    using Answer = std::function<base::Result<http::Response>()>;

    // `interrupt` ends what is answered now, with the error `stopped`; it may come too early or too
    // late, and is repeated until the answer is there. Any thread.
    QuestionDesk(std::function<void()> interrupt, std::chrono::milliseconds time_limit);

    ~QuestionDesk();

    QuestionDesk(const QuestionDesk&) = delete;
    QuestionDesk& operator=(const QuestionDesk&) = delete;

    // Within Handler::handle. `target` is that of the request.
    void put(std::string_view target, http::Responder responder, Answer answer);

    // A question in the body of a request, and how its client would have the answer.
    struct Asked {
        std::string target;
        std::string body;
        AnswerFormat format{};
    };

    // Called as an Answer is.
    using AnswerTo = std::function<base::Result<http::Response>(const Asked&)>;

    static constexpr size_t most_question_bytes = size_t{256} * 1024;

    // As put(), with what `request` asks; a body above `most_question_bytes` is answered 413.
    void take(const http::Request& request, http::Responder responder, AnswerTo answer);

    // What is being answered is ended, and what waits or comes is answered 503. For the thread that
    // made it; once is enough.
    void stop();

  private:
    class Desk;

    std::shared_ptr<Desk> desk_;
    std::thread worker_;
    std::thread watch_;
};

}  // namespace playhead::web
