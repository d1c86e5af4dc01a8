// SPDX-License-Identifier: Apache-2.0
// What `explain` cites is enough, tried on random sessions: the cited events alone give the value.
// PLAYHEAD_EXPLAIN_SESSIONS and PLAYHEAD_EXPLAIN_SEED ask for more or for others; a failure names
// its seed.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "session/explain.h"
#include "session/fold.h"
#include "session/random_suite.h"
#include "session/rule_set.h"
#include "session/trail.h"

namespace playhead::session {
namespace {

uint64_t number_in(const char* name, uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::stoull(text);
}

std::vector<PastEvent> session_of(uint64_t seed) {
    std::vector<PastEvent> events;
    for (RandomSessions::Timed& timed : RandomSessions(seed).session(1, 0)) {
        timed.arrival.offset = 100 + 7 * events.size();
        events.emplace_back(timed.arrival, timed.event);
    }
    return events;
}

// Every third session is looked at while it is open, every fifth is a batch, every seventh is
// computed with the other rule set.
History history_of(const std::vector<PastEvent>& events, uint64_t seed) {
    History history;
    history.events = events;
    history.federated = seed % 2 == 0;
    if (seed % 5 == 4) history.origin = Origin::downloaded;
    if (seed % 3 == 2) history.open_at = events.back().arrival().uptime_ms;
    if (seed % 7 == 6) history.rules.rule_set = last_rule_set;
    return history;
}

// By the fold that `playhead fold` and the list of events use, and not by the one of explain.
SessionRow folded_from(const History& history, const std::vector<CitedEvent>& cited) {
    std::optional<Fold> fold;
    for (const CitedEvent& each : cited) {
        const size_t number = (each.place.offset - 100) / 7;
        const PastEvent& event = history.events[number];
        if (fold) {
            fold->add(event.arrival(), event.event());
        } else {
            fold.emplace(history.rules, event.arrival(), event.event(), history.origin,
                         history.federated);
        }
    }
    return history.open_at ? fold->at(*history.open_at).row : fold->finish().row;
}

int64_t sum_of(const std::vector<CitedEvent>& events) {
    int64_t sum = 0;
    for (const CitedEvent& event : events) sum += event.adds.value();
    return sum;
}

int64_t exact(const MetricValue& value) {
    const auto* duration = std::get_if<Duration>(&value);
    return duration == nullptr ? std::get<int64_t>(value) : duration->ms;
}

TEST(Explain, cites_events_that_alone_give_the_value) {
    const uint64_t first = number_in("PLAYHEAD_EXPLAIN_SEED", 1);
    const uint64_t count = number_in("PLAYHEAD_EXPLAIN_SESSIONS", 2'000);
    std::array<uint64_t, reach_count> reached{};
    uint64_t cited = 0;
    uint64_t all = 0;
    for (uint64_t seed = first; seed < first + count; ++seed) {
        const std::vector<PastEvent> events = session_of(seed);
        const History history = history_of(events, seed);
        const Explanation explanation = explanation_of(history);
        ASSERT_EQ(explanation.metrics.size(), metric_count);
        for (const MetricExplanation& each : explanation.metrics) {
            const MetricText& text = text_of(each.metric);
            const SessionRow again = folded_from(history, each.events);
            ASSERT_EQ(text.value(again), each.value) << "seed " << seed << " " << text.key;
            if (is_sum(each.metric)) {
                ASSERT_EQ(sum_of(each.events), exact(each.value)) << seed << " " << text.key;
            }
            ASSERT_EQ(each.why_not.empty(), !is_nothing(each.value)) << seed << " " << text.key;
            ++reached[static_cast<size_t>(each.reach)];
            cited += each.events.size();
            all += events.size();
        }
    }
    std::string shares;
    for (size_t i = 0; i < reach_count; ++i) {
        shares +=
            " " + std::string(name_of(static_cast<Reach>(i))) + " " + std::to_string(reached[i]);
    }
    std::printf("seeds %llu to %llu:%s; %llu of %llu events cited\n",
                static_cast<unsigned long long>(first),
                static_cast<unsigned long long>(first + count - 1), shares.c_str(),
                static_cast<unsigned long long>(cited), static_cast<unsigned long long>(all));
}

}  // namespace
}  // namespace playhead::session
