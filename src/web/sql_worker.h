// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>

#include "base/error.h"
#include "http/message.h"
#include "store/sql_questions.h"
#include "web/question_desk.h"

namespace playhead::web {

// Answers POST /v1/sql (docs/sql.md) on a desk of its own (web/question_desk.h).
class SqlWorker {
  public:
    struct Sources {
        // As SqlQuestions::answer. Called on the desk's thread, may take its time.
        std::function<base::Result<store::SqlAnswer>(const store::SqlQuestion&)> answer;
        std::function<void()> interrupt;  // as QuestionDesk asks for it
    };

    SqlWorker(const Sources& sources, std::chrono::milliseconds time_limit);

    // Takes the question out of the request and returns at once.
    void answer(const http::Request& request, http::Responder responder);

    // As QuestionDesk::stop.
    void stop() { desk_.stop(); }

  private:
    const Sources sources_;
    QuestionDesk desk_;
};

}  // namespace playhead::web
