// SPDX-License-Identifier: Apache-2.0
#include "session/order.h"

#include <string_view>

#include "base/check.h"

namespace playhead::session {
namespace {

using event::EventType;

class Group {
  public:
    Group(std::span<const HeldEvent> events, const Machine& machine)
        : events_(events), machine_(machine) {}

    bool applicable(const HeldEvent& event) const {
        switch (event.type) {
            case EventType::ad_break_start:
                return !in_break() || !has(EventType::ad_break_complete);
            case EventType::ad_start:
                return in_break() && (!in_ad() || !has_ad_end());
            case EventType::ad_complete:
            case EventType::ad_skip:
                return in_ad();
            case EventType::ad_break_complete:
                return in_break() && (!in_ad() || !has_ad_end());
            case EventType::chapter_start:
                return !machine_.chapter_running() || !has_chapter_end();
            case EventType::chapter_complete:
            case EventType::chapter_skip:
                return machine_.chapter_running();
            case EventType::state_end:
                return state_is_on(event);
            case EventType::session_complete:
                return !has_ad_end() && !has_chapter_end() && !has(EventType::ad_break_complete);
            case EventType::session_end:
                return events_.size() == 1;
            default:
                return true;
        }
    }

  private:
    bool in_break() const { return machine_.place() != Place::content; }

    bool in_ad() const { return machine_.place() == Place::ad; }

    bool has(EventType type) const {
        for (const HeldEvent& event : events_) {
            if (event.type == type) return true;
        }
        return false;
    }

    bool has_ad_end() const { return has(EventType::ad_complete) || has(EventType::ad_skip); }

    bool has_chapter_end() const {
        return has(EventType::chapter_complete) || has(EventType::chapter_skip);
    }

    bool state_is_on(const HeldEvent& event) const {
        event::Event details;
        event.read_details(details);
        const auto* name = details.param(event::Parameter::media_state_name);
        return name != nullptr && machine_.state_on(name->text);
    }

    std::span<const HeldEvent> events_;
    const Machine& machine_;
};

}  // namespace

size_t next_of(std::span<const HeldEvent> group, const Machine& machine) {
    CHECK(!group.empty());
    const Group all(group, machine);
    for (size_t i = 0; i < group.size(); ++i) {
        if (all.applicable(group[i])) return i;
    }
    // Nothing fits, so the order is free, but what comes behind the end of a session is lost.
    for (size_t i = 0; i < group.size(); ++i) {
        if (group[i].type != EventType::session_end) return i;
    }
    return 0;
}

}  // namespace playhead::session
