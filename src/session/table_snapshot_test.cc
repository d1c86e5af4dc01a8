// SPDX-License-Identifier: Apache-2.0
// What a snapshot promises: from any record on, all goes on as if nothing had been packed.
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "session/admission.h"
#include "session/random_suite.h"
#include "session/settle_order.h"
#include "session/table.h"

namespace playhead::session {
namespace {

using Timed = RandomSessions::Timed;

std::vector<Timed> random_arrivals(uint64_t seed) {
    RandomSessions sessions(seed);
    std::vector<Timed> all;
    for (uint32_t i = 0; i < 8; ++i) {
        const std::vector<Timed> one = sessions.session(i + 1, 1'000 * sessions.below(300));
        all.insert(all.end(), one.begin(), one.end());
    }
    settle_order(all, [](const Timed& timed) { return timed.arrival.uptime_ms; });
    return all;
}

struct Pieces {
    std::string head;
    std::vector<std::string> texts;
    std::vector<std::string> sessions;
    std::vector<std::string> buried;
};

// In pieces of `bytes`.
Pieces packed(const Table& table, size_t bytes) {
    Pieces pieces;
    PackWriter writer;
    const auto take = [&writer] {
        std::string piece(writer.bytes());
        writer.clear();
        return piece;
    };
    table.pack_head(writer);
    pieces.head = take();
    for (uint32_t next = 0; next < table.text_numbers();) {
        next = table.pack_texts(writer, next, bytes);
        pieces.texts.push_back(take());
    }
    const event::SessionId* at = nullptr;
    do {
        at = table.pack_sessions(writer, at, bytes);
        pieces.sessions.push_back(take());
    } while (at != nullptr);
    for (size_t next = 0; next < table.buried().size();) {
        next = table.pack_buried(writer, next, bytes);
        pieces.buried.push_back(take());
    }
    return pieces;
}

std::unique_ptr<Table> unpacked(const Pieces& pieces, uint64_t end) {
    auto table = std::make_unique<Table>(Rules());
    UnpackReader head(pieces.head);
    if (!table->unpack_head(head)) return nullptr;
    for (const std::string& piece : pieces.texts) {
        UnpackReader reader(piece);
        if (!table->unpack_texts(reader)) return nullptr;
    }
    for (const std::string& piece : pieces.sessions) {
        UnpackReader reader(piece);
        if (!table->unpack_sessions(reader, end)) return nullptr;
    }
    for (const std::string& piece : pieces.buried) {
        UnpackReader reader(piece);
        if (!table->unpack_buried(reader)) return nullptr;
    }
    table->finish_unpacking();
    return table;
}

bool admits(Admission& admission, const Timed& timed) {
    const Arrival& arrival = timed.arrival;
    const event::Event& event = timed.event;
    if (event.type == event::EventType::session_start) {
        admission.open(arrival.session, arrival.uptime_ms, event.playhead_ms);
        return true;
    }
    return admission.admit(arrival.session, arrival.uptime_ms, event.type, event.ts,
                           event.playhead_ms) == Answer::accepted;
}

void fold(Table& table, const Timed& timed, Output& output) {
    if (timed.event.type == event::EventType::session_start) {
        table.start(timed.arrival, timed.event, output);
    } else {
        table.arrive(timed.arrival, timed.event, output);
    }
}

void restore(const Table& table, Admission& admission) {
    for (const auto& [id, gate] : table.gates()) admission.restore(id, gate);
    for (const Buried& one : table.buried()) admission.restore(one);
}

TEST(TableSnapshot, from_any_record_the_rest_gives_the_same) {
    Rules rules;
    rules.tombstone_ms = 900'000;
    for (uint64_t seed = 0; seed < 12; ++seed) {
        std::vector<Timed> journal;
        std::vector<Timed> arrivals = random_arrivals(seed);
        std::vector<bool> admitted;
        Admission admission(rules);
        for (Timed& timed : arrivals) {
            timed.arrival.offset = journal.size();
            admitted.push_back(admits(admission, timed));
            if (admitted.back()) journal.push_back(timed);
        }
        Table whole(rules);
        Output output;
        std::vector<Pieces> snapshots;
        std::vector<uint64_t> digests;
        std::vector<LiveCounts> live;
        std::vector<size_t> closed;
        for (const Timed& timed : journal) {
            fold(whole, timed, output);
            snapshots.push_back(packed(whole, 1 + seed * 50));
            digests.push_back(whole.digest());
            live.push_back(whole.live().view({}, 0).counts);
            closed.push_back(output.closed.size());
        }
        whole.advance(INT64_MAX / 2, output);
        for (size_t at = 0; at < journal.size(); ++at) {
            const auto table = unpacked(snapshots[at], at + 1);
            ASSERT_NE(table, nullptr) << "seed " << seed << " record " << at;
            ASSERT_EQ(table->digest(), digests[at]) << "seed " << seed << " record " << at;
            ASSERT_EQ(table->live().view({}, 0).counts, live[at]) << "seed " << seed;
            Admission again(rules);
            restore(*table, again);
            for (size_t i = 0; i < arrivals.size(); ++i) {
                if (arrivals[i].arrival.offset <= at) continue;
                ASSERT_EQ(admits(again, arrivals[i]), admitted[i])
                    << "seed " << seed << " record " << at << " arrival " << i;
            }
            Output rest;
            for (size_t i = at + 1; i < journal.size(); ++i) {
                fold(*table, journal[i], rest);
                if (i % 16 != 0) continue;
                ASSERT_EQ(table->digest(), digests[i]) << "seed " << seed;
                ASSERT_EQ(table->live().view({}, 0).counts, live[i]) << "seed " << seed;
            }
            table->advance(INT64_MAX / 2, rest);
            ASSERT_EQ(rest.closed.size(), output.closed.size() - closed[at]);
            for (size_t i = 0; i < rest.closed.size(); ++i) {
                ASSERT_EQ(rest.closed[i], output.closed[closed[at] + i]) << "seed " << seed;
            }
        }
    }
}

TEST(TableSnapshot, of_a_table_that_was_read_is_the_same_bytes) {
    const Rules rules;
    Table table(rules);
    Output output;
    uint64_t offset = 0;
    for (Timed& timed : random_arrivals(3)) {
        timed.arrival.offset = offset++;
        fold(table, timed, output);
    }
    const Pieces pieces = packed(table, 1 << 20);
    const auto read = unpacked(pieces, offset);
    ASSERT_NE(read, nullptr);
    const Pieces again = packed(*read, 1 << 20);
    EXPECT_EQ(again.head, pieces.head);
    EXPECT_EQ(again.sessions, pieces.sessions);
    EXPECT_EQ(again.buried, pieces.buried);
    EXPECT_EQ(read->pending_events(), table.pending_events());
    EXPECT_EQ(read->suites(), table.suites());
}

TEST(TableSnapshot, refuses_a_session_from_behind_its_end_and_one_that_is_there_twice) {
    const Rules rules;
    Table table(rules);
    Output output;
    Timed start = random_arrivals(1)[0];
    start.arrival.offset = 7;
    table.start(start.arrival, start.event, output);
    Pieces pieces = packed(table, 1);
    EXPECT_NE(unpacked(pieces, 8), nullptr);
    EXPECT_EQ(unpacked(pieces, 7), nullptr);
    pieces.sessions.push_back(pieces.sessions[0]);
    EXPECT_EQ(unpacked(pieces, 8), nullptr);
}

TEST(TableSnapshot, knows_when_each_session_closed) {
    Rules rules;
    Table table(rules);
    Output output;
    const std::vector<Timed> events = RandomSessions(1).session(1, 0);
    table.start(events[0].arrival, events[0].event, output);
    table.advance(2'000'000, output);
    ASSERT_EQ(table.buried().size(), 1U);
    EXPECT_EQ(table.buried()[0], (Buried{events[0].arrival.session, rules.inactivity_ms}));
    table.advance(2'000'000 + rules.tombstone_ms, output);
    EXPECT_TRUE(table.buried().empty());
}

}  // namespace
}  // namespace playhead::session
