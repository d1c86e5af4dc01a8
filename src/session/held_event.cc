// SPDX-License-Identifier: Apache-2.0
#include "session/held_event.h"

namespace playhead::session {
namespace {

template <typename Values, typename Each>
void archive_values(Values& values, Each& each) {
    each.list(values, [&each](auto& value) {
        each.numbers(value.name, value.integer, Fraction{value.number});
        each.require(value.name < event::Parameter{event::parameter_count});
        each.text(value.text);
    });
}

// Only what read_details() promises.
template <typename Event, typename Each>
void archive_event(Event& event, Each& each) {
    each.fixed(event.drops_metadata);
    archive_values(event.params, each);
    archive_values(event.qoe, each);
    each.list(event.custom_metadata, [&each](auto& item) {
        each.text(item.key);
        each.text(item.value);
    });
    each.list(event.states_end, [&each](auto& name) { each.text(name); });
    each.list(event.states_start, [&each](auto& name) { each.text(name); });
}

}  // namespace

bool says_more(const event::Event& event) {
    return !event.params.empty() || !event.qoe.empty() || !event.custom_metadata.empty() ||
           !event.states_end.empty() || !event.states_start.empty() || event.drops_metadata;
}

HeldEvent::HeldEvent(const Arrival& arrival, const event::Event& event, WithoutDetails)
    : offset(arrival.offset),
      received_at(arrival.received_at),
      uptime_ms(arrival.uptime_ms),
      ts(event.ts),
      playhead_ms(event.playhead_ms),
      fingerprint(event.fingerprint),
      type(event.type) {
}

HeldEvent::HeldEvent(const Arrival& arrival, const event::Event& event, PackWriter& details)
    : HeldEvent(arrival, event, WithoutDetails()) {
    details.clear();
    if (!says_more(event)) return;
    archive_event(event, details);
    details_ = details.bytes();
}

HeldEvent::HeldEvent(const Arrival& arrival, const event::Event& event)
    : HeldEvent(arrival, event, WithoutDetails()) {
    if (!says_more(event)) return;
    PackWriter writer;
    archive_event(event, writer);
    owned_ = std::make_shared<const std::string>(writer.bytes());
    details_ = *owned_;
}

bool HeldEvent::read_details(event::Event& to) const {
    to.clear();
    if (details_.empty()) return true;
    UnpackReader reader(details_);
    archive_event(to, reader);
    if (reader.complete()) return true;
    to.clear();
    return false;
}

}  // namespace playhead::session
