// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "event/event.h"
#include "event/session_id.h"
#include "session/archive.h"
#include "session/arrival.h"
#include "session/doing.h"
#include "session/event_counts.h"
#include "session/gate.h"
#include "session/held_event.h"
#include "session/machine.h"
#include "session/offsets.h"
#include "session/recent.h"
#include "session/row.h"
#include "session/rules.h"
#include "session/verdict.h"

namespace playhead::session {

enum class Origin : uint8_t {
    live,        // events one by one: reorder window, time-outs, straggler grace
    downloaded,  // one batch: array order, none of these (metrics 13.2)
};

// Which pings change nothing of what the viewer of a session does, whatever else they say: those
// that are stamped later than all before, and
enum class MayWait : uint8_t {
    nothing,          // none
    pings_that_move,  // have another playhead than the one before: content plays on
    pings,            // no more: content does not play
};

// Called with one event, in processed order: what became of it, what it said (params, qoeData,
// metadata and state names; valid during the call) and the machine as it is behind it. An event
// that is refused because the session is closed comes at its arrival.
using Trace = std::function<void(const EventRow&, const event::Event&, const Machine&)>;

// Who wants to know what became of each event. On the hot path only `counts`.
struct Observer {
    VerdictCounts* counts = nullptr;
    const Trace* trace = nullptr;
};

// The fold of one session: its records in, its row out. A pure function of the arrivals and events
// given to it and of the last advance(): how often or when advance() is called in between changes
// nothing, for an arrival at uptime u first does what was due before u.
//
// Intake is metrics 2 and protocol 12, 13: the gate says what is accepted in arrival order, the
// reorder window puts accepted events into the order of their stamps, the machine applies them.
//
// Memory is bounded: held events (reorder_events, in the grace after sessionEnd end_grace_events),
// remembered fingerprints, played intervals, texts and offsets each have their limit where they are
// declared. One thread.
class Session {
  public:
    // Room for sessions that are unpacked one after the other. Nothing but unpack() may be called
    // before it.
    explicit Session(const Rules& rules) : rules_(&rules) {}

    // `start` is the sessionStart; it counts as used. `rules` must outlive the session.
    Session(const Rules& rules, const Arrival& arrival, const event::Event& start, Origin origin,
            bool federated, const Observer& observer = {});

    // The next event in arrival order. Never a failure: what cannot be used is counted.
    void arrive(const Arrival& arrival, const event::Event& event, const Observer& observer = {});

    // The same for a live session, with what waits of the event made before.
    void arrive(HeldEvent held, const event::Event& event, const Observer& observer);

    // Time passed: closes the session when its deadline lies before `uptime_ms`.
    void advance(int64_t uptime_ms, const Observer& observer = {});

    // Nothing more will come. A batch closes at its last element, a live session at the deadline
    // that it would have reached.
    void finish(const Observer& observer = {});

    // Closes now, as if the inactivity deadline had passed: for a table that is full.
    void evict(const Observer& observer = {});

    // Processes what the reorder window still holds, now. Only for a copy that is to be looked at:
    // it gives every event its verdict.
    void flush(const Observer& observer = {});

    // The first uptime at which advance() would close this session if nothing more arrived; nothing
    // for a closed session and for a batch.
    std::optional<int64_t> next_deadline() const;

    bool closed() const { return machine_.closed(); }

    const event::SessionId& id() const { return id_; }

    // Accepted events that wait in the reorder window: their verdict is still open.
    size_t held_events() const { return held_.size(); }

    // What its viewer is doing, with the events that the reorder window holds; nothing when it has
    // ended, even if stragglers may still come. Must not be a batch. `room`: memory to look into
    // the future with, used again and again; what it holds does not matter.
    std::optional<Doing> doing(Session& room) const;

    // The numbers as they stand. Of an open session: as they would be if it closed now without a
    // further event, with the events that the reorder window holds.
    SessionRow row() const;

    const Gate& gate() const { return gate_; }

    // What the held events say can be read. unpack() does not look at it: it costs more than the
    // rest, and is needed when they are processed.
    bool held_details_are_sound() const;

    // Of its last record in the journal.
    uint64_t last_offset() const { return latest_.offset; }

    // The state of a live and open session, without its id and without its logs: all that the fold
    // of further events needs.
    void pack(PackWriter& writer) const { archive(*this, writer); }

    // Most events are pings after which the viewer does what they did before, and to unpack and
    // pack a session costs more than to fold one. So some of them wait behind its bytes; the next
    // event of another kind, or one ping too many, folds them first, each as it would have been at
    // its arrival. Nothing changes by it but when their verdicts are counted. At most so many, each
    // of so many bytes.
    static constexpr size_t most_waiting = 3;
    static constexpr size_t most_bytes_waiting = 160;

    MayWait may_wait() const;

    // Writes the bytes with which an event waits behind `state`, which are those of a session for
    // which `which` may wait and of what waits there already, the newest in the last `newest_bytes`
    // of them (0: nothing waits). False when it may not wait.
    static bool wait(std::string_view state, size_t newest_bytes, MayWait which,
                     const HeldEvent& event, PackWriter& writer);

    // Becomes the session that was packed, and then takes the events that wait behind it; `bytes`
    // must stay as they are as long as this session and its copies are used. False when these bytes
    // are no session; then only unpack() may be called. Its logs hold what is added from here on,
    // and row() needs recall() before.
    bool unpack(const event::SessionId& id, std::string_view bytes, size_t waiting,
                const Observer& observer = {});

    // Moves what the logs hold to the end of `to`.
    void drain(RowLog& to);

    // Gives the logs a part of what was drained from this session, in the order of the draining.
    // What cannot be read is left out.
    void recall(std::string_view log);

  private:
    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        each.part(self.latest_);
        each.fixed(From{self.latest_.received_at, self.first_received_at_});
        each.rare(self.events_after_close_, self.duplicates_dropped_, self.federated_);
        each.bounded(self.events_after_close_, self.duplicates_dropped_);
        Gate::archive(self.gate_, each, self.latest_.uptime_ms);
        each.part(self.machine_);
        Offsets::archive(self.offsets_, each, self.latest_.offset);
        each.list(self.held_, [&](auto& event) { HeldEvent::archive(event, each, self.latest_); });
        each.part(self.events_);
        each.part(self.recent_);
    }

    bool is_possible() const;
    bool take_waiting(UnpackReader& reader, size_t waiting, const Observer& observer);
    bool held_events_keep_doing() const;
    bool held_events_move_on() const;
    void arrive_in_batch(const Arrival& arrival, const event::Event& event,
                         const Observer& observer);
    VerdictCode process(const Step& step, uint64_t fingerprint, const event::Event& details);
    void process_one(const HeldEvent& event, std::span<const HeldEvent> behind,
                     event::Event& details, const Observer& observer);
    void process_in_order(std::vector<HeldEvent>& events, const Observer& observer);
    void flush_before_end(const Observer& observer);
    void decide(const EventRow& row, const event::Event& details, const Observer& observer);
    SessionRow finished_row() const;

    const Rules* rules_;
    event::SessionId id_;
    int64_t first_received_at_ = 0;
    Anchor latest_;
    int64_t events_after_close_ = 0;
    int64_t duplicates_dropped_ = 0;
    Gate gate_{0, 0};
    Origin origin_ = Origin::live;
    bool federated_ = false;
    std::vector<HeldEvent> held_;  // in arrival order
    RecentEvents recent_;
    Offsets offsets_;
    EventCounts events_;
    Machine machine_;
};

}  // namespace playhead::session
