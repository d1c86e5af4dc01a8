// SPDX-License-Identifier: Apache-2.0
#include "session/admission.h"

#include <functional>

#include "base/check.h"
#include "session/fetch_ahead.h"

namespace playhead::session {

Admission::Admission(const Rules& rules) : rules_(rules) {
}

void Admission::open(const event::SessionId& id, int64_t uptime_ms, int64_t playhead_ms) {
    advance(uptime_ms);
    if (entries_.size() >= rules_.max_sessions) retire_oldest(uptime_ms);
    if (!number_of(id)) add(id, Gate(uptime_ms, playhead_ms));
}

void Admission::restore(const event::SessionId& id, const Gate& gate) {
    if (!number_of(id)) add(id, gate);
}

void Admission::open_closed(const event::SessionId& id, int64_t uptime_ms) {
    advance(uptime_ms);
    bury(id, uptime_ms);
}

void Admission::expect(std::span<const event::SessionId* const> ids) const {
    fetch_ahead(index_, entries_, ids, [](const Entry&) {});
}

Answer Admission::judge(const event::SessionId& id, int64_t uptime_ms, event::EventType type,
                        int64_t ts, int64_t playhead_ms) {
    advance(uptime_ms);
    const auto number = number_of(id);
    if (!number) {
        const auto closed_at = tombstones_.closed_at(id);
        if (!closed_at) return Answer::unknown;
        return uptime_ms - *closed_at <= rules_.tombstone_ms ? Answer::closed : Answer::unknown;
    }
    Entry& entry = entries_[*number];
    judged_gate_ = entry.gate;
    if (judged_gate_.admit(rules_, uptime_ms, type, ts, playhead_ms)) {
        judged_ = &entry;
        judged_is_newest_ = judged_gate_.last_arrival() == uptime_ms;
        return Answer::accepted;
    }
    const bool forgotten = uptime_ms - entry.gate.closes_at(rules_) > rules_.tombstone_ms;
    return forgotten ? Answer::unknown : Answer::closed;
}

void Admission::arrived() {
    CHECK(judged_ != nullptr);
    judged_->gate = judged_gate_;
    if (judged_is_newest_) recency_.touch(*judged_);
    judged_ = nullptr;
}

Answer Admission::admit(const event::SessionId& id, int64_t uptime_ms, event::EventType type,
                        int64_t ts, int64_t playhead_ms) {
    const Answer answer = judge(id, uptime_ms, type, ts, playhead_ms);
    if (answer == Answer::accepted) arrived();
    return answer;
}

// Sessions whose last arrival is older than the inactivity time are closed for whatever reason.
void Admission::advance(int64_t uptime_ms) {
    judged_ = nullptr;
    while (Entry* oldest = recency_.oldest()) {
        if (uptime_ms - oldest->gate.last_arrival() <= rules_.inactivity_ms) break;
        if (uptime_ms <= oldest->gate.deadline(rules_)) break;
        retire_oldest(uptime_ms);
    }
    while (!tombstones_.empty()) {
        if (uptime_ms - tombstones_.oldest().closed_at <= rules_.tombstone_ms) break;
        tombstones_.forget_oldest();
    }
}

void Admission::erase(const std::function<bool(const event::SessionId&)>& is_erased) {
    judged_ = nullptr;
    for (Entry* entry = recency_.oldest(); entry != nullptr;) {
        Entry* const newer = entry->newer;
        if (is_erased(entry->id)) remove(*entry);
        entry = newer;
    }
    tombstones_.erase(is_erased);
}

void Admission::retire_oldest(int64_t uptime_ms) {
    Entry* oldest = recency_.oldest();
    if (oldest == nullptr) return;
    const event::SessionId id = oldest->id;
    const int64_t closes_at = oldest->gate.closes_at(rules_);
    remove(*oldest);
    bury(id, closes_at < uptime_ms ? closes_at : uptime_ms);
}

std::optional<uint32_t> Admission::number_of(const event::SessionId& id) const {
    return index_.find(std::hash<event::SessionId>()(id),
                       [&](uint32_t number) { return entries_[number].id == id; });
}

void Admission::add(const event::SessionId& id, const Gate& gate) {
    const uint32_t number = entries_.add();
    Entry& entry = entries_[number];
    entry.id = id;
    entry.gate = gate;
    index_.add(std::hash<event::SessionId>()(id), number);
    recency_.add(entry);
}

void Admission::remove(Entry& entry) {
    const uint32_t number = *number_of(entry.id);
    recency_.remove(entry);
    index_.remove(std::hash<event::SessionId>()(entry.id), number);
    entries_.remove(number);
}

void Admission::bury(const event::SessionId& id, int64_t closed_at) {
    if (tombstones_.size() >= rules_.max_sessions) tombstones_.forget_oldest();
    tombstones_.add({id, closed_at});
}

}  // namespace playhead::session
