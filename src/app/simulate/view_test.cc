// SPDX-License-Identifier: Apache-2.0
#include "app/simulate/view.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/message.h"
#include "ingest/decoder.h"
#include "ingest/timeline.h"
#include "session/fold.h"

namespace playhead::app {
namespace {

using Code = session::VerdictCode;

constexpr int64_t noon = 1'700'049'600'000;

struct Seen {
    std::vector<std::string> bodies;
    std::vector<int64_t> times;
    bool is_batch = false;
};

View view_of(uint64_t number) {
    base::Splitmix random(number);
    ViewWish wish;
    wish.programme = &draw_programme(random);
    wish.starts_at = noon;
    return View(wish, person(7, number), random);
}

Seen play(View view) {
    Seen seen;
    while (view.next_at() != INT64_MAX) {
        seen.times.push_back(view.next_at());
        Message message = view.speak();
        seen.is_batch = message.kind == Message::Kind::batch;
        EXPECT_EQ(message.kind == Message::Kind::event, seen.times.size() > 1);
        seen.bodies.push_back(std::move(message.body));
    }
    return seen;
}

// What the server would find wrong with these events when each arrives at once. Refused ones are
// counted.
struct Judgement {
    std::map<Code, int> mistakes;
    int refused = 0;
    session::SessionRow row;
};

Judgement judge(const Seen& seen) {
    Judgement judgement;
    std::string document = seen.is_batch ? seen.bodies.front() : "[";
    for (const std::string& body : seen.bodies) {
        if (seen.is_batch) break;
        if (document.size() > 1) document += ',';
        document += body;
    }
    if (!seen.is_batch) document += ']';
    const auto timeline = ingest::read_timeline(document);
    EXPECT_TRUE(timeline) << document;
    ingest::Decoder decoder;
    ingest::Problems problems;
    event::Event event;
    const session::Rules rules;
    std::unique_ptr<session::Fold> fold;
    session::Arrival arrival;
    for (const auto& given : timeline->sessions.front().events) {
        const std::string padded = given.body + std::string(http::body_padding, '\0');
        problems.clear();
        if (decoder.decode(std::string_view(padded).substr(0, given.body.size()),
                           ingest::Profile::standard, event, problems)) {
            ++judgement.refused;
            continue;
        }
        ++arrival.offset;
        arrival.received_at = std::max(arrival.received_at, event.ts);
        arrival.uptime_ms = arrival.received_at;
        if (fold) {
            fold->add(arrival, event);
        } else {
            const auto origin = seen.is_batch ? session::Origin::downloaded : session::Origin::live;
            fold = std::make_unique<session::Fold>(rules, arrival, event, origin, false);
        }
    }
    session::Folded folded = fold->finish();
    for (const session::EventRow& row : folded.events) {
        if (row.verdict != Code::used) ++judgement.mistakes[row.verdict];
        for (const Code code : row.mistakes) ++judgement.mistakes[code];
    }
    judgement.row = std::move(folded.row);
    return judgement;
}

TEST(View, the_same_seed_says_the_same) {
    for (uint64_t number = 0; number < 20; ++number) {
        const Seen once = play(view_of(number));
        const Seen again = play(view_of(number));
        EXPECT_EQ(once.bodies, again.bodies);
        EXPECT_EQ(once.times, again.times);
    }
    EXPECT_NE(play(view_of(1)).bodies, play(view_of(2)).bodies);
}

TEST(View, time_never_runs_back) {
    for (uint64_t number = 0; number < 200; ++number) {
        const Seen seen = play(view_of(number));
        EXPECT_TRUE(std::is_sorted(seen.times.begin(), seen.times.end()));
        EXPECT_GE(seen.times.front(), noon);
    }
}

// What viewers do themselves, or networks: no mistake of the player.
const std::set<Code> of_viewers = {
    Code::end_missing,    Code::complete_missing,   Code::start_alone,
    Code::ended_at_once,  Code::playhead_stands,    Code::state_never_ended,
    Code::ad_never_ended, Code::break_never_closed, Code::state_flapping};

TEST(View, a_player_without_a_mistake_makes_none) {
    int seen = 0;
    for (uint64_t number = 0; number < 600; ++number) {
        if (person(7, number).player->mistake != Mistake::none) continue;
        const Judgement judgement = judge(play(view_of(number)));
        EXPECT_EQ(judgement.refused, 0);
        for (const auto& [code, count] : judgement.mistakes) {
            EXPECT_TRUE(of_viewers.contains(code))
                << session::text_of(code).name << " in view " << number;
        }
        ++seen;
    }
    EXPECT_GT(seen, 300);
}

TEST(View, each_mistake_is_found) {
    const std::map<Mistake, Code> wanted = {
        {Mistake::ads_outside_break, Code::ad_outside_break},
        {Mistake::playhead_in_ms, Code::playhead_in_milliseconds},
        {Mistake::pings_stop_in_pause, Code::pings_stop_while_paused},
        {Mistake::repeats_bitrate, Code::bitrate_unchanged},
        {Mistake::no_session_end, Code::end_missing},
        {Mistake::start_time_in_seconds, Code::time_to_start_in_seconds},
        {Mistake::repeats_events, Code::exact_duplicate},
    };
    std::map<Mistake, int> found;
    int without_ids = 0;
    for (uint64_t number = 0; number < 2'000; ++number) {
        const Mistake mistake = person(7, number).player->mistake;
        if (mistake == Mistake::none) continue;
        const Judgement judgement = judge(play(view_of(number)));
        if (mistake == Mistake::ad_ids_missing) {
            without_ids += judgement.refused;
        } else {
            found[mistake] += judgement.mistakes.contains(wanted.at(mistake)) ? 1 : 0;
        }
    }
    for (const auto& [mistake, code] : wanted) {
        EXPECT_GT(found[mistake], 3) << session::text_of(code).name;
    }
    EXPECT_GT(without_ids, 3);
}

TEST(View, views_are_of_every_kind) {
    int live = 0;
    int batches = 0;
    int completed = 0;
    int dropped = 0;
    int with_ads = 0;
    int paused = 0;
    int buffered = 0;
    int stalled = 0;
    int failed = 0;
    constexpr int all = 1'000;
    for (uint64_t number = 0; number < all; ++number) {
        View view = view_of(number);
        live += view.programme().is_live() ? 1 : 0;
        const Seen seen = play(std::move(view));
        const Judgement judgement = judge(seen);
        const session::SessionRow& row = judgement.row;
        batches += seen.is_batch ? 1 : 0;
        completed += row.is_completed ? 1 : 0;
        dropped += row.is_played ? 0 : 1;
        with_ads += row.ads.empty() ? 0 : 1;
        paused += row.pause_count > 0 ? 1 : 0;
        buffered += row.buffer_count > 1 ? 1 : 0;
        stalled += row.stall_count > 0 ? 1 : 0;
        failed += row.error_count > 0 ? 1 : 0;
    }
    EXPECT_GT(live, all / 5);
    EXPECT_GT(batches, 5);
    EXPECT_GT(completed, all / 8);
    EXPECT_LT(completed, all / 2);
    EXPECT_GT(dropped, all / 50);
    EXPECT_LT(dropped, all / 6);
    EXPECT_GT(with_ads, all / 3);
    EXPECT_GT(paused, all / 10);
    EXPECT_GT(buffered, all / 20);
    EXPECT_GT(stalled, 5);
    EXPECT_GT(failed, 5);
}

TEST(View, who_is_told_to_stop_says_goodbye) {
    for (uint64_t number = 0; number < 100; ++number) {
        View unheard = view_of(number);
        unheard.stop(noon);
        EXPECT_EQ(unheard.next_at(), INT64_MAX);

        View view = view_of(number);
        Seen seen;
        for (int i = 0; i < 8 && view.next_at() != INT64_MAX; ++i) {
            seen.times.push_back(view.next_at());
            seen.bodies.push_back(view.speak().body);
        }
        if (view.next_at() == INT64_MAX || seen.bodies.front().starts_with('[')) continue;
        view.stop(seen.times.back() + 500);
        while (view.next_at() != INT64_MAX) seen.bodies.push_back(view.speak().body);
        EXPECT_EQ(judge(seen).row.close_reason, session::CloseReason::session_end);
    }
}

}  // namespace
}  // namespace playhead::app
