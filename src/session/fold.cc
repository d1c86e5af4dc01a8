// SPDX-License-Identifier: Apache-2.0
#include "session/fold.h"

#include <algorithm>
#include <utility>

#include "session/settle_order.h"

namespace playhead::session {

Fold::Fold(const Rules& rules, const Arrival& arrival, const event::Event& start, Origin origin,
           bool federated, Trace trace)
    : trace_(std::move(trace)),
      examination_(origin == Origin::downloaded),
      writes_(writing_to(events_, examination_)),
      last_uptime_(arrival.uptime_ms),
      session_(rules, arrival, start, origin, federated, observer()) {
}

Trace Fold::writing_to(std::vector<EventRow>& events, Examination& examination) const {
    return [this, &events, &examination](const EventRow& row, const event::Event& details,
                                         const Machine& now) {
        events.push_back(row);
        examination.see(row, details, now);
        if (trace_) trace_(row, details, now);
    };
}

void Fold::add(const Arrival& arrival, const event::Event& event) {
    Arrival ordered = arrival;
    last_uptime_ = std::max(last_uptime_, arrival.uptime_ms);
    ordered.uptime_ms = last_uptime_;
    session_.arrive(ordered, event, observer());
}

Folded Fold::finish() {
    session_.finish(observer());
    Folded folded{.row = session_.row(), .events = std::move(events_)};
    examination_.tell(folded.row, folded.events);
    return folded;
}

Folded Fold::at(int64_t uptime_ms) const {
    Folded folded{.row = {}, .events = events_};
    Examination examination = examination_;
    const Trace writes = writing_to(folded.events, examination);
    const Observer tracer{.counts = nullptr, .trace = &writes};
    Session copy = session_;
    copy.advance(uptime_ms, tracer);
    copy.flush(tracer);
    folded.row = copy.row();
    examination.tell(folded.row, folded.events);
    return folded;
}

std::vector<EventRow> in_arrival_order(std::vector<EventRow> events) {
    settle_order(events, &EventRow::offset);
    return events;
}

}  // namespace playhead::session
