// SPDX-License-Identifier: Apache-2.0
#include "session/history.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/check.h"
#include "session/held_event.h"

namespace playhead::session {
namespace {

// Copies views into one buffer whose capacity was reserved, so that it never moves.
class TextKeeper {
  public:
    explicit TextKeeper(std::string& buffer) : buffer_(buffer) {}

    std::string_view keep(std::string_view text) {
        const size_t start = buffer_.size();
        buffer_.append(text);
        return std::string_view(buffer_).substr(start);
    }

  private:
    std::string& buffer_;
};

size_t text_bytes(const event::Event& event) {
    size_t bytes = 0;
    for (const auto& value : event.params) bytes += value.text.size();
    for (const auto& value : event.qoe) bytes += value.text.size();
    for (const auto& item : event.custom_metadata) bytes += item.key.size() + item.value.size();
    for (const std::string_view name : event.states_end) bytes += name.size();
    for (const std::string_view name : event.states_start) bytes += name.size();
    return bytes;
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

struct PastEvent::Details {
    explicit Details(const event::Event& from) : event(from) {
        text.reserve(text_bytes(from));
        TextKeeper keeper(text);
        for (auto& value : event.params) value.text = keeper.keep(value.text);
        for (auto& value : event.qoe) value.text = keeper.keep(value.text);
        for (auto& item : event.custom_metadata) {
            item.key = keeper.keep(item.key);
            item.value = keeper.keep(item.value);
        }
        for (auto& name : event.states_end) name = keeper.keep(name);
        for (auto& name : event.states_start) name = keeper.keep(name);
    }

    Details(const Details&) = delete;
    Details& operator=(const Details&) = delete;

    event::Event event;
    std::string text;
};

PastEvent::PastEvent(const Arrival& arrival, const event::Event& event)
    : arrival_(arrival),
      bare_(without_views(event)),
      details_(says_more(event) ? std::make_shared<const Details>(event) : nullptr) {
}

const event::Event& PastEvent::event() const {
    return details_ == nullptr ? bare_ : details_->event;
}

size_t PastEvent::heap_bytes() const {
    if (details_ == nullptr) return 0;
    const event::Event& event = details_->event;
    return sizeof(Details) + details_->text.capacity() +
           (event.params.capacity() + event.qoe.capacity()) * sizeof(event::ParameterValue) +
           event.custom_metadata.capacity() * sizeof(event::Metadata);
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
