// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "event/event.h"
#include "event/session_id.h"
#include "session/arrival.h"
#include "session/buried.h"
#include "session/byte_block.h"
#include "session/deadline_heap.h"
#include "session/live.h"
#include "session/number_index.h"
#include "session/recency.h"
#include "session/row.h"
#include "session/rules.h"
#include "session/search.h"
#include "session/session.h"
#include "session/slab.h"
#include "session/sorted_numbers.h"
#include "session/text_pool.h"
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
// Between two events a session is bytes (archive.h): what the fold needs to go on, unpacked for
// each event into one Session that is used again and again, and the log of what only its row needs,
// with texts that repeat stored once. Beside it, each entry and what finds it take some 120 bytes.
// Most events are pings of content that plays on: some of them wait behind those bytes, to be
// folded together (Session::wait).
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

    // Changes nothing. Events of these sessions are about to arrive: what they will touch is
    // fetched from memory, for many of them at the same time.
    void expect(std::span<const event::SessionId* const> ids) const;

    // A downloaded session, element by element; its row is in the output of finish_batch(). Nothing
    // else may be called in between (CHECK).
    void start_batch(const Arrival& arrival, const event::Event& event);
    void batch_event(const event::Event& event);
    void finish_batch(Output& output);

    // From now on these rules hold, for the sessions that are open too. What became overdue by it
    // closes with the next call.
    void change_rules(const Rules& rules, Output& output);

    // Forgets the sessions of which `is_erased` says so, without a row, whether they are open or
    // have closed. Says how many of their events waited for a verdict.
    size_t erase(const std::function<bool(const event::SessionId&)>& is_erased);

    // Time passed: closes what is due before or at `uptime_ms`. Every call above that has an
    // Arrival but start_batch does this first.
    void advance(int64_t uptime_ms, Output& output);

    // The row of an open session as it stands now; nothing when it is not open.
    std::optional<SessionRow> session(const event::SessionId& id) const;

    // Up to `limit` open sessions, largest id first, all with an id smaller than `before` when it
    // is given. With all details.
    std::vector<SessionRow> newest_with_details(const std::optional<event::SessionId>& before,
                                                size_t limit) const;

    // The rows of all open sessions as they stand now, until `each` says false.
    void for_each(const std::function<bool(const SessionRow&)>& each) const;

    // Goes on with a search that has not ended (CHECK), for about so much work (Search::row_work).
    void go_on(Search& search, size_t work) const;

    size_t open_sessions() const { return entries_.size(); }

    // What is being watched now. It is for the caller to tell it of time (Live::pass) and of
    // questions (Live::watch).
    Live& live() { return live_; }

    const Live& live() const { return live_; }

    // Live::get_ready with up to so many sessions.
    void get_live_ready(size_t sessions);

    // Accepted events whose verdict is still open: a reorder window holds them, or they wait for
    // the next event of their session (Session::wait).
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

    // Sessions that closed within the last Rules::tombstone_ms, in the order of their closing; at
    // most Rules::max_sessions.
    const std::deque<Buried>& buried() const { return buried_; }

    // What the accepting side must know of each open session (Admission), in the order of the last
    // arrivals.
    std::vector<std::pair<event::SessionId, Gate>> gates() const;

    const Rules& rules() const { return rules_; }

    // The whole table in pieces (docs/format/snapshot.md). Between the pieces nothing may change.
    // Each writes about `bytes` more.
    void pack_head(PackWriter& writer) const;
    // From this text on; gives the next one, which is text_numbers() when there is none.
    uint32_t pack_texts(PackWriter& writer, uint32_t from, size_t bytes) const;

    uint32_t text_numbers() const { return pool_.numbers(); }

    // From this session on (null: the first one); gives the next one. In the order of their last
    // arrivals.
    const event::SessionId* pack_sessions(PackWriter& writer, const event::SessionId* from,
                                          size_t bytes) const;
    // From this place in buried() on; gives the next one.
    size_t pack_buried(PackWriter& writer, size_t from, size_t bytes) const;

    // Takes the same pieces in the same order into a new table. False when these bytes are not of a
    // table that was folded up to the journal offset `end`; the table is then good for nothing.
    bool unpack_head(UnpackReader& reader);
    bool unpack_texts(UnpackReader& reader);
    bool unpack_sessions(UnpackReader& reader, uint64_t end);
    bool unpack_buried(UnpackReader& reader);

    void finish_unpacking() { pool_.finish_unpacking(); }

    // Bytes held for open sessions, and of these the bytes of texts and of the numbers that stand
    // for them: what dimensions cost.
    struct Bytes {
        size_t all = 0;
        size_t of_texts = 0;
    };

    Bytes session_bytes() const;

  private:
    struct Entry {
        event::SessionId id;
        int64_t deadline = 0;  // under which `deadlines_` holds it; never after the real one
        ByteBlock state;       // Session::pack, and what waits behind it
        ByteBlock log;         // Session::drain, interned
        Entry* older = nullptr;
        Entry* newer = nullptr;
        uint32_t place = 0;  // in `deadlines_`
        uint16_t suite = 0;
        uint8_t pending = 0;       // of its events, those without a verdict
        uint8_t waiting = 0;       // of these, those that wait behind `state` (Session::wait)
        uint8_t newest_bytes = 0;  // of what waits there last
        MayWait may_wait{};
    };

    struct Sooner {
        bool is_sooner(uint32_t a, uint32_t b) const;

        uint32_t& place(uint32_t number) const { return (*entries)[number].place; }

        Slab<Entry>* entries;
    };

    struct IdOf {
        const event::SessionId& operator()(uint32_t number) const { return (*entries)[number].id; }

        const Slab<Entry>* entries;
    };

    void count_pending(Entry& entry, size_t pending);
    std::optional<uint32_t> number_of(const event::SessionId& id) const;
    uint32_t add(const event::SessionId& id, uint32_t suite);
    bool wait(Entry& entry, const HeldEvent& event);
    void open(Entry& entry, Output& output);
    void keep(Entry& entry);
    void close(uint32_t number, int64_t uptime_ms, Output& output);
    void remove(uint32_t number);
    void bury(const event::SessionId& id, int64_t closed_at);
    bool unpack_session(UnpackReader& reader, uint64_t end);
    void file(uint32_t number, int64_t deadline);
    Session copy_of(const Entry& entry) const;
    static Observer observer_for(uint32_t suite, Output& output);
    uint32_t suite_of(const event::Event& start);

    Rules rules_;
    Slab<Entry> entries_;  // at most rules_.max_sessions
    NumberIndex index_;
    DeadlineHeap<Sooner> deadlines_{{&entries_}};
    SortedNumbers<IdOf> by_id_{{&entries_}};
    Recency<Entry> recency_;
    TextPool pool_;
    Live live_{pool_};
    Session opened_{rules_};  // the session that is worked on
    Session looked_at_{rules_};
    PackWriter writer_;
    PackWriter details_;  // of the event that arrives
    RowLog drained_;
    std::deque<Buried> buried_;
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
