// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "app/fold_state.h"
#include "app/ledger.h"
#include "app/record_group.h"
#include "app/refusals.h"
#include "app/snapshot_loop.h"
#include "app/store_batch.h"
#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/counters.h"
#include "base/error.h"
#include "base/signal.h"
#include "event/record.h"
#include "ingest/decoder.h"
#include "journal/journal.h"
#include "session/table.h"

namespace playhead::app {

// When the fold stops for a snapshot: after so many records, for they are what the next start must
// read, and once it has caught up also after so much time.
struct SnapshotPace {
    uint64_t records = 2'000'000;
    int64_t uptime_ms = 300'000;
};

// Understanding: one thread's whole life. Reads the journal from its beginning, or from where a
// snapshot stands, gives each record to the session table, and hands the rows of closed sessions to
// the store. Starting again after a crash is this same loop: rows that the store has already are
// made again and left out.
//
// Now and then it stops for a snapshot: while the state is taken, piece by piece, no record is
// folded. Questions are answered, and accepting goes on.
//
// When the store is slow the rows gather here up to a limit; beyond it this loop waits. Accepting
// never does. Only the thread that calls step() touches the table; others send questions.
class FoldLoop {
  public:
    // Asked behind a round, on the fold's thread. What was committed before the question is folded
    // by then, unless the fold is more than a round behind.
    using Question = std::function<void(const FoldLoop&)>;

    struct Parts {
        journal::Reader& journal;
        base::BoundedQueue<std::shared_ptr<const StoreBatch>>& to_store;
        base::Signal& signal;  // raised when there is a commit, a question or room in a queue
        base::Counters& counters;
        // Every session by this rule set, whatever the journal says (`playhead recompute`).
        std::optional<int64_t> rule_set = {};
        SnapshotLoop* snapshots = nullptr;  // null: none are taken
        SnapshotPace pace = {};
        const base::Clock* clock = nullptr;  // null: how old records are is not measured
    };

    // `stored_offset`: what the store has already (store::Writer::offset); 0 while that is not
    // known, then rows that it has may be handed over once more (StoreLoop leaves them out).
    // `journal` begins at its beginning, and with `state` where that ends.
    FoldLoop(const Parts& parts, uint64_t stored_offset,
             std::optional<FoldState> state = std::nullopt);

    // One bounded round. True when there was something to do. Error: the journal cannot be read.
    base::Result<bool> step();

    // False when too many questions wait already; the question is then not kept. Any thread.
    bool ask(Question question);

    // A search among open sessions and those that are not stored yet, some of them in each round.
    // False and threads as for ask().
    bool ask_search(session::Search search, std::function<void(session::Search)> done);

    // What is being watched at `now_ms` (epoch), with everything that was committed before the
    // question, unless the fold stands still or a snapshot is taken. A question for a dimension
    // that was not watched takes some rounds. False and threads as for ask().
    bool ask_live(const session::LiveQuestion& question, int64_t now_ms,
                  std::function<void(session::LiveView)> done);

    // The store has everything up to this offset. Any thread.
    void stored(uint64_t offset);

    // Hands what is gathered to the store, however little. False when there was no room.
    bool flush();

    // Begins a snapshot when there is something new to keep and the last one is done.
    void begin_snapshot();

    // Pushes pieces of the snapshot that is taken, as many as there is room for. False when there
    // was none to push or no room.
    bool go_on_with_snapshot();

    bool takes_snapshot() const { return capture_.has_value(); }

    const session::Table& table() const { return *table_; }

    // A session that has closed and is not in the store yet, or null.
    const session::SessionRow* unstored(const event::SessionId& id) const;

    // Up to `limit` of them that pass, newest first, all with an id smaller than `before` when it
    // is given. Without details.
    std::vector<session::SessionRow> newest_unstored(const session::SessionFilter& filter,
                                                     const std::optional<event::SessionId>& before,
                                                     size_t limit) const;

    // How many there were behind the last round. Any thread.
    size_t rows_unstored() const { return rows_unstored_.load(std::memory_order_relaxed); }

    // All of them, with everything, as few copies as that takes: those that the store has been
    // given are shared. The fold does not let go of them while they are held.
    std::vector<std::shared_ptr<const StoreBatch>> unstored_batches() const;

    // Of everything that was folded.
    const Ledger& ledger() const { return ledger_; }

    // Of what this process has put into the journal: requests, and refusals that were recorded.
    // With the totals of the accepting side they tell what is still to be folded.
    uint64_t requests_since_start() const { return requests_since_start_; }

    const Refusals& refused_since_start() const { return refused_since_start_; }

    // Ledger::unaccounted behind the last round. Any thread.
    int64_t unaccounted() const { return unaccounted_.load(std::memory_order_relaxed); }

    // Whether records were met of which only the time is left. Any thread.
    bool met_erased_records() const { return met_erased_.load(std::memory_order_relaxed); }

    // All sessions of a viewer (session::is_of_viewer) that are not in the store: open ones, and
    // those that have closed. Stops above `limit`.
    std::vector<store::ViewerSession> sessions_of_viewer(std::string_view id, size_t limit) const;

    // Whether the journal was read to its end since the start. Before that, questions wait. Any
    // thread.
    bool caught_up() const { return caught_up_; }

    // Journal offset behind the last record that was folded. Any thread.
    uint64_t position() const { return position_.load(std::memory_order_acquire); }

  private:
    struct LiveQuestion {
        session::LiveQuestion question;
        int64_t now_ms = 0;
        uint64_t end = 0;  // of the journal when it was asked
        std::function<void(session::LiveView)> done;
    };

    struct AskedSearch {
        session::Search search;
        std::optional<event::SessionId> before;  // as it was asked
        std::function<void(session::Search)> done;
    };

    base::Result<size_t> fold_round();
    bool is_snapshot_due() const;
    void answer_questions();
    bool go_on_with_searches();
    void take_live_questions();
    bool answer_live_questions(bool comes_nearer);
    void fold(const RecordGroup::Item& item);
    void fold_batch(const event::Record& record, const session::Arrival& arrival);
    void change_rules(const event::Record& record, uint64_t offset);
    void fold_erasure(const event::Record& record, const journal::Reader::Record& stored);
    void note_refusals(const event::Record& record, uint64_t offset);
    session::Rules with_rule_set(session::Rules rules) const;
    void for_each_unstored(const std::function<void(const session::SessionRow&)>& each) const;
    void gather(uint64_t offset);
    void set_rows_apart(uint64_t offset);
    bool push(const std::shared_ptr<const StoreBatch>& batch);
    void count_verdicts();
    void count_unstored();
    void measure_round(int64_t round_us);
    void forget_stored();

    Parts parts_;
    const std::unique_ptr<session::Table> table_;
    session::Output output_;
    RecordGroup group_;
    ingest::Decoder decoder_;
    event::Event event_;
    base::BoundedQueue<Question> questions_;
    std::vector<Question> asked_;
    base::BoundedQueue<AskedSearch> searches_;
    std::vector<AskedSearch> searched_;
    size_t searches_done_ = 0;  // of those
    base::BoundedQueue<LiveQuestion> live_questions_;
    std::vector<LiveQuestion> live_asked_;
    size_t live_answered_ = 0;  // of those
    std::vector<session::SessionRow> gathered_;
    std::vector<uint64_t> closed_by_;                          // of those
    std::deque<std::shared_ptr<const StoreBatch>> set_apart_;  // before those, in order
    std::deque<std::shared_ptr<const StoreBatch>> handed_over_;
    const uint64_t started_at_;  // the journal's end then
    Ledger ledger_;
    std::vector<session::RulesChange> rules_changes_;
    uint64_t requests_since_start_ = 0;
    Refusals refused_since_start_{};
    int64_t uptime_ms_ = 0;  // of the last record
    std::atomic<int64_t> unaccounted_{0};
    std::optional<SnapshotCapture> capture_;
    std::optional<SnapshotPiece> piece_;  // that had no room
    uint64_t snapshot_offset_ = 0;        // of the last one that was begun
    int64_t snapshot_uptime_ms_ = 0;
    uint64_t records_since_snapshot_ = 0;
    bool owes_offset_ = false;  // the store must come to know it, rows or not
    std::atomic<uint64_t> stored_;
    std::atomic<uint64_t> position_{0};
    std::atomic<bool> caught_up_{false};
    std::atomic<bool> met_erased_{false};
    bool owes_snapshot_ = false;  // an older one knows what was erased
    std::array<base::Counter*, session::fold_code_count> verdicts_{};
    base::Counter& folded_;
    base::Counter& undecodable_;
    base::Histogram& round_time_;
    base::Histogram& age_;
    int64_t received_at_ = 0;  // of the last record
    std::atomic<size_t> rows_unstored_{0};
};

}  // namespace playhead::app
