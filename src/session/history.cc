// SPDX-License-Identifier: Apache-2.0
#include "session/history.h"

#include <algorithm>

#include "base/check.h"

namespace playhead::session {
namespace {

bool says_more(const event::Event& event) {
    return !event.params.empty() || !event.qoe.empty() || !event.custom_metadata.empty() ||
           !event.states_end.empty() || !event.states_start.empty();
}

event::Event without_views(const event::Event& event) {
    event::Event bare;
    bare.type = event.type;
    bare.ts = event.ts;
    bare.playhead_ms = event.playhead_ms;
    bare.fingerprint = event.fingerprint;
    return bare;
}

}  // namespace

PastEvent::PastEvent(const Arrival& arrival, const event::Event& event)
    : arrival_(arrival),
      held_(arrival, event),
      bare_(without_views(event)),
      has_details_(says_more(event)) {
}

SessionRow row_from(const History& history, const std::vector<bool>& chosen,
                    const Observer& observer) {
    const auto& events = history.events;
    CHECK(!events.empty() && chosen.size() == events.size());
    Rules rules = history.rules;
    Arrival arrival = events[0].arrival();
    arrival.offset = 0;
    Session session(rules, arrival, events[0].event(), history.origin, history.federated, observer);
    auto change = history.changes.begin();
    int64_t uptime = arrival.uptime_ms;
    for (size_t i = 1; i < events.size(); ++i) {
        arrival = events[i].arrival();
        for (; change != history.changes.end() && change->offset < arrival.offset; ++change) {
            rules = change->rules;
        }
        if (!chosen[i]) continue;
        uptime = std::max(uptime, arrival.uptime_ms);
        arrival.uptime_ms = uptime;
        arrival.offset = i;
        session.arrive(arrival, events[i].event(), observer);
    }
    for (; change != history.changes.end(); ++change) rules = change->rules;
    if (history.open_at) {
        session.advance(std::max(uptime, *history.open_at), observer);
        session.flush(observer);
    } else {
        session.finish(observer);
    }
    return session.row();
}

}  // namespace playhead::session
