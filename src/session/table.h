// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "event/event.h"
#include "event/session_id.h"
#include "session/arrival.h"
#include "session/recency.h"
#include "session/row.h"
#include "session/rules.h"
#include "session/session.h"
#include "session/verdict.h"

namespace playhead::session {

// What a step of the table gave: rows of sessions that closed, in the order of their deadlines
// (ties by id), and a verdict for every event that was decided. Meant to be reused.
struct Output {
    std::vector<SessionRow> closed;

    // By the number of the report suite: counts[i] belongs to Table::suites()[i]. Shorter when
    // nothing was decided for the last suites.
    std::vector<VerdictCounts> counts;

    VerdictCounts total() const;

    void clear() {
        closed.clear();
        counts.clear();
    }
};

// All open sessions: records in, rows of closed sessions out. The rows and their order are a
// function of the records alone; when advance() is called only decides when a row appears, except
// at the limit: with Rules::max_sessions open, a start first closes the session whose last arrival
// is the oldest, with the reason inactivity.
//
// Uptimes given to one table never run backwards. One thread.
class Table {
  public:
    // Report suites that are counted by name; all further ones share the entry 0 of suites().
    static constexpr size_t max_suites = 1'000;

    explicit Table(const Rules& rules);
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;

    // The sessionStart of a live session. An id that is open already: counted, nothing else.
    void start(const Arrival& arrival, const event::Event& event, Output& output);

    // Any later event. An id that is not open (closed, or never started): counted as
    // unknown_session under suite 0, nothing else.
    void arrive(const Arrival& arrival, const event::Event& event, Output& output);

    // A downloaded session, element by element; its row is in the output of finish_batch(). Nothing
    // else may be called in between (CHECK).
    void start_batch(const Arrival& arrival, const event::Event& event);
    void batch_event(const event::Event& event);
    void finish_batch(Output& output);

    // From now on these rules hold, for the sessions that are open too. What became overdue by it
    // closes with the next call.
    void change_rules(const Rules& rules);

    // Time passed: closes what is due before or at `uptime_ms`. Every call above that has an
    // Arrival but start_batch does this first.
    void advance(int64_t uptime_ms, Output& output);

    // The row of an open session as it stands now; nothing when it is not open.
    std::optional<SessionRow> session(const event::SessionId& id) const;

    // Up to `limit` open sessions, largest id first, all with an id smaller than `before` when it
    // is given. Without ads, chapters, states and offsets.
    std::vector<SessionRow> newest(const std::optional<event::SessionId>& before,
                                   size_t limit) const;

    size_t open_sessions() const { return sessions_.size(); }

    // Accepted events whose verdict is still open, because a reorder window holds them.
    size_t pending_events() const { return pending_events_; }

    // The same for one report suite, by its number.
    size_t pending_events_of(size_t suite) const {
        return suite < pending_by_suite_.size() ? pending_by_suite_[suite] : 0;
    }

    // Names of the report suites seen, by their number. Entry 0 is empty: everything that has no
    // suite of its own.
    const std::vector<std::string>& suites() const { return suites_; }

    // Equal for two tables whose open sessions are equal: their rows, and what would close when.
    uint64_t digest() const;

    // Bytes held for open sessions, without the allocator's own.
    size_t session_bytes() const;

  private:
    struct Entry {
        Entry(Session opened, uint32_t number) : session(std::move(opened)), suite(number) {}

        Session session;
        uint32_t suite;
        int64_t deadline = 0;  // under which `deadlines_` holds it; never after the real one
        Entry* older = nullptr;
        Entry* newer = nullptr;
    };

    struct SoonerFirst {
        bool operator()(const Entry* a, const Entry* b) const;
    };

    struct SmallerId {
        using is_transparent = void;
        bool operator()(const Entry* a, const Entry* b) const;
        bool operator()(const Entry* a, const event::SessionId& b) const;
        bool operator()(const event::SessionId& a, const Entry* b) const;
    };

    void count_pending(uint32_t suite, size_t before, size_t after);
    void file(Entry& entry, int64_t deadline);
    void remove(Entry& entry, Output& output);
    static Observer observer_for(uint32_t suite, Output& output);
    uint32_t suite_of(const event::Event& start);

    Rules rules_;
    std::unordered_map<event::SessionId, Entry> sessions_;  // at most rules_.max_sessions
    std::set<Entry*, SoonerFirst> deadlines_;               // one per session
    std::set<Entry*, SmallerId> by_id_;                     // one per session
    Recency<Entry> recency_;
    size_t pending_events_ = 0;
    std::vector<size_t> pending_by_suite_;  // their sum is pending_events_
    std::vector<std::string> suites_;
    std::unordered_map<std::string, uint32_t> suite_numbers_;
    std::optional<Session> batch_;
    uint32_t batch_suite_ = 0;
    VerdictCounts batch_counts_;
    Arrival batch_arrival_;
};

}  // namespace playhead::session
