// SPDX-License-Identifier: Apache-2.0
#include "session/admission.h"

#include "base/check.h"

namespace playhead::session {

Admission::Admission(const Rules& rules) : rules_(rules) {
}

void Admission::open(const event::SessionId& id, int64_t uptime_ms, int64_t playhead_ms) {
    advance(uptime_ms);
    if (sessions_.size() >= rules_.max_sessions) retire_oldest(uptime_ms);
    const auto [at, is_new] = sessions_.try_emplace(id, Gate(uptime_ms, playhead_ms));
    if (!is_new) return;
    at->second.id = &at->first;
    recency_.add(at->second);
}

void Admission::restore(const event::SessionId& id, const Gate& gate) {
    const auto [at, is_new] = sessions_.try_emplace(id, gate);
    if (!is_new) return;
    at->second.id = &at->first;
    recency_.add(at->second);
}

void Admission::open_closed(const event::SessionId& id, int64_t uptime_ms) {
    advance(uptime_ms);
    bury(id, uptime_ms);
}

Answer Admission::judge(const event::SessionId& id, int64_t uptime_ms, event::EventType type,
                        int64_t ts, int64_t playhead_ms) {
    advance(uptime_ms);
    const auto at = sessions_.find(id);
    if (at == sessions_.end()) {
        const auto closed_at = tombstones_.closed_at(id);
        if (!closed_at) return Answer::unknown;
        return uptime_ms - *closed_at <= rules_.tombstone_ms ? Answer::closed : Answer::unknown;
    }
    judged_gate_ = at->second.gate;
    if (judged_gate_.admit(rules_, uptime_ms, type, ts, playhead_ms)) {
        judged_ = &at->second;
        judged_is_newest_ = judged_gate_.last_arrival() == uptime_ms;
        return Answer::accepted;
    }
    const bool forgotten = uptime_ms - at->second.gate.closes_at(rules_) > rules_.tombstone_ms;
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
    for (auto at = sessions_.begin(); at != sessions_.end();) {
        if (is_erased(at->first)) {
            recency_.remove(at->second);
            at = sessions_.erase(at);
        } else {
            ++at;
        }
    }
    tombstones_.erase(is_erased);
}

void Admission::retire_oldest(int64_t uptime_ms) {
    Entry* oldest = recency_.oldest();
    if (oldest == nullptr) return;
    const event::SessionId id = *oldest->id;
    const int64_t closes_at = oldest->gate.closes_at(rules_);
    recency_.remove(*oldest);
    sessions_.erase(id);
    bury(id, closes_at < uptime_ms ? closes_at : uptime_ms);
}

void Admission::bury(const event::SessionId& id, int64_t closed_at) {
    if (tombstones_.size() >= rules_.max_sessions) tombstones_.forget_oldest();
    tombstones_.add({id, closed_at});
}

}  // namespace playhead::session
