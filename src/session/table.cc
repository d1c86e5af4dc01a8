// SPDX-License-Identifier: Apache-2.0
#include "session/table.h"

#include <tuple>
#include <utility>

#include "base/check.h"
#include "session/fetch_ahead.h"
#include "session/row_digest.h"

namespace playhead::session {

VerdictCounts Output::total() const {
    VerdictCounts sum;
    for (const VerdictCounts& suite : counts) sum += suite;
    return sum;
}

bool Table::Sooner::is_sooner(uint32_t a, uint32_t b) const {
    const Entry& left = (*entries)[a];
    const Entry& right = (*entries)[b];
    return std::tie(left.deadline, left.id) < std::tie(right.deadline, right.id);
}

Table::Table(const Rules& rules) : rules_(rules), suites_{std::string()} {
}

Observer Table::observer_for(uint32_t suite, Output& output) {
    if (output.counts.size() <= suite) output.counts.resize(suite + 1);
    return {.counts = &output.counts[suite], .trace = nullptr};
}

uint32_t Table::suite_of(const event::Event& start) {
    const auto* sent = start.param(event::Parameter::analytics_report_suite);
    if (sent == nullptr) return 0;
    std::string name(sent->text);
    const auto known = suite_numbers_.find(name);
    if (known != suite_numbers_.end()) return known->second;
    if (suites_.size() > max_suites) return 0;
    const auto number = static_cast<uint32_t>(suites_.size());
    suites_.push_back(name);
    suite_numbers_.emplace(std::move(name), number);
    return number;
}

void Table::start(const Arrival& arrival, const event::Event& event, Output& output) {
    CHECK(!batch_);
    advance(arrival.uptime_ms, output);
    const uint32_t suite = suite_of(event);
    const Observer observer = observer_for(suite, output);
    if (number_of(arrival.session)) {
        observer.counts->add(VerdictCode::session_already_started);
        return;
    }
    if (entries_.size() >= rules_.max_sessions && recency_.oldest() != nullptr) {
        Entry& oldest = *recency_.oldest();
        open(oldest, output);
        count_pending(oldest, 0);
        opened_.evict(observer_for(oldest.suite, output));
        close(*number_of(oldest.id), arrival.uptime_ms, output);
    }
    const uint32_t number = add(arrival.session, suite);
    Entry& entry = entries_[number];
    opened_ = Session(rules_, arrival, event, Origin::live, false, observer_for(suite, output));
    keep(entry);
    entry.deadline = *opened_.next_deadline();
    deadlines_.add(number);
    live_.enter(number, entry.log.view(), Doing::starting);
}

std::optional<uint32_t> Table::number_of(const event::SessionId& id) const {
    return index_.find(std::hash<event::SessionId>()(id),
                       [&](uint32_t number) { return entries_[number].id == id; });
}

uint32_t Table::add(const event::SessionId& id, uint32_t suite) {
    const uint32_t number = entries_.add();
    Entry& entry = entries_[number];
    entry.id = id;
    entry.suite = static_cast<uint16_t>(suite);
    index_.add(std::hash<event::SessionId>()(id), number);
    by_id_.add(number);
    recency_.add(entry);
    return number;
}

// What waited gets its verdicts; when anything did, keep() or close() must follow.
void Table::open(Entry& entry, Output& output) {
    CHECK(opened_.unpack(entry.id, entry.state.view(), entry.waiting,
                         observer_for(entry.suite, output)));
    entry.waiting = 0;
    entry.newest_bytes = 0;
}

// Held events look at the bytes that are replaced here: nothing may ask what they say behind it.
// With the bytes changes what may wait behind them: pings that waited may have emptied the window.
void Table::keep(Entry& entry) {
    entry.may_wait = opened_.may_wait();
    writer_.clear();
    opened_.pack(writer_);
    entry.state.assign(writer_.bytes());
    count_pending(entry, opened_.held_events());
    drained_.clear();
    opened_.drain(drained_);
    if (!drained_.empty()) pool_.intern(drained_.bytes(), entry.log);
}

void Table::arrive(const Arrival& arrival, const event::Event& event, Output& output) {
    CHECK(!batch_);
    advance(arrival.uptime_ms, output);
    const auto number = number_of(arrival.session);
    if (!number) {
        observer_for(0, output).counts->add(VerdictCode::unknown_session);
        return;
    }
    Entry& entry = entries_[*number];
    recency_.touch(entry);
    const HeldEvent held(arrival, event, details_);
    if (wait(entry, held)) return;
    open(entry, output);
    opened_.arrive(held, event, observer_for(entry.suite, output));
    live_.change(*number, opened_.doing(looked_at_));
    keep(entry);
    const int64_t deadline = *opened_.next_deadline();
    if (deadline < entry.deadline) file(*number, deadline);
}

// Its deadline lies ahead (advance() came before), so that it is accepted.
bool Table::wait(Entry& entry, const HeldEvent& event) {
    if (entry.may_wait == MayWait::nothing || entry.waiting == Session::most_waiting) return false;
    if (!Session::wait(entry.state.view(), entry.newest_bytes, entry.may_wait, event, writer_)) {
        return false;
    }
    entry.state.append(writer_.bytes());
    entry.newest_bytes = static_cast<uint8_t>(writer_.bytes().size());
    ++entry.waiting;
    count_pending(entry, entry.pending + size_t{1});
    return true;
}

void Table::expect(std::span<const event::SessionId* const> ids) const {
    fetch_ahead(index_, entries_, ids, [](const Entry& entry) { entry.state.prefetch(); });
}

void Table::count_pending(Entry& entry, size_t pending) {
    if (pending_by_suite_.size() <= entry.suite) pending_by_suite_.resize(entry.suite + size_t{1});
    size_t& of_suite = pending_by_suite_[entry.suite];
    of_suite = of_suite - entry.pending + pending;
    pending_events_ = pending_events_ - entry.pending + pending;
    entry.pending = static_cast<uint8_t>(pending);
}

void Table::file(uint32_t number, int64_t deadline) {
    entries_[number].deadline = deadline;
    deadlines_.moved(number);
}

void Table::change_rules(const Rules& rules, Output& output) {
    // What waits arrived under the rules of its time.
    by_id_.for_each([&](uint32_t number) {
        Entry& entry = entries_[number];
        if (entry.waiting == 0) return;
        open(entry, output);
        keep(entry);
    });
    rules_ = rules;
    by_id_.for_each([&](uint32_t number) {
        open(entries_[number], output);
        file(number, *opened_.next_deadline());
    });
}

void Table::bury(const event::SessionId& id, int64_t closed_at) {
    if (buried_.size() >= rules_.max_sessions) buried_.pop_front();
    buried_.push_back({id, closed_at});
}

void Table::advance(int64_t uptime_ms, Output& output) {
    while (!buried_.empty() && uptime_ms - buried_.front().closed_at > rules_.tombstone_ms) {
        buried_.pop_front();
    }
    while (!deadlines_.empty()) {
        const uint32_t number = deadlines_.first();
        Entry& entry = entries_[number];
        if (entry.deadline > uptime_ms) return;
        open(entry, output);
        const int64_t deadline = *opened_.next_deadline();
        if (deadline > entry.deadline) {
            keep(entry);
            file(number, deadline);
            continue;
        }
        count_pending(entry, 0);
        opened_.advance(uptime_ms, observer_for(entry.suite, output));
        CHECK(opened_.closed());
        close(number, uptime_ms, output);
    }
}

// The row of the session that is open now and closed; forgets it.
void Table::close(uint32_t number, int64_t uptime_ms, Output& output) {
    Entry& entry = entries_[number];
    bury(entry.id, std::min(opened_.gate().closes_at(rules_), uptime_ms));
    drained_.clear();
    opened_.drain(drained_);
    if (!drained_.empty()) pool_.intern(drained_.bytes(), entry.log);
    drained_.clear();
    pool_.expand(entry.log.view(), drained_);
    opened_.recall(drained_.bytes());
    output.closed.push_back(opened_.row());
    remove(number);
}

void Table::remove(uint32_t number) {
    Entry& entry = entries_[number];
    live_.close(number);
    deadlines_.remove(number);
    by_id_.remove(number);
    recency_.remove(entry);
    index_.remove(std::hash<event::SessionId>()(entry.id), number);
    pool_.release(entry.log.view());
    entries_.remove(number);
}

size_t Table::erase(const std::function<bool(const event::SessionId&)>& is_erased) {
    CHECK(!batch_);
    std::vector<uint32_t> found;
    by_id_.for_each([&](uint32_t number) {
        if (is_erased(entries_[number].id)) found.push_back(number);
    });
    const size_t pending_before = pending_events_;
    for (const uint32_t number : found) {
        count_pending(entries_[number], 0);
        remove(number);
    }
    std::erase_if(buried_, [&](const Buried& one) { return is_erased(one.id); });
    return pending_before - pending_events_;
}

void Table::get_live_ready(size_t sessions) {
    live_.get_ready(sessions, [this](uint32_t number) { return entries_[number].log.view(); });
}

void Table::start_batch(const Arrival& arrival, const event::Event& event) {
    CHECK(!batch_);
    batch_suite_ = suite_of(event);
    batch_counts_ = {};
    batch_arrival_ = arrival;
    batch_.emplace(rules_, arrival, event, Origin::downloaded, false,
                   Observer{.counts = &batch_counts_, .trace = nullptr});
}

void Table::batch_event(const event::Event& event) {
    CHECK(batch_);
    batch_->arrive(batch_arrival_, event, {.counts = &batch_counts_, .trace = nullptr});
}

void Table::finish_batch(Output& output) {
    CHECK(batch_);
    advance(batch_arrival_.uptime_ms, output);
    batch_->finish();
    bury(batch_arrival_.session, batch_arrival_.uptime_ms);
    output.closed.push_back(batch_->row());
    *observer_for(batch_suite_, output).counts += batch_counts_;
    batch_.reset();
}

Session Table::copy_of(const Entry& entry) const {
    Session copy(rules_);
    CHECK(copy.unpack(entry.id, entry.state.view(), entry.waiting));
    RowLog log;
    pool_.expand(entry.log.view(), log);
    copy.drain(log);
    copy.recall(log.bytes());
    return copy;
}

std::optional<SessionRow> Table::session(const event::SessionId& id) const {
    const auto number = number_of(id);
    if (!number) return std::nullopt;
    return copy_of(entries_[*number]).row();
}

std::vector<SessionRow> Table::newest_with_details(const std::optional<event::SessionId>& before,
                                                   size_t limit) const {
    std::vector<SessionRow> rows;
    if (limit == 0) return rows;
    by_id_.for_each_down(before ? &*before : nullptr, [&](uint32_t number) {
        rows.push_back(copy_of(entries_[number]).row());
        return rows.size() < limit;
    });
    return rows;
}

void Table::for_each(const std::function<bool(const SessionRow&)>& each) const {
    by_id_.for_each_down(static_cast<const event::SessionId*>(nullptr),
                         [&](uint32_t number) { return each(copy_of(entries_[number]).row()); });
}

uint64_t Table::digest() const {
    uint64_t digest = entries_.size();
    by_id_.for_each([&](uint32_t number) {
        const Session session = copy_of(entries_[number]);
        digest = mixed(digest, digest_of(session.row()));
        digest = mixed(digest, static_cast<uint64_t>(*session.next_deadline()));
        digest = mixed(digest, session.held_events());
    });
    return digest;
}

Table::Bytes Table::session_bytes() const {
    constexpr size_t of_allocator = 8;  // beside each block
    Bytes bytes;
    bytes.of_texts = pool_.heap_bytes() + pool_.texts() * of_allocator;
    bytes.all = bytes.of_texts + entries_.heap_bytes() + index_.heap_bytes() +
                deadlines_.heap_bytes() + by_id_.heap_bytes() + live_.heap_bytes();
    by_id_.for_each([&](uint32_t number) {
        const Entry& entry = entries_[number];
        bytes.all += entry.state.heap_bytes() + entry.log.heap_bytes() + 2 * of_allocator;
        bytes.of_texts += TextPool::text_bytes(entry.log.view());
    });
    return bytes;
}

}  // namespace playhead::session
