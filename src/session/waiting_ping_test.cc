// SPDX-License-Identifier: Apache-2.0
#include "session/waiting_ping.h"

#include <string>

#include <gtest/gtest.h>

#include "session/random_suite.h"
#include "session/table.h"

namespace playhead::session {
namespace {

using event::EventType;

constexpr Anchor anchor{.offset = 5'000'000'000,
                        .received_at = 1'700'000'000'000,
                        .uptime_ms = 90'000,
                        .ts = 1'600'000'000'000,
                        .playhead_ms = 70'000};

Arrival arrival_at(uint64_t offset, int64_t received_at, int64_t uptime_ms) {
    event::SessionId id;
    id.bytes[0] = 7;
    return {.offset = offset, .received_at = received_at, .uptime_ms = uptime_ms, .session = id};
}

event::Event ping_at(int64_t ts, int64_t playhead_ms) {
    event::Event event;
    event.type = EventType::ping;
    event.ts = ts;
    event.playhead_ms = playhead_ms;
    event.fingerprint = static_cast<uint64_t>(ts) * 31 + static_cast<uint64_t>(playhead_ms);
    return event;
}

TEST(WaitingPing, comes_back_as_it_went_in) {
    const Arrival arrival =
        arrival_at(anchor.offset + 1, anchor.received_at - 2, anchor.uptime_ms + 3);
    const event::Event event = ping_at(anchor.ts - 4, anchor.playhead_ms + 5);
    const auto packed = WaitingPing::pack(anchor, arrival, event);
    ASSERT_TRUE(packed);
    const WaitingPing ping(anchor, {packed->data(), packed->size()});
    const Arrival back = ping.arrival(arrival.session);
    EXPECT_EQ(back.offset, arrival.offset);
    EXPECT_EQ(back.received_at, arrival.received_at);
    EXPECT_EQ(back.uptime_ms, arrival.uptime_ms);
    EXPECT_EQ(back.session, arrival.session);
    event::Event filled;
    ping.fill(filled);
    EXPECT_EQ(filled.type, EventType::ping);
    EXPECT_EQ(filled.ts, event.ts);
    EXPECT_EQ(filled.playhead_ms, event.playhead_ms);
    EXPECT_EQ(filled.fingerprint, event.fingerprint);
}

TEST(WaitingPing, takes_numbers_as_far_from_the_anchor_as_four_bytes_reach) {
    constexpr int64_t up = INT32_MAX;
    constexpr int64_t down = INT32_MIN;
    const auto fits = [](int64_t offset, int64_t received, int64_t uptime, int64_t ts,
                         int64_t playhead) {
        const Arrival arrival =
            arrival_at(anchor.offset + static_cast<uint64_t>(offset), anchor.received_at + received,
                       anchor.uptime_ms + uptime);
        const event::Event event = ping_at(anchor.ts + ts, anchor.playhead_ms + playhead);
        const auto packed = WaitingPing::pack(anchor, arrival, event);
        if (!packed) return false;
        const WaitingPing ping(anchor, {packed->data(), packed->size()});
        EXPECT_EQ(ping.offset(), arrival.offset);
        EXPECT_EQ(ping.uptime_ms(), arrival.uptime_ms);
        EXPECT_EQ(ping.latest().ts, event.ts);
        EXPECT_EQ(ping.latest().playhead_ms, event.playhead_ms);
        return true;
    };
    EXPECT_TRUE(fits(up, up, up, up, up));
    EXPECT_TRUE(fits(down, down, down, down, down));
    EXPECT_FALSE(fits(up + 1, 0, 0, 0, 0));
    EXPECT_FALSE(fits(0, up + 1, 0, 0, 0));
    EXPECT_FALSE(fits(0, 0, up + 1, 0, 0));
    EXPECT_FALSE(fits(0, 0, 0, up + 1, 0));
    EXPECT_FALSE(fits(0, 0, 0, 0, up + 1));
    EXPECT_FALSE(fits(0, 0, 0, 0, down - 1));
    EXPECT_FALSE(fits(0, down - 1, 0, 0, 0));
}

TEST(WaitingPing, waits_only_when_the_content_plays_on) {
    const WaitingPing::Latest latest{.ts = 100, .playhead_ms = 50};
    EXPECT_TRUE(latest.is_followed_by(ping_at(101, 51)));
    EXPECT_TRUE(latest.is_followed_by(ping_at(101, 49)));
    EXPECT_FALSE(latest.is_followed_by(ping_at(100, 51)));
    EXPECT_FALSE(latest.is_followed_by(ping_at(101, 50)));
    event::Event play = ping_at(101, 51);
    play.type = EventType::play;
    EXPECT_FALSE(latest.is_followed_by(play));
    event::Event with_quality = ping_at(101, 51);
    with_quality.qoe = {{event::Parameter::media_qoe_bitrate, "", 1'000, 0}};
    EXPECT_FALSE(latest.is_followed_by(with_quality));
}

// One viewer, in a table and in a session by itself, which knows of no waiting: mostly pings that
// play on, and now and then what a ping may not wait for.
class Viewer {
  public:
    explicit Viewer(uint64_t seed) : random_(seed) {
        event::Event start = ping_at(clock_, playhead_);
        start.type = EventType::session_start;
        start.params = {{event::Parameter::media_id, "asset", 0, 0}};
        alone_ = Session(rules_of_alone_, arrival(), start, Origin::live, false, observer());
        table_.start(arrival(), start, output_);
        send(EventType::play, 0, 0);
    }

    void step() {
        const int64_t what = random_.below(30);
        if (what == 0) return send(EventType::pause_start, 300, 300);
        if (what == 1) return send(EventType::play, 300, 0);
        if (what == 2) return send(EventType::ping, -2'000, 700);
        if (what == 3) return send(EventType::ping, 0, 700);
        if (what == 4) return send(EventType::ping, 800, 0);
        if (what == 5) return send(EventType::buffer_start, 800, 10);
        if (what == 6) return change_rules();
        send(EventType::ping, 1 + random_.below(10'000), 1 + random_.below(20'000));
    }

    void compare() {
        ASSERT_EQ(table_.session(id()), alone_.row());
        const LiveCounts live = table_.live().view({}, 0).counts;
        Session room(rules_of_alone_);
        const auto doing = alone_.doing(room);
        for (size_t i = 0; i < doing_count; ++i) {
            const bool is_it = doing && static_cast<size_t>(*doing) == i;
            ASSERT_EQ(live.sessions_doing[i], is_it ? 1U : 0U);
        }
        ASSERT_EQ(output_.total().total() + table_.pending_events(), sent_);
        most_pending_ = std::max(most_pending_, table_.pending_events());
    }

    void end() {
        table_.advance(uptime_ + 10'000'000, output_);
        alone_.advance(uptime_ + 10'000'000, observer());
        ASSERT_EQ(output_.closed.size(), 1U);
        EXPECT_EQ(output_.closed[0], alone_.row());
        EXPECT_EQ(output_.total(), counts_);
        EXPECT_EQ(table_.pending_events(), 0U);
    }

    size_t most_pending() const { return most_pending_; }

  private:
    static event::SessionId id() { return arrival_at(0, 0, 0).session; }

    Arrival arrival() const { return arrival_at(sent_ * 200, uptime_ + 5, uptime_); }

    Observer observer() { return {.counts = &counts_, .trace = nullptr}; }

    void send(EventType type, int64_t clock_step, int64_t playhead_step) {
        uptime_ += random_.below(12'000);
        ++sent_;
        event::Event event = ping_at(clock_ + clock_step, playhead_ + playhead_step);
        event.type = type;
        clock_ = std::max(clock_, event.ts);
        playhead_ = event.playhead_ms;
        alone_.arrive(arrival(), event, observer());
        table_.arrive(arrival(), event, output_);
    }

    void change_rules() {
        Rules rules;
        rules.reorder_ms = 1'000 * random_.below(20);
        table_.change_rules(rules, output_);
        rules_of_alone_ = rules;
    }

    RandomSessions random_;
    Rules rules_of_alone_;
    Table table_{Rules()};
    Session alone_{rules_of_alone_};
    Output output_;
    VerdictCounts counts_;
    int64_t uptime_ = 0;
    int64_t clock_ = 1'700'000'000'000;
    int64_t playhead_ = 0;
    uint64_t sent_ = 1;
    size_t most_pending_ = 0;
};

TEST(WaitingPing, nobody_who_looks_sees_that_it_waits) {
    size_t most_pending = 0;
    for (uint64_t seed = 1; seed <= 200; ++seed) {
        Viewer viewer(seed);
        for (int i = 0; i < 60; ++i) {
            viewer.step();
            ASSERT_NO_FATAL_FAILURE(viewer.compare()) << "seed " << seed << " step " << i;
        }
        ASSERT_NO_FATAL_FAILURE(viewer.end()) << "seed " << seed;
        most_pending = std::max(most_pending, viewer.most_pending());
    }
    EXPECT_GT(most_pending, Session::most_waiting);
}

// A session with so many pings behind its bytes.
class Waiting {
  public:
    explicit Waiting(size_t pings) {
        event::Event event = ping_at(0, 0);
        event.type = EventType::session_start;
        table_.start(arrival_at(0, 0, 0), event, output_);
        event.type = EventType::play;
        table_.arrive(arrival_at(1, 0, 0), event, output_);
        for (size_t i = 0; i <= pings; ++i) send();
    }

    // Ten seconds later, played on.
    void send() {
        ++sent_;
        const auto now = static_cast<int64_t>(sent_ * 10'000);
        table_.arrive(arrival_at(1 + sent_, now, now), ping_at(now, now), output_);
    }

    Table& table() { return table_; }

    Output& output() { return output_; }

  private:
    Table table_{Rules()};
    Output output_;
    uint64_t sent_ = 0;
};

TEST(WaitingPing, no_more_wait_than_the_limit) {
    EXPECT_EQ(Waiting(Session::most_waiting - 1).table().pending_events(), Session::most_waiting);
    EXPECT_EQ(Waiting(Session::most_waiting).table().pending_events(), Session::most_waiting + 1);
    EXPECT_EQ(Waiting(Session::most_waiting + 1).table().pending_events(), 1U);
}

TEST(WaitingPing, those_of_an_erased_session_are_counted) {
    Waiting waiting(2);
    EXPECT_EQ(waiting.table().erase([](const event::SessionId&) { return true; }), 3U);
    EXPECT_EQ(waiting.table().pending_events(), 0U);
    EXPECT_EQ(waiting.output().total().total(), 2U);
}

TEST(WaitingPing, a_snapshot_has_them_and_they_get_their_verdict_once) {
    Waiting waiting(2);
    PackWriter head;
    PackWriter texts;
    PackWriter sessions;
    waiting.table().pack_head(head);
    waiting.table().pack_texts(texts, 0, SIZE_MAX / 2);
    waiting.table().pack_sessions(sessions, nullptr, SIZE_MAX / 2);
    const auto read = [](std::string_view bytes) { return UnpackReader(bytes); };
    Table table{Rules()};
    UnpackReader reader = read(head.bytes());
    ASSERT_TRUE(table.unpack_head(reader));
    reader = read(texts.bytes());
    ASSERT_TRUE(table.unpack_texts(reader));
    reader = read(sessions.bytes());
    ASSERT_TRUE(table.unpack_sessions(reader, 100));
    table.finish_unpacking();
    EXPECT_EQ(table.pending_events(), 3U);
    EXPECT_EQ(table.digest(), waiting.table().digest());
    Output output;
    table.advance(10'000'000, output);
    EXPECT_EQ(output.total().of(VerdictCode::used), 3U);
    waiting.output().clear();
    waiting.table().advance(10'000'000, waiting.output());
    EXPECT_EQ(output.closed, waiting.output().closed);
}

}  // namespace
}  // namespace playhead::session
