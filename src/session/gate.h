// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "event/event_type.h"
#include "session/archive.h"
#include "session/row.h"
#include "session/rules.h"

namespace playhead::session {

// What decides, in arrival order, whether a live session still takes events: protocol 12 with the
// numbers of metrics 2.2. All deadlines are uptimes (ms). 48 bytes, so that the accepting side can
// keep one for every open session.
//
// In arrival order it is only nearly known whether an ad runs, for events may overtake each other.
// The gate follows ad events by their stamps within the reorder window; where it is in doubt it
// takes the playhead as moved, because a session closed wrongly is lost and one closed late is not.
class Gate {
  public:
    Gate(int64_t uptime_ms, int64_t playhead_ms);

    // True: the event is accepted and counts as arrived. False: the session is closed for it and
    // nothing changed. `ts` is the stamp as sent.
    bool admit(const Rules& rules, int64_t uptime_ms, event::EventType type, int64_t ts,
               int64_t playhead_ms);

    // sessionEnd was accepted.
    bool ended() const { return ended_; }

    // The last uptime at which an event can be accepted.
    int64_t deadline(const Rules& rules) const;

    // The uptime at which the session is or will be closed for the wire: the arrival of sessionEnd,
    // or the last uptime before the time-out.
    int64_t closes_at(const Rules& rules) const;

    // Which time-out comes first; inactivity when both come together (metrics 2.2).
    CloseReason timeout_reason(const Rules& rules) const;

    int64_t last_arrival() const { return last_arrival_; }

    // `uptime_ms`: of the last accepted event.
    template <typename Self, typename Each>
    static void archive(Self& self, Each& each, int64_t uptime_ms) {
        each.fixed(From{uptime_ms, self.last_arrival_}, From{self.last_arrival_, self.last_move_},
                   self.playhead_ms_,
                   Flags(self.ended_, self.completed_, self.in_break_, self.in_ad_,
                         self.ad_awaits_break_, self.break_took_ad_, self.in_chapter_));
        each.rare(self.end_ts_, From{no_ad, self.ad_ts_}, self.states_on_);
        each.bounded(self.last_arrival_, self.last_move_, self.playhead_ms_, self.end_ts_);
        each.require(self.last_arrival_ >= 0 && self.last_move_ >= 0);
        each.require(self.ad_ts_ == no_ad || bounded_ms(self.ad_ts_) == self.ad_ts_);
    }

  private:
    bool in_grace(const Rules& rules, event::EventType type, int64_t ts) const;
    bool closes_something(event::EventType type) const;
    void follow(const Rules& rules, event::EventType type, int64_t ts);
    void follow_ad(const Rules& rules, event::EventType type, int64_t ts);

    static constexpr int64_t no_ad = INT64_MIN / 2;

    int64_t last_arrival_;
    int64_t last_move_;    // uptime of the last change of the content playhead
    int64_t playhead_ms_;  // of the content
    int64_t end_ts_ = 0;   // stamp of sessionEnd
    int64_t ad_ts_;        // stamp of the newest event of a break or an ad
    uint8_t states_on_ = 0;
    bool ended_ = false;
    bool completed_ = false;
    bool in_break_ = false;
    bool in_ad_ = false;
    bool ad_awaits_break_ = false;  // an adStart came, its adBreakStart perhaps overtaken
    bool break_took_ad_ = false;    // the end of an ad may come behind the end of its break
    bool in_chapter_ = false;
};

}  // namespace playhead::session
