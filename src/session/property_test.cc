// SPDX-License-Identifier: Apache-2.0
// What holds for every session, tried on random ones. A failure names its seed.
#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "session/admission.h"
#include "session/fold.h"
#include "session/random_suite.h"
#include "session/settle_order.h"
#include "session/table.h"

namespace playhead::session {
namespace {

using Timed = RandomSessions::Timed;

constexpr uint64_t seeds = 100;

// The sessions of one seed as the journal would have them: only what is admitted, one order.
std::vector<Timed> journal_of(uint64_t seed, const Rules& rules) {
    RandomSessions sessions(seed);
    std::vector<Timed> all;
    for (uint32_t i = 0; i < 12; ++i) {
        const std::vector<Timed> one = sessions.session(i + 1, 1'000 * sessions.below(300));
        all.insert(all.end(), one.begin(), one.end());
    }
    settle_order(all, [](const Timed& timed) { return timed.arrival.uptime_ms; });
    Admission admission(rules);
    std::vector<Timed> journal;
    for (Timed& timed : all) {
        const event::Event& event = timed.event;
        const Arrival& arrival = timed.arrival;
        if (event.type == event::EventType::session_start) {
            admission.open(arrival.session, arrival.uptime_ms, event.playhead_ms);
        } else if (admission.admit(arrival.session, arrival.uptime_ms, event.type, event.ts,
                                   event.playhead_ms) != Answer::accepted) {
            continue;
        }
        timed.arrival.offset = journal.size();
        journal.push_back(timed);
    }
    return journal;
}

void step(Table& table, const Timed& timed, Output& output) {
    if (timed.event.type == event::EventType::session_start) {
        table.start(timed.arrival, timed.event, output);
    } else {
        table.arrive(timed.arrival, timed.event, output);
    }
}

Output output_of(const std::vector<Timed>& journal, const Rules& rules, int64_t tick) {
    Table table(rules);
    Output output;
    int64_t now = 0;
    for (const Timed& timed : journal) {
        for (; tick > 0 && now + tick <= timed.arrival.uptime_ms; now += tick) {
            table.advance(now + tick, output);
        }
        step(table, timed, output);
    }
    table.advance(INT64_MAX, output);
    EXPECT_EQ(table.open_sessions(), 0U);
    EXPECT_EQ(table.pending_events(), 0U);
    return output;
}

std::map<event::SessionId, SessionRow> rows_alone(const std::vector<Timed>& journal,
                                                  const Rules& rules) {
    std::map<event::SessionId, Session> sessions;
    for (const Timed& timed : journal) {
        const event::SessionId& id = timed.arrival.session;
        if (timed.event.type == event::EventType::session_start) {
            sessions.try_emplace(id, rules, timed.arrival, timed.event, Origin::live, false);
        } else {
            sessions.at(id).arrive(timed.arrival, timed.event);
        }
    }
    std::map<event::SessionId, SessionRow> rows;
    for (auto& [id, session] : sessions) {
        session.finish();
        rows.emplace(id, session.row());
    }
    return rows;
}

TEST(Property, a_session_alone_has_the_row_it_has_in_the_table) {
    const Rules rules;
    for (uint64_t seed = 0; seed < seeds; ++seed) {
        const std::vector<Timed> journal = journal_of(seed, rules);
        const auto alone = rows_alone(journal, rules);
        const Output output = output_of(journal, rules, 0);
        ASSERT_EQ(output.closed.size(), alone.size()) << "seed " << seed;
        for (const SessionRow& row : output.closed) {
            ASSERT_EQ(row, alone.at(row.id)) << "seed " << seed;
        }
    }
}

TEST(Property, ticks_change_neither_rows_nor_their_order) {
    const Rules rules;
    for (uint64_t seed = 0; seed < seeds; ++seed) {
        const std::vector<Timed> journal = journal_of(seed, rules);
        const Output without = output_of(journal, rules, 0);
        for (const int64_t tick : {997, 60'000}) {
            const Output with = output_of(journal, rules, tick);
            ASSERT_EQ(with.closed, without.closed) << "seed " << seed;
            ASSERT_EQ(with.total(), without.total()) << "seed " << seed;
        }
    }
}

TEST(Property, every_event_gets_exactly_one_verdict) {
    const Rules rules;
    for (uint64_t seed = 0; seed < seeds; ++seed) {
        const std::vector<Timed> journal = journal_of(seed, rules);
        const Output output = output_of(journal, rules, 0);
        ASSERT_EQ(output.total().total(), journal.size()) << "seed " << seed;
        ASSERT_EQ(output.total().of(VerdictCode::unknown_session), 0U) << "seed " << seed;
    }
}

TEST(Property, admission_and_fold_accept_the_same_arrivals) {
    Rules rules;
    uint64_t refused = 0;
    uint64_t accepted = 0;
    for (uint64_t seed = 0; seed < 3 * seeds; ++seed) {
        const std::vector<Timed> all = RandomSessions(seed).session(1, 0);
        Admission admission(rules);
        admission.open(all[0].arrival.session, 0, all[0].event.playhead_ms);
        EventRow last;
        const Trace trace = [&](const EventRow& row, const event::Event&, const Machine&) {
            last = row;
        };
        const Observer observer{.counts = nullptr, .trace = &trace};
        Session session(rules, all[0].arrival, all[0].event, Origin::live, false, observer);
        for (size_t i = 1; i < all.size(); ++i) {
            Arrival arrival = all[i].arrival;
            arrival.offset = i;
            const event::Event& event = all[i].event;
            const bool admitted = admission.admit(arrival.session, arrival.uptime_ms, event.type,
                                                  event.ts, event.playhead_ms) == Answer::accepted;
            session.arrive(arrival, event, observer);
            const bool refused_now = last.offset == i && last.verdict == VerdictCode::after_close;
            ASSERT_EQ(admitted, !refused_now) << "seed " << seed << " event " << i;
            ++(admitted ? accepted : refused);
        }
    }
    EXPECT_GT(refused, 100U);
    EXPECT_GT(accepted, 1'000U);
}

TEST(Property, no_time_is_counted_twice) {
    const Rules rules;
    for (uint64_t seed = 0; seed < seeds; ++seed) {
        for (const auto& [id, row] : rows_alone(journal_of(seed, rules), rules)) {
            const int64_t span = row.last_event_ts - row.start_ts;
            ASSERT_LE(row.total_time_played_ms + row.pause_ms + row.buffer_ms + row.stall_ms, span);
            ASSERT_LE(row.time_played_ms, row.total_time_played_ms);
            ASSERT_LE(row.ad_completes, row.ad_count);
            ASSERT_LE(row.chapter_completes, row.chapter_count);
            ASSERT_GE(row.close_ts, row.last_event_ts);
            int64_t ads = 0;
            for (const AdRow& ad : row.ads) ads += ad.time_played_ms;
            ASSERT_EQ(ads, row.ad_ms);
        }
    }
}

// Sorted, with holes between them, within the time from the first event to the last.
int64_t sum_of_sound_spans(const std::vector<Span>& spans, const SessionRow& row) {
    int64_t sum = 0;
    int64_t at = row.start_ts - 1;
    for (const Span& span : spans) {
        EXPECT_LT(at, span.from_ts);
        EXPECT_LT(span.from_ts, span.to_ts);
        sum += span.to_ts - span.from_ts;
        at = span.to_ts;
    }
    EXPECT_LE(at, row.last_event_ts);
    return sum;
}

TEST(Property, spans_sum_up_to_the_time_played_and_do_not_overlap) {
    const Rules rules;
    size_t with_several = 0;
    size_t with_ads = 0;
    for (uint64_t seed = 0; seed < seeds; ++seed) {
        for (const auto& [id, row] : rows_alone(journal_of(seed, rules), rules)) {
            ASSERT_EQ(sum_of_sound_spans(row.content_spans, row), row.time_played_ms) << seed;
            ASSERT_EQ(sum_of_sound_spans(row.ad_spans, row), row.ad_ms) << seed;
            std::vector<Span> both = row.content_spans;
            both.insert(both.end(), row.ad_spans.begin(), row.ad_spans.end());
            std::ranges::sort(both, {}, &Span::from_ts);
            for (size_t i = 1; i < both.size(); ++i) {
                ASSERT_LE(both[i - 1].to_ts, both[i].from_ts) << seed;
            }
            with_several += row.content_spans.size() > 1 ? 1 : 0;
            with_ads += row.ad_spans.empty() ? 0 : 1;
        }
    }
    EXPECT_GT(with_several, 20U);
    EXPECT_GT(with_ads, 50U);
}

TEST(Property, every_verdict_is_counted_for_its_session) {
    const Rules rules;
    for (uint64_t seed = 0; seed < seeds; ++seed) {
        const std::vector<Timed> journal = journal_of(seed, rules);
        const Output output = output_of(journal, rules, 0);
        VerdictCounts counted;
        for (const SessionRow& row : output.closed) {
            for (const EventCount& events : row.events) {
                counted.by_code[static_cast<size_t>(events.verdict)] +=
                    static_cast<uint64_t>(events.count);
                const Timed& first = journal.at(events.first_offset);
                ASSERT_EQ(first.arrival.session, row.id) << seed;
                ASSERT_EQ(first.event.type, events.type) << seed;
            }
        }
        ASSERT_EQ(counted, output.total()) << seed;
    }
}

TEST(Property, repeating_an_event_at_once_changes_only_its_counter) {
    const Rules rules;
    for (uint64_t seed = 0; seed < seeds; ++seed) {
        RandomSessions random(seed);
        std::vector<Timed> all = random.session(1, 0);
        if (all.size() < 2 || all.size() > 9) continue;
        const auto at = static_cast<size_t>(1 + random.below(static_cast<int64_t>(all.size()) - 1));
        if (all[at].event.type == event::EventType::session_end) continue;
        const auto row_of = [&](const std::vector<Timed>& events) {
            Session session(rules, events[0].arrival, events[0].event, Origin::live, false);
            for (size_t i = 1; i < events.size(); ++i) {
                session.arrive(events[i].arrival, events[i].event);
            }
            session.finish();
            SessionRow row = session.row();
            row.duplicates_dropped = 0;
            row.events_after_close = 0;
            row.events.clear();
            row.offsets.clear();
            return row;
        };
        const SessionRow once = row_of(all);
        const Timed again = all[at];
        all.insert(all.begin() + static_cast<std::ptrdiff_t>(at), again);
        ASSERT_EQ(row_of(all), once) << "seed " << seed;
    }
}

TEST(Property, a_table_that_is_built_again_has_the_same_digest) {
    const Rules rules;
    for (uint64_t seed = 0; seed < 30; ++seed) {
        const std::vector<Timed> journal = journal_of(seed, rules);
        Table first(rules);
        Table second(rules);
        Output output;
        uint64_t changes = 0;
        uint64_t last = first.digest();
        for (const Timed& timed : journal) {
            step(first, timed, output);
            second.advance(timed.arrival.uptime_ms - 1, output);
            second.expect(std::array{&timed.arrival.session});
            step(second, timed, output);
            const uint64_t digest = first.digest();
            ASSERT_EQ(digest, second.digest()) << "seed " << seed;
            changes += digest != last ? 1 : 0;
            last = digest;
        }
        EXPECT_EQ(changes, journal.size()) << "seed " << seed;
    }
}

}  // namespace
}  // namespace playhead::session
