// SPDX-License-Identifier: Apache-2.0
#include "session/live.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "session/random_suite.h"
#include "session/settle_order.h"
#include "session/table.h"

namespace playhead::session {
namespace {

using event::EventType;
using event::Parameter;

constexpr int64_t noon = 1'714'564'800'000;

event::ParameterValue text(Parameter name, std::string_view value) {
    return {name, value, 0, 0};
}

LiveDimension dimension(std::string_view name) {
    return live_dimension(name).value();
}

// A table with sessions numbered from 1, whose events arrive when they are stamped.
class LiveTest : public testing::Test {
  protected:
    void start(uint8_t number, std::vector<event::ParameterValue> params = {},
               std::vector<event::Metadata> metadata = {}) {
        event::Event event;
        event.params = std::move(params);
        event.params.push_back(text(Parameter::media_id, "a film"));
        event.custom_metadata = std::move(metadata);
        send(number, EventType::session_start, std::move(event));
    }

    void send(uint8_t number, EventType type, event::Event event = {}) {
        event.type = type;
        event.ts = noon + now_;
        event.playhead_ms = playhead_;
        event.fingerprint = ++offset_;
        Arrival arrival{
            .offset = offset_, .received_at = noon + now_, .uptime_ms = now_, .session = {}};
        arrival.session.bytes[0] = number;
        table_.live().pass(arrival.received_at, now_);
        if (type == EventType::session_start) {
            table_.start(arrival, event, output_);
        } else {
            table_.arrive(arrival, event, output_);
        }
    }

    void start_ad(uint8_t number, std::string_view id) {
        event::Event event;
        event.params = {text(Parameter::media_ad_id, id)};
        send(number, EventType::ad_start, std::move(event));
    }

    // Time in which the playhead moves.
    void pass(int64_t ms) {
        now_ += ms;
        playhead_ += ms;
    }

    void tick() {
        table_.live().pass(noon + now_, now_);
        table_.advance(now_, output_);
    }

    LiveView view(const LiveQuestion& question = {}) {
        if (question.by) table_.live().watch(*question.by);
        while (!table_.live().is_ready()) table_.get_live_ready(1);
        return table_.live().view(question, noon + now_);
    }

    LiveView by(std::string_view name, size_t limit = 10, size_t value_seconds = 0) {
        return view({.by = dimension(name), .limit = limit, .value_seconds = value_seconds});
    }

    // The one thing that anybody does.
    std::string doing() {
        const LiveCounts counts = view().counts;
        std::string names;
        for (size_t i = 0; i < doing_count; ++i) {
            if (counts.sessions_doing[i] > 0) names += name_of(static_cast<Doing>(i));
        }
        return names;
    }

    static std::string shown(const LiveView& view) {
        std::string all;
        for (const LiveValue& value : view.values) {
            all += value.value + " " + std::to_string(value.counts.sessions) + "/" +
                   std::to_string(value.counts.viewers) + ", ";
        }
        return all + "without " + std::to_string(view.without.sessions) + " of " +
               std::to_string(view.counts.sessions);
    }

    Table table_{Rules()};
    Output output_;
    int64_t now_ = 0;
    int64_t playhead_ = 0;
    uint64_t offset_ = 0;
};

TEST_F(LiveTest, what_a_viewer_does_is_known_when_its_event_arrives) {
    start(1);
    EXPECT_EQ(doing(), "starting");
    send(1, EventType::buffer_start);
    EXPECT_EQ(doing(), "buffering");
    send(1, EventType::play);
    EXPECT_EQ(doing(), "content");
    pass(10'000);
    send(1, EventType::ping);
    EXPECT_EQ(doing(), "content");
    send(1, EventType::pause_start);
    EXPECT_EQ(doing(), "paused");
    pass(1'000);
    send(1, EventType::play);
    send(1, EventType::session_complete);
    EXPECT_EQ(doing(), "completed");
    pass(1'000);
    send(1, EventType::session_end);
    EXPECT_EQ(doing(), "") << "though stragglers may come for five seconds";
    EXPECT_EQ(table_.open_sessions(), 1U);
}

TEST_F(LiveTest, an_ad_leaves_what_was_done_before_it) {
    start(1);
    send(1, EventType::ad_break_start);
    EXPECT_EQ(doing(), "starting");
    start_ad(1, "x");
    EXPECT_EQ(doing(), "ad");
    pass(10'000);
    send(1, EventType::pause_start);
    EXPECT_EQ(doing(), "paused");
    send(1, EventType::play);
    EXPECT_EQ(doing(), "ad");
    pass(1'000);
    send(1, EventType::ad_complete);
    EXPECT_EQ(doing(), "content") << "a gap between ads is content (metrics 4.2)";
    start_ad(1, "y");
    pass(1'000);
    send(1, EventType::ad_skip);
    send(1, EventType::ad_break_complete);
    EXPECT_EQ(doing(), "content");
    start_ad(1, "outside of a break");
    EXPECT_EQ(doing(), "content");
}

TEST_F(LiveTest, a_playhead_that_stands_still_for_three_samples_has_stalled) {
    start(1);
    send(1, EventType::play);
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(doing(), "content");
        now_ += 1'000;
        send(1, EventType::ping);
    }
    EXPECT_EQ(doing(), "stalled");
    now_ += 1'000;
    send(1, EventType::ping);
    EXPECT_EQ(doing(), "stalled");
    pass(1'000);
    send(1, EventType::ping);
    EXPECT_EQ(doing(), "content");
}

TEST_F(LiveTest, a_stall_is_seen_among_events_that_are_still_held) {
    start(1);
    send(1, EventType::play);
    for (size_t i = 0; i < event::reorder_events; ++i) {
        pass(100);
        send(1, EventType::ping);
    }
    ASSERT_EQ(table_.pending_events(), 0U);
    for (const int64_t ms : {500, 500, 999}) {
        now_ += ms;
        send(1, EventType::ping);
        EXPECT_EQ(doing(), "content");
    }
    now_ += 1;
    send(1, EventType::ping);
    EXPECT_EQ(doing(), "stalled");
    pass(1);
    send(1, EventType::ping);
    EXPECT_EQ(doing(), "content");
    EXPECT_EQ(table_.pending_events(), 5U);
}

TEST_F(LiveTest, events_that_overtook_each_other_are_seen_in_their_order) {
    start(1);
    now_ = 2'000;
    send(1, EventType::play);
    now_ = 1'000;
    send(1, EventType::pause_start);
    EXPECT_EQ(doing(), "content");
}

TEST_F(LiveTest, a_session_that_times_out_is_gone) {
    start(1);
    send(1, EventType::play);
    now_ = 600'000;
    tick();
    EXPECT_EQ(view().counts.sessions, 1U);
    now_ = 600'001;
    tick();
    EXPECT_EQ(view().counts, LiveCounts());
}

TEST_F(LiveTest, a_session_without_a_content_id_is_in_no_report) {
    event::Event event;
    event.params = {text(Parameter::media_id, "")};
    send(1, EventType::session_start, std::move(event));
    send(1, EventType::play);
    EXPECT_EQ(view().counts, LiveCounts());
}

TEST_F(LiveTest, a_viewer_is_the_first_of_its_names_that_is_not_empty) {
    start(1, {text(Parameter::visitor_marketing_cloud_user_id, "anna"),
              text(Parameter::analytics_visitor_id, "other")});
    start(2, {text(Parameter::visitor_marketing_cloud_user_id, ""),
              text(Parameter::analytics_visitor_id, "anna")});
    start(3, {text(Parameter::analytics_aid, "anna"), text(Parameter::app_installation_id, "b")});
    start(4, {text(Parameter::app_installation_id, "anna")});
    EXPECT_EQ(view().counts.viewers, 1U);
    start(5);
    start(6);
    EXPECT_EQ(view().counts.sessions, 6U);
    EXPECT_EQ(view().counts.viewers, 3U) << "without a name each session is a viewer";
}

TEST_F(LiveTest, a_viewer_of_two_sessions_counts_once_and_once_for_each_thing_done) {
    const auto anna = text(Parameter::analytics_visitor_id, "anna");
    start(1, {anna});
    start(2, {anna});
    send(1, EventType::play);
    LiveCounts counts = view().counts;
    EXPECT_EQ(counts.sessions, 2U);
    EXPECT_EQ(counts.viewers, 1U);
    EXPECT_EQ(counts.viewers_doing[static_cast<size_t>(Doing::content)], 1U);
    EXPECT_EQ(counts.viewers_doing[static_cast<size_t>(Doing::starting)], 1U);
    send(2, EventType::play);
    counts = view().counts;
    EXPECT_EQ(counts.sessions_doing[static_cast<size_t>(Doing::content)], 2U);
    EXPECT_EQ(counts.viewers_doing[static_cast<size_t>(Doing::content)], 1U);
    send(1, EventType::session_end);
    counts = view().counts;
    EXPECT_EQ(counts.sessions, 1U);
    EXPECT_EQ(counts.viewers, 1U);
    send(2, EventType::session_end);
    EXPECT_EQ(view().counts, LiveCounts());
}

TEST_F(LiveTest, values_with_most_sessions_come_first) {
    const auto anna = text(Parameter::analytics_visitor_id, "anna");
    start(1, {text(Parameter::media_channel, "north"), anna});
    start(2, {text(Parameter::media_channel, "east")});
    start(3, {text(Parameter::media_channel, "west"), anna});
    start(4, {text(Parameter::media_channel, "west"), anna});
    start(5);
    EXPECT_EQ(shown(by("media.channel")), "west 2/1, east 1/1, north 1/1, without 1 of 5");
    EXPECT_EQ(shown(by("media.channel", 1)), "west 2/1, without 1 of 5");
    EXPECT_EQ(by("media.channel", 1).values_in_all, 3U);
    send(3, EventType::session_end);
    send(4, EventType::session_end);
    EXPECT_EQ(shown(by("media.channel")), "east 1/1, north 1/1, without 1 of 3");
    EXPECT_EQ(by("media.channel").values_in_all, 2U);
}

TEST_F(LiveTest, custom_metadata_is_a_dimension) {
    start(1, {}, {{"plan", "bronze"}, {"plan", "gold"}, {"gold", "no"}});
    start(2, {}, {{"plan", "silver"}});
    start(3, {}, {{"plan", ""}});
    EXPECT_EQ(shown(by("c.plan")), "gold 1/1, silver 1/1, without 1 of 3");
}

TEST_F(LiveTest, a_genre_is_a_list) {
    const auto anna = text(Parameter::analytics_visitor_id, "anna");
    by("media.genre");
    start(1, {text(Parameter::media_genre, "drama, crime,drama,, "), anna});
    start(2, {text(Parameter::media_genre, "crime"), anna});
    start(3, {text(Parameter::media_genre, " , ")});
    start(4);
    EXPECT_EQ(shown(by("media.genre")), "crime 2/1, drama 1/1, without 2 of 4");
    send(1, EventType::session_end);
    EXPECT_EQ(shown(by("media.genre")), "crime 1/1, without 2 of 3");
}

TEST_F(LiveTest, a_content_type_that_was_not_sent_has_a_name) {
    start(1);
    EXPECT_EQ(shown(by("media.contentType")), "missing_content_type 1/1, without 0 of 1");
}

TEST_F(LiveTest, only_what_a_start_gives_is_a_dimension) {
    EXPECT_TRUE(live_dimension("media.show"));
    EXPECT_TRUE(live_dimension("c.k"));
    EXPECT_FALSE(live_dimension("c."));
    EXPECT_FALSE(live_dimension("media.ad.id"));
    EXPECT_FALSE(live_dimension("media.resume"));
    EXPECT_FALSE(live_dimension("channel"));
}

TEST_F(LiveTest, a_dimension_is_watched_from_the_first_question_on) {
    start(1, {text(Parameter::media_channel, "west")});
    start(2, {text(Parameter::media_channel, "west")});
    start(3, {text(Parameter::media_channel, "east")});
    Live& live = table_.live();
    live.watch(dimension("media.channel"));
    table_.get_live_ready(2);
    EXPECT_FALSE(live.is_ready());
    send(1, EventType::play);
    send(2, EventType::session_end);
    send(3, EventType::play);
    start(4, {text(Parameter::media_channel, "west")});
    EXPECT_EQ(shown(by("media.channel")), "west 2/2, east 1/1, without 0 of 3");
}

TEST_F(LiveTest, the_dimension_that_was_asked_for_longest_ago_makes_room) {
    start(1, {text(Parameter::media_channel, "west")});
    by("media.channel");
    for (size_t i = 1; i < Live::most_watched; ++i) {
        now_ += 1'000;
        tick();
        by("c." + std::to_string(i));
    }
    now_ += 1'000;
    tick();
    start(2, {text(Parameter::media_channel, "west")});
    EXPECT_EQ(by("media.channel", 1, 3).values.at(0).seconds.size(), 3U) << "still watched";
    by("c.one more");
    now_ += 1'000;
    tick();
    EXPECT_EQ(by("media.channel", 1, 3).values.at(0).seconds.size(), 3U) << "c.1 made room";
    EXPECT_EQ(by("c.1", 1, 3).values.size(), 0U);
}

TEST_F(LiveTest, a_dimension_that_nobody_asks_for_is_let_go) {
    start(1, {text(Parameter::media_channel, "west")});
    by("media.channel");
    const size_t before = table_.live().heap_bytes();
    now_ = Live::forgets_after_ms + 1'000;
    tick();
    EXPECT_LT(table_.live().heap_bytes(), before);
}

TEST_F(LiveTest, each_second_is_as_it_stood_at_its_end) {
    start(1);
    now_ = 400;
    send(1, EventType::play);
    now_ = 3'100;
    start(2);
    now_ = 3'200;
    send(2, EventType::session_end);
    now_ = 4'900;
    std::vector<std::array<int64_t, 3>> seconds;
    const LiveView seen = view({.seconds = 10});
    for (const LiveSecond& one : seen.seconds) {
        seconds.push_back({(one.at - noon) / 1'000, one.counts.sessions,
                           one.counts.sessions_doing[static_cast<size_t>(Doing::content)]});
    }
    const std::vector<std::array<int64_t, 3>> expected = {
        {0, 1, 1}, {1, 1, 1}, {2, 1, 1}, {3, 1, 1}};
    EXPECT_EQ(seconds, expected);
    EXPECT_EQ(view({.seconds = 2}).seconds.size(), 2U);
    EXPECT_EQ(view({.seconds = 0}).seconds.size(), 0U);
}

TEST_F(LiveTest, fifteen_minutes_are_kept) {
    start(1);
    for (now_ = 0; now_ <= 1'000'000; now_ += 1'000) {
        if (now_ % 500'000 == 0) send(1, EventType::ping);
        tick();
    }
    now_ -= 1'000;
    const LiveView seen = view({.seconds = most_live_seconds});
    ASSERT_EQ(seen.seconds.size(), most_live_seconds);
    EXPECT_EQ(seen.seconds.front().at, noon + 100'000);
    EXPECT_EQ(seen.seconds.back().at, noon + 999'000);
}

TEST_F(LiveTest, time_in_which_the_server_was_down_is_left_out) {
    start(1);
    now_ = 1'000;
    tick();
    table_.live().pass(noon + 60'000, 2'000);
    table_.live().pass(noon + 61'000, 3'000);
    const LiveView seen = table_.live().view({.seconds = 100}, noon + 61'000);
    std::vector<int64_t> seconds;
    for (const LiveSecond& one : seen.seconds) seconds.push_back((one.at - noon) / 1'000);
    EXPECT_EQ(seconds, (std::vector<int64_t>{0, 1, 60}));
}

TEST_F(LiveTest, a_wall_clock_that_is_set_back_begins_the_seconds_again) {
    start(1, {text(Parameter::media_channel, "west")});
    by("media.channel");
    now_ = 10'000;
    tick();
    EXPECT_EQ(view({.seconds = 100}).seconds.size(), 10U);
    table_.live().pass(noon + 8'000, 11'000);
    EXPECT_EQ(view({.seconds = 100}).seconds.size(), 10U) << "a correction is no setting";
    table_.live().pass(noon - 3'600'000, 12'000);
    table_.live().pass(noon - 3'599'000, 13'000);
    const LiveView seen = table_.live().view(
        {.by = dimension("media.channel"), .limit = 1, .seconds = 10, .value_seconds = 10},
        noon - 3'599'000);
    ASSERT_EQ(seen.seconds.size(), 1U);
    EXPECT_EQ(seen.seconds[0].at, noon - 3'600'000);
    EXPECT_EQ(seen.values.at(0).seconds.size(), 1U);
}

TEST_F(LiveTest, a_value_has_its_seconds_also_when_nobody_watched_it_in_between) {
    by("media.channel");
    start(1, {text(Parameter::media_channel, "west")});
    now_ = 1'000;
    send(1, EventType::session_end);
    now_ = 3'000;
    start(2, {text(Parameter::media_channel, "west")});
    now_ = 5'000;
    const LiveView seen = by("media.channel", 1, 5);
    const std::vector<LiveValueSecond> expected = {{noon, 1, 1},
                                                   {noon + 1'000, 0, 0},
                                                   {noon + 2'000, 0, 0},
                                                   {noon + 3'000, 1, 1},
                                                   {noon + 4'000, 1, 1}};
    EXPECT_EQ(seen.values.at(0).seconds, expected);
}

// --- against a recount --------------------------------------------------------------------------

struct Open {
    std::string viewer;
    std::map<std::string, std::set<std::string>> values;  // of each dimension
    Session fold;
    Doing doing{};  // behind the last event that is not held
    bool ended = false;
};

// Counts everything again for each question, from sessions that are folded one by one.
class Recount {
  public:
    explicit Recount(const Rules& rules) : rules_(rules) {}

    void start(const RandomSessions::Timed& timed, Open open) {
        open.fold = Session(rules_, timed.arrival, timed.event, Origin::live, false);
        open_.insert_or_assign(timed.arrival.session, std::move(open));
    }

    void arrive(const RandomSessions::Timed& timed) {
        const auto found = open_.find(timed.arrival.session);
        if (found == open_.end()) return;
        Open& open = found->second;
        const Trace trace = trace_to(open.doing);
        open.fold.arrive(timed.arrival, timed.event, {.counts = nullptr, .trace = &trace});
        open.ended = open.ended || timed.event.type == EventType::session_end;
    }

    void close_all_but(const Table& table) {
        std::erase_if(open_, [&](const auto& one) { return !table.session(one.first); });
    }

    // Of those that have this value; of all when the dimension is empty.
    LiveCounts counts(const std::string& dimension, const std::string& value) const {
        LiveCounts counts;
        std::set<std::string> viewers;
        std::array<std::set<std::string>, doing_count> viewers_doing;
        for (const auto& [id, open] : open_) {
            const auto doing = doing_of(open);
            if (!doing) continue;
            if (!dimension.empty()) {
                const auto known = open.values.find(dimension);
                const bool has = known != open.values.end();
                if (value.empty() ? has : !has || !known->second.contains(value)) continue;
            }
            ++counts.sessions;
            ++counts.sessions_doing[static_cast<size_t>(*doing)];
            viewers.insert(open.viewer);
            viewers_doing[static_cast<size_t>(*doing)].insert(open.viewer);
        }
        counts.viewers = static_cast<uint32_t>(viewers.size());
        for (size_t i = 0; i < doing_count; ++i) {
            counts.viewers_doing[i] = static_cast<uint32_t>(viewers_doing[i].size());
        }
        return counts;
    }

  private:
    static Trace trace_to(Doing& doing) {
        return [&doing](const EventRow&, const event::Event&, const Machine& machine) {
            if (!machine.closed()) doing = machine.doing();
        };
    }

    static std::optional<Doing> doing_of(const Open& open) {
        if (open.ended) return std::nullopt;
        Doing doing = open.doing;
        Session copy = open.fold;
        const Trace trace = trace_to(doing);
        copy.flush({.counts = nullptr, .trace = &trace});
        return doing;
    }

    const Rules& rules_;
    std::map<event::SessionId, Open> open_;
};

class Random {
  public:
    explicit Random(uint64_t seed) : random_(seed) {
        for (uint32_t i = 0; i < 30; ++i) {
            const auto one = random_.session(i + 1, 1'000 * random_.below(300));
            all_.insert(all_.end(), one.begin(), one.end());
        }
        settle_order(all_, [](const auto& timed) { return timed.arrival.uptime_ms; });
    }

    size_t compared_seconds() const { return compared_seconds_; }

    void play(bool watch_before) {
        if (watch_before) watch();
        for (RandomSessions::Timed& timed : all_) {
            timed.arrival.received_at = noon + timed.arrival.uptime_ms;
            turn_to(timed.arrival.received_at / 1'000);
            table_.live().pass(timed.arrival.received_at, timed.arrival.uptime_ms);
            if (timed.event.type == EventType::session_start) {
                start(timed);
            } else {
                table_.arrive(timed.arrival, timed.event, output_);
                recount_.arrive(timed);
            }
            if (random_.below(8) == 0) compare(timed.arrival.received_at);
        }
    }

  private:
    static constexpr std::array<std::string_view, 3> channels = {"north", "e", "a far west"};
    static constexpr std::array<std::string_view, 4> genres = {"drama", "crime,drama",
                                                               "news, drama", ""};
    static constexpr std::array<std::string_view, 5> viewers = {"", "anna", "berta", "c", ""};
    static constexpr std::array<std::string_view, 3> dimensions = {"media.channel", "media.genre",
                                                                   "c.plan"};

    void watch() {
        for (const std::string_view name : dimensions) table_.live().watch(dimension(name));
    }

    void start(RandomSessions::Timed& timed) {
        Open open{.viewer = std::to_string(++started_), .values = {}, .fold = Session(rules_)};
        auto& params = timed.event.params;
        if (const auto viewer = viewers[random_.below(5)]; !viewer.empty()) {
            open.viewer = viewer;
            params.push_back(text(Parameter::analytics_visitor_id, viewer));
        }
        if (random_.below(4) != 0) {
            const auto channel = channels[random_.below(3)];
            open.values["media.channel"] = {std::string(channel)};
            params.push_back(text(Parameter::media_channel, channel));
        }
        const auto genre = genres[random_.below(4)];
        params.push_back(text(Parameter::media_genre, genre));
        for (const std::string_view item : {"drama", "crime", "news"}) {
            if (genre.find(item) != genre.npos) {
                open.values["media.genre"].insert(std::string(item));
            }
        }
        if (random_.below(2) == 0) {
            timed.event.custom_metadata = {{"plan", "gold"}};
            open.values["c.plan"] = {"gold"};
        }
        if (!table_.session(timed.arrival.session)) recount_.start(timed, std::move(open));
        table_.start(timed.arrival, timed.event, output_);
    }

    // What the seconds that end now must be.
    void turn_to(int64_t second) {
        recount_.close_all_but(table_);
        for (; second_ != 0 && second_ < second; ++second_) {
            past_[second_] = recount_.counts("", "");
            past_west_[second_] = recount_.counts("media.channel", "a far west");
        }
        second_ = second;
    }

    void compare(int64_t now) {
        watch();
        while (!table_.live().is_ready()) table_.get_live_ready(2);
        recount_.close_all_but(table_);
        for (const std::string_view name : dimensions) {
            const LiveView view = table_.live().view({.by = dimension(name),
                                                      .limit = 5,
                                                      .seconds = 20,
                                                      .value_seconds = most_live_seconds},
                                                     now);
            ASSERT_EQ(view.counts, recount_.counts("", ""));
            ASSERT_EQ(view.without, recount_.counts(std::string(name), ""));
            for (const LiveValue& value : view.values) {
                ASSERT_EQ(value.counts, recount_.counts(std::string(name), value.value));
            }
            compare_seconds(view);
        }
    }

    void compare_seconds(const LiveView& view) {
        for (const LiveSecond& one : view.seconds) {
            ASSERT_EQ(one.counts, past_.at(one.at / 1'000)) << one.at;
        }
        for (const LiveValue& value : view.values) {
            if (value.value != "a far west") continue;
            for (const LiveValueSecond& one : value.seconds) {
                const LiveCounts& then = past_west_.at(one.at / 1'000);
                ASSERT_EQ(one, (LiveValueSecond{one.at, then.sessions, then.viewers}));
                ++compared_seconds_;
            }
        }
    }

    RandomSessions random_;
    std::vector<RandomSessions::Timed> all_;
    const Rules rules_;
    Table table_{rules_};
    Output output_;
    Recount recount_{rules_};
    uint32_t started_ = 0;
    int64_t second_ = 0;
    std::map<int64_t, LiveCounts> past_;
    std::map<int64_t, LiveCounts> past_west_;

    size_t compared_seconds_ = 0;
};

TEST(LiveProperty, all_counts_are_those_of_a_recount) {
    size_t seconds = 0;
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        Random random(seed);
        random.play(seed % 2 == 0);
        seconds += random.compared_seconds();
        if (testing::Test::HasFatalFailure()) FAIL() << "seed " << seed;
    }
    EXPECT_GT(seconds, 1'000U);
}

}  // namespace
}  // namespace playhead::session
