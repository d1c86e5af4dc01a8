// SPDX-License-Identifier: Apache-2.0
#include "app/fold_loop.h"

#include <algorithm>
#include <string>
#include <utility>

#include "app/erasure_record.h"
#include "app/refusals.h"
#include "app/rules_record.h"
#include "base/canary.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/stopwatch.h"

namespace playhead::app {
namespace {

constexpr size_t records_per_round = 512;
constexpr size_t bytes_per_round = size_t{1} << 20;
constexpr size_t pieces_per_round = 16;
constexpr size_t questions_waiting = 1024;
constexpr size_t searches_waiting = 64;
// Of all searches in one round: some milliseconds.
constexpr size_t search_work_per_round = 10'000;
constexpr size_t live_questions_waiting = 256;
// Open sessions that are looked at in one round for a dimension that is watched since lately.
constexpr size_t live_sessions_per_round = 20'000;
// Rows of closed sessions that may wait for a slow store before the fold waits as well.
constexpr size_t rows_waiting = 100'000;

}  // namespace

FoldLoop::FoldLoop(const Parts& parts, uint64_t stored_offset, std::optional<FoldState> state)
    : parts_(parts),
      table_(state ? std::move(state->table) : std::make_unique<session::Table>(with_rule_set({}))),
      questions_(questions_waiting),
      searches_(searches_waiting),
      live_questions_(live_questions_waiting),
      started_at_(parts.journal.end()),
      stored_(stored_offset),
      folded_(parts.counters.counter("playhead_records_folded_total", "",
                                     "Journal records given to the session table")),
      undecodable_(parts.counters.counter(
          "playhead_records_undecodable_total", "",
          "Journal records that this version cannot read; each is a bug or damage")),
      round_time_(parts.counters.histogram("playhead_fold_round_seconds", "",
                                           "How long a round of the fold took that had records",
                                           base::Histogram::Unit::microseconds)),
      age_(parts.counters.histogram(
          "playhead_fold_age_seconds", "",
          "How old the newest record was when a round of the fold had ended, once it had caught up",
          base::Histogram::Unit::microseconds)) {
    for (size_t code = 0; code < session::fold_code_count; ++code) {
        const session::VerdictText& text =
            session::text_of(static_cast<session::VerdictCode>(code));
        const std::string labels = "outcome=\"" + std::string(session::name_of(text.outcome)) +
                                   "\",code=\"" + std::string(text.name) + "\"";
        verdicts_[code] = &parts.counters.counter(
            "playhead_events_total", labels,
            "Accepted events since the data folder was made, by their verdict");
    }
    if (!state) return;
    position_ = state->offset;
    snapshot_offset_ = state->offset;
    uptime_ms_ = state->uptime_ms;
    snapshot_uptime_ms_ = state->uptime_ms;
    ledger_ = std::move(state->ledger);
    rules_changes_ = std::move(state->rules_changes);
    session::VerdictCounts total;
    for (const session::VerdictCounts& suite : ledger_.by_suite()) total += suite;
    for (size_t code = 0; code < verdicts_.size(); ++code) {
        verdicts_[code]->add(total.by_code[code]);
    }
}

base::Result<bool> FoldLoop::step() {
    forget_stored();
    take_live_questions();
    if (owes_offset_ && flush()) owes_offset_ = false;
    if (is_snapshot_due()) begin_snapshot();
    base::Result<size_t> folded = 0;
    bool has_room = true;
    if (takes_snapshot()) {
        folded = go_on_with_snapshot() ? 1 : 0;
    } else {
        has_room = gathered_.size() < rows_waiting || flush();
        if (has_room) folded = fold_round();
    }
    // Behind the records, so that who asks after a 204 finds its event folded. Before the journal
    // is read again to its end nothing true can be said; if it cannot be read, or the store is
    // away for long, what is known must do.
    bool goes_on = false;
    if (caught_up_ || !folded || !has_room) {
        answer_questions();
        goes_on = answer_live_questions(folded.value_or(0) > 0 && !takes_snapshot());
        goes_on = go_on_with_searches() || goes_on;
    }
    count_unstored();
    if (!folded) return std::unexpected(folded.error());
    return *folded > 0 || goes_on;
}

base::Result<size_t> FoldLoop::fold_round() {
    const base::Stopwatch watch;
    size_t folded = 0;
    size_t bytes = 0;
    while (folded < records_per_round && bytes < bytes_per_round) {
        const auto read = group_.read(parts_.journal);
        table_->expect(group_.sessions());
        for (const RecordGroup::Item& item : group_.items()) {
            bytes += item.stored.bytes.size();
            fold(item);
            ++records_since_snapshot_;
            position_.store(item.stored.next, std::memory_order_release);
            ++folded;
        }
        if (!read) return std::unexpected(read.error());
        if (group_.items().empty()) {
            caught_up_ = true;
            break;
        }
    }
    folded_.add(folded);
    count_verdicts();
    if (!gathered_.empty() || !set_apart_.empty()) flush();
    if (folded > 0) measure_round(watch.microseconds());
    return folded;
}

// Clocks of the machine may be set, so that a record seems to come from the future.
void FoldLoop::measure_round(int64_t round_us) {
    round_time_.record(static_cast<uint64_t>(round_us));
    if (parts_.clock == nullptr || !caught_up_) return;
    const int64_t age_ms = parts_.clock->wall_ms() - received_at_;
    age_.record(static_cast<uint64_t>(std::max<int64_t>(age_ms, 0)) * 1000);
}

bool FoldLoop::is_snapshot_due() const {
    if (parts_.snapshots == nullptr || takes_snapshot()) return false;
    if (owes_snapshot_ && caught_up_) return true;
    if (records_since_snapshot_ >= parts_.pace.records) return true;
    return caught_up_ && uptime_ms_ - snapshot_uptime_ms_ >= parts_.pace.uptime_ms;
}

void FoldLoop::begin_snapshot() {
    if (parts_.snapshots == nullptr || takes_snapshot() || position() == snapshot_offset_) return;
    if (!parts_.snapshots->begin()) return;
    snapshot_offset_ = position();
    snapshot_uptime_ms_ = uptime_ms_;
    records_since_snapshot_ = 0;
    owes_snapshot_ = false;
    capture_.emplace(
        SnapshotCapture::Parts{snapshot_offset_, uptime_ms_, ledger_, rules_changes_, *table_});
    owes_offset_ = !flush();
}

bool FoldLoop::go_on_with_snapshot() {
    bool pushed = false;
    for (size_t i = 0; i < pieces_per_round && capture_; ++i) {
        if (!piece_) piece_ = capture_->next();
        if (!piece_) {
            capture_.reset();
        } else if (parts_.snapshots->try_push(std::move(*piece_))) {
            piece_.reset();
            pushed = true;
        } else {
            break;
        }
    }
    return pushed;
}

// True when one goes on in a further round.
bool FoldLoop::go_on_with_searches() {
    if (searches_done_ == searched_.size()) {
        searched_.clear();
        searches_done_ = 0;
        if (!searches_.try_pop_all(searched_)) return false;
    }
    AskedSearch& asked = searched_[searches_done_];
    session::Search& search = asked.search;
    table_->go_on(search, search_work_per_round);
    if (!search.has_ended) return true;
    // Behind the open ones: what closed meanwhile is among these.
    std::ranges::move(newest_unstored(search.filter, asked.before, search.limit),
                      std::back_inserter(search.found));
    ++searches_done_;
    std::exchange(asked.done, nullptr)(std::move(search));
    return true;
}

bool FoldLoop::ask_search(session::Search search, std::function<void(session::Search)> done) {
    const auto before = search.before;
    if (!searches_.try_push({std::move(search), before, std::move(done)})) return false;
    parts_.signal.raise();
    return true;
}

// Before the records are read: then those that a question may know of are among them.
void FoldLoop::take_live_questions() {
    if (live_answered_ < live_asked_.size()) return;
    live_asked_.clear();
    live_answered_ = 0;
    live_questions_.try_pop_all(live_asked_);
}

// True when some wait for a further round. Whoever asks behind a 204 finds its event; only when the
// fold does not come nearer to it, what is known must do.
bool FoldLoop::answer_live_questions(bool comes_nearer) {
    session::Live& live = table_->live();
    for (; live_answered_ < live_asked_.size(); ++live_answered_) {
        LiveQuestion& asked = live_asked_[live_answered_];
        if (comes_nearer && position() < asked.end) return true;
        if (asked.question.by) live.watch(*asked.question.by);
        if (!live.is_ready()) table_->get_live_ready(live_sessions_per_round);
        if (!live.is_ready()) return true;
        std::exchange(asked.done, nullptr)(live.view(asked.question, asked.now_ms));
    }
    return false;
}

bool FoldLoop::ask_live(const session::LiveQuestion& question, int64_t now_ms,
                        std::function<void(session::LiveView)> done) {
    if (!live_questions_.try_push({question, now_ms, parts_.journal.end(), std::move(done)})) {
        return false;
    }
    parts_.signal.raise();
    return true;
}

bool FoldLoop::ask(Question question) {
    if (!questions_.try_push(std::move(question))) return false;
    parts_.signal.raise();
    return true;
}

void FoldLoop::stored(uint64_t offset) {
    stored_.store(offset, std::memory_order_release);
    parts_.signal.raise();
}

bool FoldLoop::flush() {
    // In a replay behind what the store has, nothing is news.
    if (position() <= stored_.load(std::memory_order_acquire)) {
        set_apart_.clear();
        gathered_.clear();
        closed_by_.clear();
        return true;
    }
    while (!set_apart_.empty()) {
        if (!push(set_apart_.front())) return false;
        set_apart_.pop_front();
    }
    auto batch = std::make_shared<StoreBatch>();
    if constexpr (PLAYHEAD_CANARY(offset_before_the_rows)) {
        if (!gathered_.empty() && stored_.load() < position()) {
            batch->offset = position();
            static_cast<void>(parts_.to_store.try_push(std::move(batch)));
            return false;
        }
    }
    batch->rows = std::move(gathered_);
    batch->closed_by = std::move(closed_by_);
    batch->offset = position();
    gathered_.clear();
    closed_by_.clear();
    if (push(batch)) return true;
    gathered_ = std::move(batch->rows);
    closed_by_ = std::move(batch->closed_by);
    return false;
}

bool FoldLoop::push(const std::shared_ptr<const StoreBatch>& batch) {
    if (!parts_.to_store.try_push(std::shared_ptr<const StoreBatch>(batch))) return false;
    handed_over_.push_back(batch);
    return true;
}

// What is gathered becomes a batch that reflects the journal up to `offset`.
void FoldLoop::set_rows_apart(uint64_t offset) {
    if (gathered_.empty()) return;
    auto batch = std::make_shared<StoreBatch>();
    batch->rows = std::move(gathered_);
    batch->closed_by = std::move(closed_by_);
    batch->offset = offset;
    gathered_.clear();
    closed_by_.clear();
    set_apart_.push_back(std::move(batch));
}

const session::SessionRow* FoldLoop::unstored(const event::SessionId& id) const {
    const session::SessionRow* found = nullptr;
    for_each_unstored([&](const session::SessionRow& row) {
        if (row.id == id) found = &row;
    });
    return found;
}

std::vector<session::SessionRow> FoldLoop::newest_unstored(
    const session::SessionFilter& filter, const std::optional<event::SessionId>& before,
    size_t limit) const {
    std::vector<const session::SessionRow*> found;
    for_each_unstored([&](const session::SessionRow& row) {
        const bool is_behind = !before || row.id < *before;
        if (is_behind && session::passes(filter, row)) found.push_back(&row);
    });
    const size_t count = std::min(limit, found.size());
    std::ranges::partial_sort(found, found.begin() + static_cast<ptrdiff_t>(count), std::greater(),
                              [](const session::SessionRow* row) { return row->id; });
    std::vector<session::SessionRow> rows;
    rows.reserve(count);
    for (size_t i = 0; i < count; ++i) rows.push_back(session::without_details(*found[i]));
    return rows;
}

std::vector<std::shared_ptr<const StoreBatch>> FoldLoop::unstored_batches() const {
    std::vector<std::shared_ptr<const StoreBatch>> batches(handed_over_.begin(),
                                                           handed_over_.end());
    if (!gathered_.empty()) {
        auto gathered = std::make_shared<StoreBatch>();
        gathered->rows = gathered_;
        batches.push_back(std::move(gathered));
    }
    return batches;
}

void FoldLoop::for_each_unstored(
    const std::function<void(const session::SessionRow&)>& each) const {
    for (const auto& batch : handed_over_) {
        for (const session::SessionRow& row : batch->rows) each(row);
    }
    for (const auto& batch : set_apart_) {
        for (const session::SessionRow& row : batch->rows) each(row);
    }
    for (const session::SessionRow& row : gathered_) each(row);
}

std::vector<store::ViewerSession> FoldLoop::sessions_of_viewer(std::string_view id,
                                                               size_t limit) const {
    std::vector<store::ViewerSession> found;
    const auto take = [&](const session::SessionRow& row) {
        if (session::is_of_viewer(row, id)) found.push_back(store::viewer_session(row));
        return found.size() <= limit;
    };
    for_each_unstored([&](const session::SessionRow& row) { static_cast<void>(take(row)); });
    table_->for_each(take);
    return found;
}

void FoldLoop::answer_questions() {
    asked_.clear();
    if (!questions_.try_pop_all(asked_)) return;
    for (const Question& question : asked_) question(*this);
}

void FoldLoop::fold(const RecordGroup::Item& item) {
    const auto& [stored, record] = item;
    if (!record) {
        undecodable_.add();
        base::log(base::Level::error, "the journal record at offset " +
                                          std::to_string(stored.offset) +
                                          " is of a kind that this version does not know");
        return;
    }
    const session::Arrival arrival{.offset = stored.offset,
                                   .received_at = record->received_at,
                                   .uptime_ms = record->uptime_ms,
                                   .session = record->session};
    uptime_ms_ = record->uptime_ms;
    received_at_ = record->received_at;
    table_->live().pass(record->received_at, record->uptime_ms);
    switch (record->kind) {
        case event::Record::Kind::tick:
            table_->advance(record->uptime_ms, output_);
            break;
        case event::Record::Kind::batch:
            fold_batch(*record, arrival);
            break;
        case event::Record::Kind::rules:
            change_rules(*record, stored.offset);
            break;
        case event::Record::Kind::refusals:
            note_refusals(*record, stored.offset);
            break;
        case event::Record::Kind::erasure:
            fold_erasure(*record, stored);
            break;
        case event::Record::Kind::erased:
            table_->advance(record->uptime_ms, output_);
            ledger_.receive(event::erased_events(*record));
            ledger_.erase(event::erased_events(*record));
            met_erased_.store(true, std::memory_order_relaxed);
            break;
        case event::Record::Kind::session_start:
        case event::Record::Kind::event:
            ledger_.receive(1);
            if (!decoder_.decode_stored(record->body, event_)) {
                undecodable_.add();
                ledger_.fail_to_decode(1);
                break;
            }
            if (record->kind == event::Record::Kind::event) {
                table_->arrive(arrival, event_, output_);
            } else {
                table_->start(arrival, event_, output_);
            }
            break;
    }
    if (stored.offset >= started_at_ && record->kind <= event::Record::Kind::batch) {
        ++requests_since_start_;
    }
    gather(stored.offset);
}

void FoldLoop::fold_batch(const event::Record& record, const session::Arrival& arrival) {
    uint64_t elements = 0;
    const bool decoded =
        decoder_.decode_stored_batch(record.body, [&](size_t, const event::Event& event) {
            if (elements == 0) {
                table_->start_batch(arrival, event);
            } else {
                table_->batch_event(event);
            }
            ++elements;
        });
    ledger_.receive(elements);
    if (!decoded) {
        undecodable_.add();
        ledger_.receive(1);
        ledger_.fail_to_decode(1);
    }
    if (elements > 0) table_->finish_batch(output_);
}

void FoldLoop::change_rules(const event::Record& record, uint64_t offset) {
    const auto rules = decode_rules(record.body);
    if (rules) {
        rules_changes_.push_back({.offset = offset, .rules = *rules});
        table_->change_rules(with_rule_set(*rules), output_);
    } else {
        undecodable_.add();
    }
}

// No time passes by it: a row that closed here would be in a transaction of its own, of which only
// one of the two might come through.
void FoldLoop::fold_erasure(const event::Record& record, const journal::Reader::Record& stored) {
    const auto erasure = decode_erasure(record.body);
    if (!erasure) {
        undecodable_.add();
        return;
    }
    StoreBatch batch;
    batch.offset = stored.next;
    if (const auto* begun = std::get_if<ErasureBegun>(&*erasure)) {
        const size_t pending = table_->erase(
            [begun](const event::SessionId& id) { return begun->marks.contains(mark_of(id)); });
        ledger_.erase(pending);
        owes_snapshot_ = true;
        batch.erasure = store::Erasure{.id = base::hex(begun->id),
                                       .erased_at = record.received_at,
                                       .sessions = begun->sessions,
                                       .records = begun->records,
                                       .rows = begun->rows,
                                       .journal_offset = stored.offset,
                                       .finished_at = {}};
        for (const SessionMark& mark : begun->marks) batch.marks.push_back(base::hex(mark));
    } else if (const auto* finished = std::get_if<ErasureFinished>(&*erasure)) {
        batch.erasure =
            store::Erasure{.id = base::hex(finished->id), .finished_at = record.received_at};
    } else {
        return;
    }
    if (stored.offset < stored_.load(std::memory_order_acquire)) return;
    set_rows_apart(stored.offset);
    set_apart_.push_back(std::make_shared<StoreBatch>(std::move(batch)));
}

void FoldLoop::note_refusals(const event::Record& record, uint64_t offset) {
    const auto refusals = decode_refusals(record.body);
    if (!refusals) {
        undecodable_.add();
        return;
    }
    ledger_.refuse(*refusals);
    if (offset < started_at_) return;
    for (size_t i = 0; i < refusals->size(); ++i) refused_since_start_[i] += (*refusals)[i];
}

session::Rules FoldLoop::with_rule_set(session::Rules rules) const {
    if (parts_.rule_set) rules.rule_set = *parts_.rule_set;
    return rules;
}

void FoldLoop::gather(uint64_t offset) {
    // Rows that the store had before the restart are made again by the same records; they are the
    // same rows, because the fold is deterministic.
    if (offset >= stored_.load(std::memory_order_acquire)) {
        for (session::SessionRow& row : output_.closed) gathered_.push_back(std::move(row));
        closed_by_.resize(gathered_.size(), offset);
    }
    output_.closed.clear();
}

void FoldLoop::count_verdicts() {
    const session::VerdictCounts total = output_.total();
    for (size_t code = 0; code < verdicts_.size(); ++code)
        verdicts_[code]->add(total.by_code[code]);
    ledger_.decide(output_.counts);
    output_.counts.clear();
    unaccounted_.store(ledger_.unaccounted(table_->pending_events()), std::memory_order_relaxed);
}

void FoldLoop::count_unstored() {
    size_t rows = gathered_.size();
    for (const auto& batch : handed_over_) rows += batch->rows.size();
    for (const auto& batch : set_apart_) rows += batch->rows.size();
    rows_unstored_.store(rows, std::memory_order_relaxed);
}

void FoldLoop::forget_stored() {
    const uint64_t stored = stored_.load(std::memory_order_acquire);
    while (!handed_over_.empty() && handed_over_.front()->offset <= stored) {
        handed_over_.pop_front();
    }
}

}  // namespace playhead::app
