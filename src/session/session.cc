// SPDX-License-Identifier: Apache-2.0
#include "session/session.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/check.h"
#include "event/limits.h"
#include "session/order.h"
#include "session/settle_order.h"

namespace playhead::session {
namespace {

using event::EventType;

EventRow row_of(const Arrival& arrival, const event::Event& event, VerdictCode verdict) {
    return {.offset = arrival.offset,
            .type = event.type,
            .ts = event.ts,
            .playhead_ms = event.playhead_ms,
            .received_at = arrival.received_at,
            .verdict = verdict};
}

EventRow row_of(const HeldEvent& event, VerdictCode verdict) {
    return {.offset = event.offset,
            .type = event.type,
            .ts = event.ts,
            .playhead_ms = event.playhead_ms,
            .received_at = event.received_at,
            .verdict = verdict};
}

bool is_one_of(MayWait which, const Anchor& newest, const HeldEvent& event) {
    if (which == MayWait::nothing || event.type != EventType::ping) return false;
    const bool moves = bounded_ms(event.playhead_ms) != bounded_ms(newest.playhead_ms);
    return event.ts > newest.ts && (moves || which == MayWait::pings);
}

// Whatever comes of such an event, playback neither starts nor stops by it.
bool keeps_doing(EventType type) {
    switch (type) {
        case EventType::ping:
        case EventType::bitrate_change:
        case EventType::error:
        case EventType::chapter_start:
        case EventType::chapter_complete:
        case EventType::chapter_skip:
        case EventType::state_start:
        case EventType::state_end:
        case EventType::states_update:
            return true;
        default:
            return false;
    }
}

bool overtaken_by_one_of(std::span<const HeldEvent> events, const HeldEvent& event) {
    return std::ranges::any_of(events,
                               [&](const HeldEvent& other) { return other.offset < event.offset; });
}

}  // namespace

Session::Session(const Rules& rules, const Arrival& arrival, const event::Event& start,
                 Origin origin, bool federated, const Observer& observer)
    : rules_(&rules),
      id_(arrival.session),
      first_received_at_(arrival.received_at),
      latest_{.offset = arrival.offset,
              .received_at = arrival.received_at,
              .uptime_ms = arrival.uptime_ms,
              .ts = start.ts,
              .playhead_ms = start.playhead_ms},
      gate_(arrival.uptime_ms, start.playhead_ms),
      origin_(origin),
      federated_(federated),
      machine_(start, arrival.uptime_ms,
               origin == Origin::live ? rules.inactivity_ms : Machine::no_jumps, rules.rule_set) {
    offsets_.add(arrival.offset);
    decide(row_of(arrival, start, VerdictCode::used), start, observer);
}

void Session::arrive(const Arrival& arrival, const event::Event& event, const Observer& observer) {
    if (origin_ == Origin::downloaded) {
        arrive_in_batch(arrival, event, observer);
        return;
    }
    arrive(HeldEvent(arrival, event), event, observer);
}

void Session::arrive(HeldEvent held, const event::Event& event, const Observer& observer) {
    advance(held.uptime_ms, observer);
    const bool accepted =
        !closed() && gate_.admit(*rules_, held.uptime_ms, held.type, held.ts, held.playhead_ms);
    if (!accepted) {
        ++events_after_close_;
        decide(row_of(held, VerdictCode::after_close), event, observer);
        return;
    }
    offsets_.add(held.offset);
    latest_ = held.anchor();
    held_.push_back(std::move(held));
    if (gate_.ended()) {
        if (held_.size() > end_grace_events) flush_before_end(observer);
    } else if (held_.size() > event::reorder_events) {
        flush(observer);
    }
}

// Array order, no window: nothing needs to be held.
void Session::arrive_in_batch(const Arrival& arrival, const event::Event& event,
                              const Observer& observer) {
    const Step step{.type = event.type,
                    .ts = event.ts,
                    .playhead_ms = event.playhead_ms,
                    .uptime_ms = arrival.uptime_ms};
    decide(row_of(arrival, event, process(step, event.fingerprint, event)), event, observer);
}

VerdictCode Session::process(const Step& step, uint64_t fingerprint, const event::Event& details) {
    if (closed()) {
        ++events_after_close_;
        return VerdictCode::after_close;
    }
    if (!recent_.remember(fingerprint, step.ts)) {
        ++duplicates_dropped_;
        return VerdictCode::exact_duplicate;
    }
    return machine_.apply(step, details);
}

void Session::advance(int64_t uptime_ms, const Observer& observer) {
    if (closed() || origin_ == Origin::downloaded) return;
    if (uptime_ms > gate_.deadline(*rules_)) {
        finish(observer);
        return;
    }
    const bool window_over =
        !held_.empty() && uptime_ms - held_.front().uptime_ms >= rules_->reorder_ms;
    if (window_over && !gate_.ended()) flush(observer);
}

void Session::finish(const Observer& observer) {
    flush(observer);
    if (closed()) return;
    if (origin_ == Origin::downloaded) {
        machine_.close_batch();
    } else if (gate_.timeout_reason(*rules_) == CloseReason::idle) {
        machine_.close_idle(rules_->idle_ms);
    } else {
        machine_.close_inactive(rules_->inactivity_ms);
    }
}

void Session::evict(const Observer& observer) {
    flush(observer);
    if (!closed()) machine_.close_inactive(rules_->inactivity_ms);
}

void Session::flush(const Observer& observer) {
    if (held_.size() == 1) {
        event::Event details;
        const HeldEvent event = std::move(held_.front());
        held_.clear();
        process_one(event, {}, details, observer);
        return;
    }
    std::vector<HeldEvent> events = std::exchange(held_, {});
    process_in_order(events, observer);
    if (!held_.empty()) return;
    events.clear();
    held_ = std::move(events);
}

// Keeps sessionEnd and what is stamped after it.
void Session::flush_before_end(const Observer& observer) {
    const auto end = std::ranges::find(held_, EventType::session_end, &HeldEvent::type);
    CHECK(end != held_.end());
    const int64_t end_ts = end->ts;
    std::vector<HeldEvent> events;
    std::vector<HeldEvent> kept;
    for (HeldEvent& event : held_) {
        const bool waits = event.type == EventType::session_end || event.ts > end_ts;
        (waits ? kept : events).push_back(std::move(event));
    }
    held_ = std::move(kept);
    process_in_order(events, observer);
}

// `behind`: what comes after it, some of which may have arrived before. `details`: memory that is
// used again.
void Session::process_one(const HeldEvent& event, std::span<const HeldEvent> behind,
                          event::Event& details, const Observer& observer) {
    const Step step{.type = event.type,
                    .ts = event.ts,
                    .playhead_ms = event.playhead_ms,
                    .uptime_ms = event.uptime_ms};
    event.read_details(details);
    VerdictCode verdict = process(step, event.fingerprint, details);
    if (verdict == VerdictCode::used && overtaken_by_one_of(behind, event)) {
        verdict = VerdictCode::reordered;
    }
    decide(row_of(event, verdict), details, observer);
}

void Session::process_in_order(std::vector<HeldEvent>& events, const Observer& observer) {
    settle_order(events, &HeldEvent::ts);
    event::Event details;
    std::span<HeldEvent> rest(events);
    while (!rest.empty()) {
        size_t group = 1;
        while (group < rest.size() && rest[group].ts == rest.front().ts) ++group;
        const size_t next = group == 1 ? 0 : next_of(rest.first(group), machine_);
        std::rotate(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(next),
                    rest.begin() + static_cast<std::ptrdiff_t>(next) + 1);
        process_one(rest.front(), rest.subspan(1), details, observer);
        rest = rest.subspan(1);
    }
}

void Session::decide(const EventRow& row, const event::Event& details, const Observer& observer) {
    events_.add(row.type, row.verdict, row.offset);
    if (observer.counts != nullptr) observer.counts->add(row.verdict);
    if (observer.trace != nullptr) (*observer.trace)(row, details, machine_);
}

std::optional<int64_t> Session::next_deadline() const {
    if (closed() || origin_ == Origin::downloaded) return std::nullopt;
    return gate_.deadline(*rules_) + 1;
}

std::optional<Doing> Session::doing(Session& room) const {
    if (closed() || gate_.ended()) return std::nullopt;
    if (held_events_keep_doing()) return machine_.doing();
    room = *this;
    room.flush();
    return room.machine_.doing();
}

// The usual cases: pings, one by itself or several within the time that a stall takes, or each of
// them with another playhead. What they lead to is known without looking.
bool Session::held_events_keep_doing() const {
    if (!std::ranges::all_of(held_, keeps_doing, &HeldEvent::type)) return false;
    if (held_.empty() || !machine_.plays_content()) return true;
    if (machine_.doing() != Doing::content) return false;
    const int64_t last = std::ranges::max(held_, {}, &HeldEvent::ts).ts;
    if (machine_.cannot_stall_by(last)) return true;
    return held_events_move_on();
}

// Stamped after all that was processed and in the order of their stamps, each of another moment and
// with another playhead than the last.
bool Session::held_events_move_on() const {
    int64_t playhead = machine_.content_playhead();
    int64_t ts = recent_.newest_ts();
    return std::ranges::all_of(held_, [&](const HeldEvent& event) {
        const bool moves = bounded_ms(event.playhead_ms) != playhead && event.ts > ts;
        playhead = bounded_ms(event.playhead_ms);
        ts = event.ts;
        return moves;
    });
}

SessionRow Session::row() const {
    if (closed()) return finished_row();
    Session looked_at = *this;
    looked_at.flush();
    if (!looked_at.closed()) looked_at.machine_.settle();
    return looked_at.finished_row();
}

SessionRow Session::finished_row() const {
    SessionRow row;
    row.id = id_;
    row.first_received_at = first_received_at_;
    row.last_received_at = latest_.received_at;
    row.is_downloaded = origin_ == Origin::downloaded;
    row.is_federated = federated_;
    row.events_after_close = events_after_close_;
    row.duplicates_dropped = duplicates_dropped_;
    row.offsets = offsets_.list();
    row.events = events_.list();
    machine_.fill(row);
    return row;
}

bool Session::unpack(const event::SessionId& id, std::string_view bytes, size_t waiting,
                     const Observer& observer) {
    id_ = id;
    UnpackReader reader(bytes);
    archive(*this, reader);
    machine_.for_each_log([](RowLog& log) { log.clear(); });
    offsets_.log().clear();
    if (!reader.sound() || !is_possible()) return false;
    return waiting == 0 ? reader.complete() : take_waiting(reader, waiting, observer);
}

MayWait Session::may_wait() const {
    if (closed() || gate_.ended() || held_.empty()) return MayWait::nothing;
    if (!std::ranges::all_of(held_, keeps_doing, &HeldEvent::type)) return MayWait::nothing;
    if (!machine_.plays_content()) return MayWait::pings;
    const bool plays_on = machine_.doing() == Doing::content && held_events_move_on();
    return plays_on ? MayWait::pings_that_move : MayWait::nothing;
}

bool Session::wait(std::string_view state, size_t newest_bytes, MayWait which,
                   const HeldEvent& event, PackWriter& writer) {
    UnpackReader reader(state);
    Anchor anchor;
    reader.part(anchor);
    Anchor newest = anchor;
    if (newest_bytes > 0) {
        UnpackReader end(state.substr(state.size() - newest_bytes));
        HeldEvent waiting;
        HeldEvent::archive(waiting, end, anchor);
        newest = waiting.anchor();
    }
    if (!is_one_of(which, newest, event)) return false;
    writer.clear();
    HeldEvent::archive(event, writer, anchor);
    return writer.bytes().size() <= most_bytes_waiting;
}

// False when these are not what wait() lets wait behind this session.
bool Session::take_waiting(UnpackReader& reader, size_t waiting, const Observer& observer) {
    const MayWait which = may_wait();
    if (waiting > most_waiting) return false;
    const Anchor anchor = latest_;
    const event::Event nothing_more;
    for (; waiting > 0; --waiting) {
        HeldEvent ping;
        HeldEvent::archive(ping, reader, anchor);
        const bool may_wait =
            reader.sound() && is_one_of(which, latest_, ping) && ping.offset >= latest_.offset &&
            ping.uptime_ms >= latest_.uptime_ms && ping.uptime_ms <= gate_.deadline(*rules_);
        if (!may_wait) return false;
        arrive(std::move(ping), nothing_more, observer);
    }
    return reader.complete();
}

// What the code above relies on beyond the bounds of each number.
bool Session::is_possible() const {
    if (held_.size() > std::max(event::reorder_events, end_grace_events) + 1) return false;
    return gate_.ended() ==
           (std::ranges::find(held_, EventType::session_end, &HeldEvent::type) != held_.end());
}

bool Session::held_details_are_sound() const {
    event::Event details;
    return std::ranges::all_of(held_,
                               [&](const HeldEvent& event) { return event.read_details(details); });
}

void Session::drain(RowLog& to) {
    const auto move = [&to](RowLog& log) {
        if (log.empty()) return;
        to.append(log.bytes());
        log.clear();
    };
    machine_.for_each_log(move);
    move(offsets_.log());
}

void Session::recall(std::string_view bytes) {
    RowLogReader reader(bytes);
    RowLog::Record record;
    while (reader.next(record)) {
        RowLog& log =
            record.part == RowLog::Part::offsets ? offsets_.log() : machine_.log_of(record.part);
        log.append(reader.bytes());
    }
}

}  // namespace playhead::session
