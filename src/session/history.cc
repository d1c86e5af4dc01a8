// SPDX-License-Identifier: Apache-2.0
#include "session/history.h"

#include <algorithm>

#include "base/check.h"

namespace playhead::session {
namespace {

bool says_more(const event::Event& event) {
    return !event.params.empty() || !event.qoe.empty() || !event.custom_metadata.empty() ||
           !event.states_end.empty() || !event.states_start.empty() || event.drops_metadata;
}

event::Event without_views(const event::Event& event) {
    event::Event bare;
    bare.type = event.type;
    bare.ts = event.ts;
    bare.playhead_ms = event.playhead_ms;
    bare.fingerprint = event.fingerprint;
    return bare;
}

// Keeps the rules that a fold looks at those that hold where it is.
class ChangingRules {
  public:
    ChangingRules(const History& history, Rules& rules)
        : changes_(history.changes), rules_(rules) {}

    void come_to(uint64_t offset) {
        for (; next_ < changes_.size() && changes_[next_].offset < offset; ++next_) {
            rules_ = changes_[next_].rules;
        }
    }

    void come_to_the_end() {
        if (next_ < changes_.size()) rules_ = changes_.back().rules;
        next_ = changes_.size();
    }

  private:
    const std::vector<RulesChange>& changes_;
    Rules& rules_;
    size_t next_ = 0;
};

}  // namespace

PastEvent::PastEvent(const Arrival& arrival, const event::Event& event)
    : arrival_(arrival),
      held_(arrival, event),
      bare_(without_views(event)),
      has_details_(says_more(event)) {
}

Folded folded(const History& history) {
    const auto& events = history.events;
    CHECK(!events.empty());
    Rules rules = history.rules;
    Fold fold(rules, events[0].arrival(), events[0].event(), history.origin, history.federated);
    ChangingRules changing(history, rules);
    for (size_t i = 1; i < events.size(); ++i) {
        changing.come_to(events[i].arrival().offset);
        fold.add(events[i].arrival(), events[i].event());
    }
    changing.come_to_the_end();
    return history.open_at ? fold.at(*history.open_at) : fold.finish();
}

SessionRow row_from(const History& history, const std::vector<bool>& chosen,
                    const Observer& observer) {
    const auto& events = history.events;
    CHECK(!events.empty() && chosen.size() == events.size());
    Rules rules = history.rules;
    Arrival arrival = events[0].arrival();
    arrival.offset = 0;
    Session session(rules, arrival, events[0].event(), history.origin, history.federated, observer);
    ChangingRules changing(history, rules);
    int64_t uptime = arrival.uptime_ms;
    for (size_t i = 1; i < events.size(); ++i) {
        arrival = events[i].arrival();
        changing.come_to(arrival.offset);
        if (!chosen[i]) continue;
        uptime = std::max(uptime, arrival.uptime_ms);
        arrival.uptime_ms = uptime;
        arrival.offset = i;
        session.arrive(arrival, events[i].event(), observer);
    }
    changing.come_to_the_end();
    if (history.open_at) {
        session.advance(std::max(uptime, *history.open_at), observer);
        session.flush(observer);
    } else {
        session.finish(observer);
    }
    return session.row();
}

}  // namespace playhead::session
