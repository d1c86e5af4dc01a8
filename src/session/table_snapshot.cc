// SPDX-License-Identifier: Apache-2.0
// The table as bytes, and back: table.h.
#include <algorithm>
#include <array>

#include "base/check.h"
#include "session/table.h"

namespace playhead::session {
namespace {

// In the place of the id of a next session when there is none.
void write_id(PackWriter& writer, const event::SessionId& id) {
    std::array<char, sizeof id.bytes> bytes{};
    std::memcpy(bytes.data(), id.bytes.data(), bytes.size());
    writer.raw(bytes.data(), bytes.size());
}

event::SessionId read_id(UnpackReader& reader) {
    event::SessionId id;
    std::array<char, sizeof id.bytes> bytes{};
    reader.raw(bytes.data(), bytes.size());
    std::memcpy(id.bytes.data(), bytes.data(), bytes.size());
    return id;
}

}  // namespace

std::vector<std::pair<event::SessionId, Gate>> Table::gates() const {
    std::vector<std::pair<event::SessionId, Gate>> all;
    all.reserve(entries_.size());
    Session session(rules_);
    for (const Entry* entry = recency_.oldest(); entry != nullptr; entry = entry->newer) {
        CHECK(session.unpack(entry->id, entry->state.view(), entry->waiting));
        all.emplace_back(entry->id, session.gate());
    }
    // Nearly in order already: only what comes after a sessionEnd is an arrival that is none. Of
    // equal arrivals the older stays first.
    std::vector<std::pair<int64_t, uint32_t>> order;
    order.reserve(all.size());
    for (const auto& [id, gate] : all) {
        order.emplace_back(gate.last_arrival(), static_cast<uint32_t>(order.size()));
    }
    std::ranges::sort(order);
    std::vector<std::pair<event::SessionId, Gate>> sorted;
    sorted.reserve(all.size());
    for (const auto& [arrival, place] : order) sorted.push_back(std::move(all[place]));
    return sorted;
}

void Table::pack_head(PackWriter& writer) const {
    CHECK(!batch_);
    writer.part(rules_);
    writer.list(suites_, [&writer](const std::string& name) { writer.text(name); });
}

bool Table::unpack_head(UnpackReader& reader) {
    reader.part(rules_);
    reader.list(suites_, [&reader](std::string& name) { reader.text(name); });
    reader.require(!suites_.empty() && suites_.size() <= max_suites + 1);
    if (!reader.sound()) return false;
    for (uint32_t i = 1; i < suites_.size(); ++i) suite_numbers_.emplace(suites_[i], i);
    return true;
}

uint32_t Table::pack_texts(PackWriter& writer, uint32_t from, size_t bytes) const {
    return pool_.pack(writer, from, bytes);
}

bool Table::unpack_texts(UnpackReader& reader) {
    return pool_.unpack(reader) && reader.complete();
}

const event::SessionId* Table::pack_sessions(PackWriter& writer, const event::SessionId* from,
                                             size_t bytes) const {
    const Entry* entry = from == nullptr ? recency_.oldest() : &entries_[*number_of(*from)];
    const size_t limit = writer.bytes().size() + bytes;
    for (; entry != nullptr && writer.bytes().size() < limit; entry = entry->newer) {
        write_id(writer, entry->id);
        writer.numbers(entry->suite, entry->waiting);
        writer.text(entry->state.view());
        writer.text(entry->log.view());
    }
    return entry == nullptr ? nullptr : &entry->id;
}

bool Table::unpack_sessions(UnpackReader& reader, uint64_t end) {
    while (reader.sound() && !reader.complete()) {
        if (!unpack_session(reader, end)) return false;
    }
    return reader.sound();
}

bool Table::unpack_session(UnpackReader& reader, uint64_t end) {
    const event::SessionId id = read_id(reader);
    uint32_t suite = 0;
    uint8_t waiting = 0;
    reader.numbers(suite, waiting);
    const std::string_view state = reader.view();
    const std::string_view log = reader.view();
    reader.require(suite < suites_.size());
    VerdictCounts of_waiting;
    const Observer observer{.counts = &of_waiting, .trace = nullptr};
    if (!reader.sound() || number_of(id)) return false;
    if (!opened_.unpack(id, state, waiting, observer)) return false;
    if (!opened_.held_details_are_sound()) return false;
    // Records to come stand behind those that the session had.
    if (opened_.last_offset() >= end || !pool_.retain(log)) return false;
    const uint32_t number = add(id, suite);
    Entry& entry = entries_[number];
    entry.state.assign(state);
    if (!log.empty()) entry.log.append(log);
    entry.deadline = *opened_.next_deadline();
    deadlines_.add(number);
    entry.waiting = waiting;
    // Which of the bytes are the newest that waits is not written: no more of them come.
    entry.may_wait = waiting == 0 ? opened_.may_wait() : MayWait::nothing;
    count_pending(entry, opened_.held_events() + of_waiting.total());
    if (const auto doing = opened_.doing(looked_at_)) live_.enter(number, log, *doing);
    return true;
}

size_t Table::pack_buried(PackWriter& writer, size_t from, size_t bytes) const {
    const size_t limit = writer.bytes().size() + bytes;
    for (; from < buried_.size() && writer.bytes().size() < limit; ++from) {
        write_id(writer, buried_[from].id);
        writer.numbers(buried_[from].closed_at);
    }
    return from;
}

bool Table::unpack_buried(UnpackReader& reader) {
    while (reader.sound() && !reader.complete()) {
        Buried one{.id = read_id(reader)};
        reader.numbers(one.closed_at);
        reader.bounded(one.closed_at);
        reader.require(one.closed_at >= 0);
        if (reader.sound()) buried_.push_back(one);
    }
    return reader.sound();
}

}  // namespace playhead::session
