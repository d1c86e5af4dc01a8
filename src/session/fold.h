// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "event/event.h"
#include "session/arrival.h"
#include "session/examination.h"
#include "session/row.h"
#include "session/rules.h"
#include "session/session.h"

namespace playhead::session {

// One session, explained.
struct Folded {
    SessionRow row;
    // One entry per event, sessionStart first, in processed order, with the mistakes that the
    // examination found. in_arrival_order() gives the other order.
    std::vector<EventRow> events;
};

// The events of one session one by one, with the verdict of each: what `playhead fold` and the
// event list of the admin side use. The same fold as in Table, with a tracer attached.
class Fold {
  public:
    // `rules` must outlive the fold. `trace` is called with each event too, when it is given; for
    // the events of at() that the reorder window holds it may be called more than once.
    Fold(const Rules& rules, const Arrival& arrival, const event::Event& start, Origin origin,
         bool federated, Trace trace = {});
    Fold(const Fold&) = delete;
    Fold& operator=(const Fold&) = delete;

    // The next event in arrival order. An uptime that runs backwards counts as the last one.
    void add(const Arrival& arrival, const event::Event& event);

    // The result when nothing more comes, ever: the session is closed. The fold is spent.
    Folded finish();

    // The result as it stands at this uptime: a session that is open then stays open in the row,
    // and the events that its reorder window holds have their verdicts. Mistakes are only those
    // that no later event can mend. The fold may go on.
    Folded at(int64_t uptime_ms) const;

  private:
    Trace writing_to(std::vector<EventRow>& events, Examination& examination) const;

    Observer observer() const { return {.counts = nullptr, .trace = &writes_}; }

    const Trace trace_;
    std::vector<EventRow> events_;
    Examination examination_;
    const Trace writes_;  // to events_ and examination_
    int64_t last_uptime_;
    Session session_;
};

// The same rows in arrival order: by offset, which is the order of the journal. Elements of a batch
// share one offset and keep their order.
std::vector<EventRow> in_arrival_order(std::vector<EventRow> events);

}  // namespace playhead::session
