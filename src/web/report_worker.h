// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/error.h"
#include "http/message.h"
#include "store/reports.h"

namespace playhead::web {

// Answers POST /v1/reports on a thread of its own, one report at a time, so that nobody else waits
// for one. At most `waiting_reports` wait; one more is answered 503. A report that takes longer
// than its time is ended and answered 503.
class ReportWorker {
  public:
    static constexpr size_t waiting_reports = 64;

    // What the rest of the program knows. All but `interrupt` are called on the worker's thread and
    // may take their time.
    struct Sources {
        std::function<base::Result<std::vector<store::Objection>>(const store::Question&)>
            object_to;
        std::function<base::Result<store::Report>(const store::Question&)> answer;

        // Ends what is answered now, with the error `stopped`; may come too early or too late.
        std::function<void()> interrupt;
    };

    ReportWorker(Sources sources, std::chrono::milliseconds time_limit);

    ~ReportWorker();

    // The report that is being answered is ended, and what waits or comes is answered 503. For the
    // thread that made it; once is enough.
    void stop();

    ReportWorker(const ReportWorker&) = delete;
    ReportWorker& operator=(const ReportWorker&) = delete;

    // Takes the question out of the request and returns at once.
    void answer(const http::Request& request, http::Responder responder);

  private:
    class Desk;

    std::shared_ptr<Desk> desk_;
    std::thread worker_;
    std::thread watch_;
};

}  // namespace playhead::web
