// SPDX-License-Identifier: Apache-2.0
#include "session/table.h"

#include <tuple>
#include <utility>

#include "base/check.h"
#include "session/row_digest.h"

namespace playhead::session {

VerdictCounts Output::total() const {
    VerdictCounts sum;
    for (const VerdictCounts& suite : counts) sum += suite;
    return sum;
}

bool Table::SoonerFirst::operator()(const Entry* a, const Entry* b) const {
    return std::tie(a->deadline, a->session.id()) < std::tie(b->deadline, b->session.id());
}

bool Table::SmallerId::operator()(const Entry* a, const Entry* b) const {
    return a->session.id() < b->session.id();
}

bool Table::SmallerId::operator()(const Entry* a, const event::SessionId& b) const {
    return a->session.id() < b;
}

bool Table::SmallerId::operator()(const event::SessionId& a, const Entry* b) const {
    return a < b->session.id();
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
    if (sessions_.contains(arrival.session)) {
        observer.counts->add(VerdictCode::session_already_started);
        return;
    }
    if (sessions_.size() >= rules_.max_sessions && recency_.oldest() != nullptr) {
        Entry& oldest = *recency_.oldest();
        count_pending(oldest.suite, oldest.session.held_events(), 0);
        oldest.session.evict(observer_for(oldest.suite, output));
        remove(oldest, output);
    }
    Session opened(rules_, arrival, event, Origin::live, false, observer_for(suite, output));
    Entry& entry = sessions_.try_emplace(arrival.session, std::move(opened), suite).first->second;
    entry.deadline = *entry.session.next_deadline();
    deadlines_.insert(&entry);
    by_id_.insert(&entry);
    recency_.add(entry);
}

void Table::arrive(const Arrival& arrival, const event::Event& event, Output& output) {
    CHECK(!batch_);
    advance(arrival.uptime_ms, output);
    const auto at = sessions_.find(arrival.session);
    if (at == sessions_.end()) {
        observer_for(0, output).counts->add(VerdictCode::unknown_session);
        return;
    }
    Entry& entry = at->second;
    const size_t held = entry.session.held_events();
    entry.session.arrive(arrival, event, observer_for(entry.suite, output));
    count_pending(entry.suite, held, entry.session.held_events());
    recency_.touch(entry);
    const int64_t deadline = *entry.session.next_deadline();
    if (deadline < entry.deadline) file(entry, deadline);
}

void Table::count_pending(uint32_t suite, size_t before, size_t after) {
    if (pending_by_suite_.size() <= suite) pending_by_suite_.resize(suite + 1);
    pending_by_suite_[suite] = pending_by_suite_[suite] - before + after;
    pending_events_ = pending_events_ - before + after;
}

void Table::file(Entry& entry, int64_t deadline) {
    deadlines_.erase(&entry);
    entry.deadline = deadline;
    deadlines_.insert(&entry);
}

void Table::change_rules(const Rules& rules) {
    rules_ = rules;
    for (Entry* const entry : by_id_) file(*entry, *entry->session.next_deadline());
}

void Table::advance(int64_t uptime_ms, Output& output) {
    while (!deadlines_.empty()) {
        Entry& entry = **deadlines_.begin();
        if (entry.deadline > uptime_ms) return;
        const int64_t deadline = *entry.session.next_deadline();
        if (deadline > entry.deadline) {
            file(entry, deadline);
            continue;
        }
        count_pending(entry.suite, entry.session.held_events(), 0);
        entry.session.advance(uptime_ms, observer_for(entry.suite, output));
        CHECK(entry.session.closed());
        remove(entry, output);
    }
}

void Table::remove(Entry& entry, Output& output) {
    output.closed.push_back(entry.session.row());
    deadlines_.erase(&entry);
    by_id_.erase(&entry);
    recency_.remove(entry);
    const event::SessionId id = entry.session.id();
    sessions_.erase(id);
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
    output.closed.push_back(batch_->row());
    *observer_for(batch_suite_, output).counts += batch_counts_;
    batch_.reset();
}

std::optional<SessionRow> Table::session(const event::SessionId& id) const {
    const auto at = sessions_.find(id);
    if (at == sessions_.end()) return std::nullopt;
    return at->second.session.row();
}

std::vector<SessionRow> Table::newest(const std::optional<event::SessionId>& before,
                                      size_t limit) const {
    std::vector<SessionRow> rows;
    auto at = before ? by_id_.lower_bound(*before) : by_id_.end();
    while (at != by_id_.begin() && rows.size() < limit) {
        --at;
        rows.push_back(without_details((*at)->session.row()));
    }
    return rows;
}

uint64_t Table::digest() const {
    uint64_t digest = sessions_.size();
    for (const Entry* entry : by_id_) {
        digest = mixed(digest, digest_of(entry->session.row()));
        digest = mixed(digest, static_cast<uint64_t>(*entry->session.next_deadline()));
        digest = mixed(digest, entry->session.held_events());
    }
    return digest;
}

size_t Table::session_bytes() const {
    constexpr size_t tree_node = 4 * sizeof(void*) + sizeof(Entry*);
    size_t bytes = sessions_.bucket_count() * sizeof(void*);
    for (const Entry* entry : by_id_) {
        bytes += sizeof(void*) + sizeof(event::SessionId) + sizeof(Entry) + 2 * tree_node;
        bytes += entry->session.heap_bytes();
    }
    return bytes;
}

}  // namespace playhead::session
