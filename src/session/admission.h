// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "event/event_type.h"
#include "event/session_id.h"
#include "session/buried.h"
#include "session/gate.h"
#include "session/number_index.h"
#include "session/recency.h"
#include "session/rules.h"
#include "session/slab.h"
#include "session/tombstones.h"

namespace playhead::session {

enum class Answer : uint8_t {
    accepted,  // 204
    unknown,   // 404: never opened here, or its tombstone has passed
    closed,    // 410
};

// What the accepting side must remember to answer for the events of sessions (protocol 12), in
// arrival order and at the exact deadline, without the fold. It decides with the same Gate as
// Session, so both agree on every arrival. After a restart the same calls are replayed from the
// journal (refused events are not in it and changed nothing here).
//
// Bounded: at most Rules::max_sessions sessions and as many tombstones. With all sessions taken a
// new one turns the one with the oldest last arrival into a tombstone. Sessions that are closed
// take their place until inactivity_ms after their last arrival, so this side lets go of a session
// before Table does, never after. With all tombstones taken the oldest is forgotten: 404, not 410.
//
// Uptimes never run backwards from call to call. One thread at a time.
class Admission {
  public:
    explicit Admission(const Rules& rules);
    Admission(const Admission&) = delete;
    Admission& operator=(const Admission&) = delete;

    // A live session was accepted; `playhead_ms` is that of its sessionStart.
    void open(const event::SessionId& id, int64_t uptime_ms, int64_t playhead_ms);

    // A downloaded session was accepted: it is closed from the first moment.
    void open_closed(const event::SessionId& id, int64_t uptime_ms);

    // Changes nothing. These sessions are about to be judged: what that will touch is fetched from
    // memory, for many of them at the same time.
    void expect(std::span<const event::SessionId* const> ids) const;

    // The answer for one event. When it is accepted and kept, call arrived() next: only then the
    // event counts. An event that could not be kept has changed nothing.
    Answer judge(const event::SessionId& id, int64_t uptime_ms, event::EventType type, int64_t ts,
                 int64_t playhead_ms);

    // The event that was judged last has arrived. judge() must have accepted it, and nothing else
    // may have been called in between (CHECK).
    void arrived();

    // judge(), and arrived() when it is accepted.
    Answer admit(const event::SessionId& id, int64_t uptime_ms, event::EventType type, int64_t ts,
                 int64_t playhead_ms);

    // Time passed: lets go of what is closed for good. The calls above do it too.
    void advance(int64_t uptime_ms);

    // What a snapshot knows, into a new Admission: an open session, in the order of the last
    // arrivals, and one that has closed, in the order of closing. The answers are then those of one
    // that was given everything, but at the limits: sessions that have closed take no place.
    void restore(const event::SessionId& id, const Gate& gate);

    void restore(const Buried& buried) { bury(buried.id, buried.closed_at); }

    // The sessions of which `is_erased` says so were never here: their events are answered 404.
    void erase(const std::function<bool(const event::SessionId&)>& is_erased);

    // From now on these rules hold, for the sessions that are remembered too.
    void change_rules(const Rules& rules) { rules_ = rules; }

    // Sessions remembered, open or closed not long ago.
    size_t sessions() const { return entries_.size(); }

    size_t tombstones() const { return tombstones_.size(); }

  private:
    struct Entry {
        event::SessionId id;
        Gate gate{0, 0};
        Entry* older = nullptr;
        Entry* newer = nullptr;
    };

    std::optional<uint32_t> number_of(const event::SessionId& id) const;
    void add(const event::SessionId& id, const Gate& gate);
    void remove(Entry& entry);
    void bury(const event::SessionId& id, int64_t closed_at);
    void retire_oldest(int64_t uptime_ms);

    Rules rules_;
    Entry* judged_ = nullptr;  // accepted by judge(), until arrived()
    Gate judged_gate_{0, 0};   // what its gate becomes
    bool judged_is_newest_ = false;
    Slab<Entry> entries_;
    NumberIndex index_;
    Recency<Entry> recency_;
    Tombstones tombstones_;
};

}  // namespace playhead::session
