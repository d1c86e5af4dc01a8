// SPDX-License-Identifier: Apache-2.0
#include "session/gate.h"

#include <algorithm>

namespace playhead::session {

using event::EventType;

Gate::Gate(int64_t uptime_ms, int64_t playhead_ms)
    : last_arrival_(uptime_ms),
      last_move_(uptime_ms),
      playhead_ms_(bounded_ms(playhead_ms)),
      ad_ts_(no_ad) {
}

int64_t Gate::deadline(const Rules& rules) const {
    if (ended_) return last_arrival_ + rules.end_grace_ms;
    return std::min(last_arrival_ + rules.inactivity_ms, last_move_ + rules.idle_ms);
}

int64_t Gate::closes_at(const Rules& rules) const {
    return ended_ ? last_arrival_ : deadline(rules);
}

CloseReason Gate::timeout_reason(const Rules& rules) const {
    const bool inactive = last_arrival_ + rules.inactivity_ms <= last_move_ + rules.idle_ms;
    return inactive ? CloseReason::inactivity : CloseReason::idle;
}

bool Gate::admit(const Rules& rules, int64_t uptime_ms, EventType type, int64_t ts,
                 int64_t playhead_ms) {
    ts = bounded_ms(ts);
    playhead_ms = bounded_ms(playhead_ms);
    if (uptime_ms > deadline(rules)) return false;
    if (ended_) {
        if (!in_grace(rules, type, ts)) return false;
    } else {
        last_arrival_ = std::max(last_arrival_, uptime_ms);
    }
    if (!in_ad_ && playhead_ms != playhead_ms_) {
        playhead_ms_ = playhead_ms;
        last_move_ = last_arrival_;
    }
    if (type == EventType::session_end) {
        ended_ = true;
        end_ts_ = ts;
    }
    follow(rules, type, ts);
    return true;
}

bool Gate::in_grace(const Rules& rules, EventType type, int64_t ts) const {
    if (type == EventType::session_end) return false;
    if (ts == end_ts_) return closes_something(type);
    return ts < end_ts_ && end_ts_ - rules.end_grace_ms <= ts;
}

bool Gate::closes_something(EventType type) const {
    switch (type) {
        case EventType::ad_complete:
        case EventType::ad_skip:
            return in_ad_ || (break_took_ad_ && ad_ts_ == end_ts_);
        case EventType::ad_break_complete:
            return in_break_;
        case EventType::chapter_complete:
        case EventType::chapter_skip:
            return in_chapter_;
        case EventType::state_end:
            return states_on_ > 0;
        case EventType::session_complete:
            return !completed_;
        default:
            return false;
    }
}

void Gate::follow(const Rules& rules, EventType type, int64_t ts) {
    switch (type) {
        case EventType::ad_break_start:
        case EventType::ad_break_complete:
        case EventType::ad_start:
        case EventType::ad_complete:
        case EventType::ad_skip:
            follow_ad(rules, type, ts);
            return;
        case EventType::chapter_start:
            in_chapter_ = true;
            return;
        case EventType::chapter_complete:
        case EventType::chapter_skip:
            in_chapter_ = false;
            return;
        case EventType::state_start:
        case EventType::states_update:
            if (states_on_ < UINT8_MAX) ++states_on_;
            return;
        case EventType::state_end:
            if (states_on_ > 0) --states_on_;
            return;
        case EventType::session_complete:
            completed_ = true;
            return;
        default:
            return;
    }
}

void Gate::follow_ad(const Rules& rules, EventType type, int64_t ts) {
    const bool overtaken = ts < ad_ts_ && ad_ts_ - ts <= rules.reorder_ms;
    if (overtaken) {
        if (type == EventType::ad_break_start && ad_awaits_break_) {
            in_break_ = true;
            in_ad_ = true;
            ad_awaits_break_ = false;
        }
        return;
    }
    const bool break_at_once = ts == ad_ts_ && ad_awaits_break_;
    ad_ts_ = ts;
    break_took_ad_ = type == EventType::ad_break_complete && in_ad_;
    switch (type) {
        case EventType::ad_break_start:
            in_break_ = true;
            in_ad_ = break_at_once;
            break;
        case EventType::ad_break_complete:
            in_break_ = false;
            in_ad_ = false;
            break;
        case EventType::ad_start:
            in_ad_ = in_break_;
            break;
        default:
            in_ad_ = false;
            break;
    }
    ad_awaits_break_ = type == EventType::ad_start && !in_break_;
}

}  // namespace playhead::session
