// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/bounded_queue.h"
#include "base/error.h"
#include "event/record.h"
#include "journal/journal.h"
#include "session/explanation.h"
#include "session/history.h"
#include "session/row.h"
#include "web/recording.h"

namespace playhead::app {

// One session looked at again, for who asks: a second fold of that session alone, from its own
// journal records, with a tracer attached. So the fold of all sessions pays nothing for it. Has a
// thread of its own; questions wait in a bounded queue.
class Inspection {
  public:
    template <class T>
    using Done = std::function<void(base::Result<T>)>;

    // A session whose events take more memory is not looked at.
    static constexpr size_t most_bytes = size_t{256} << 20;

    // `changes`: the rules records of the journal, in order. Before the first, Rules() hold.
    Inspection(std::unique_ptr<journal::Reader> journal, std::vector<session::RulesChange> changes);
    ~Inspection();  // questions that still wait get the error `stopped`

    // Both call `done` from the inspection's thread, and say of the session that `row` describes
    // (its offsets are what is read): what became of its events, in processed order, and what made
    // each of its metrics. Error `full`, at once and on the caller's thread, when too many
    // questions wait; `not_found` when the journal no longer has a record; `invalid` beyond
    // most_bytes.
    void events_of(session::SessionRow row, Done<std::vector<session::EventRow>> done);
    void explain(session::SessionRow row, Done<session::Explanation> done);

    // What arrived for the session, as it arrived. Errors and threads as above.
    void record(session::SessionRow row, Done<web::Recording> done);

  private:
    // Called once: with what was read of the session, or why it was not.
    using Answer = std::function<void(base::Result<session::History>)>;

    struct Question {
        session::SessionRow row;
        Answer answer;
        Done<web::Recording> recorded;  // when this is what is asked for
    };

    using Take = std::function<bool(const event::Record& record, uint64_t offset)>;

    void ask(Question question);
    void run();
    base::Result<void> each_record(const session::SessionRow& row, const Take& take);
    base::Result<session::History> read(const session::SessionRow& row,
                                        std::vector<session::PastEvent>& events);
    base::Result<web::Recording> read_as_sent(const session::SessionRow& row);
    void put_rules(const session::SessionRow& row, session::History& history) const;

    std::unique_ptr<journal::Reader> journal_;
    const std::vector<session::RulesChange> changes_;
    std::atomic<bool> stopping_{false};
    base::BoundedQueue<Question> questions_;
    std::thread thread_;
};

}  // namespace playhead::app
