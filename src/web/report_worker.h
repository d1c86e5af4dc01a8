// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "base/error.h"
#include "http/message.h"
#include "store/reports.h"
#include "web/question_desk.h"

namespace playhead::web {

// Answers POST /v1/reports on a desk of its own (web/question_desk.h).
class ReportWorker {
  public:
    // What the rest of the program knows. All but `interrupt` are called on the desk's thread and
    // may take their time.
    struct Sources {
        std::function<base::Result<std::vector<store::Objection>>(const store::Question&)>
            object_to;
        std::function<base::Result<store::Report>(const store::Question&)> answer;
        std::function<void()> interrupt;  // as QuestionDesk asks for it
    };

    ReportWorker(const Sources& sources, std::chrono::milliseconds time_limit);

    // Takes the question out of the request and returns at once.
    void answer(const http::Request& request, http::Responder responder);

    // As QuestionDesk::stop.
    void stop() { desk_.stop(); }

  private:
    const Sources sources_;
    QuestionDesk desk_;
};

}  // namespace playhead::web
