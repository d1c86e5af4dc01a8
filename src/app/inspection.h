// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/bounded_queue.h"
#include "base/error.h"
#include "journal/journal.h"
#include "session/row.h"
#include "session/rules.h"

namespace playhead::app {

// The events of one session with their verdicts, for who asks: a second fold of that session alone,
// from its own journal records, with a tracer attached. So the fold of all sessions pays nothing
// for it. Has a thread of its own; questions wait in a bounded queue.
class Inspection {
  public:
    using Done = std::function<void(base::Result<std::vector<session::EventRow>>)>;

    Inspection(std::unique_ptr<journal::Reader> journal, const session::Rules& rules);
    ~Inspection();  // questions that still wait get the error `stopped`

    // Calls `done` from the inspection's thread with the events of the session that `row` describes
    // (its offsets are what is read), in processed order. Error `full`, at once and on the caller's
    // thread, when too many questions wait; `not_found` when the journal no longer has a record.
    void events_of(session::SessionRow row, Done done);

  private:
    struct Question {
        session::SessionRow row;
        Done done;
    };

    void run();
    base::Result<std::vector<session::EventRow>> fold(const session::SessionRow& row);

    std::unique_ptr<journal::Reader> journal_;
    const session::Rules rules_;
    std::atomic<bool> stopping_{false};
    base::BoundedQueue<Question> questions_;
    std::thread thread_;
};

}  // namespace playhead::app
