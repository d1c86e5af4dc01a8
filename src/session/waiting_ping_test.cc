// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "session/random_suite.h"
#include "session/table.h"

namespace playhead::session {
namespace {

using event::EventType;

Arrival arrival_at(uint64_t offset, int64_t received_at, int64_t uptime_ms) {
    event::SessionId id;
    id.bytes[0] = 7;
    return {.offset = offset, .received_at = received_at, .uptime_ms = uptime_ms, .session = id};
}

event::Event event_of(EventType type, int64_t ts, int64_t playhead_ms) {
    event::Event event;
    event.type = type;
    event.ts = ts;
    event.playhead_ms = playhead_ms;
    event.fingerprint = static_cast<uint64_t>(ts) * 31 + static_cast<uint64_t>(playhead_ms);
    return event;
}

// The bytes of a session whose content plays on, with one ping in its window.
class PlaysOn {
  public:
    PlaysOn() {
        session_.arrive(arrival_at(1, 0, 0), event_of(EventType::play, 0, 0));
        session_.arrive(arrival_at(2, 10'000, 10'000), event_of(EventType::ping, 10'000, 10'000));
        session_.pack(packed_);
        bytes_ = packed_.bytes();
    }

    // Whether this ping may wait; then it does.
    bool wait(const Arrival& arrival, const event::Event& event) {
        PackWriter details;
        PackWriter writer;
        const HeldEvent held(arrival, event, details);
        if (!Session::wait(bytes_, newest_, session_.may_wait(), held, writer)) return false;
        bytes_ += writer.bytes();
        newest_ = writer.bytes().size();
        ++waiting_;
        return true;
    }

    bool wait(EventType type, int64_t ts, int64_t playhead_ms) {
        return wait(arrival_at(3, ts, ts), event_of(type, ts, playhead_ms));
    }

    Session& session() { return session_; }

    // What comes of it when it is unpacked.
    std::optional<SessionRow> unpacked() const {
        const Rules rules;
        Session read(rules);
        if (!read.unpack(session_.id(), bytes_, waiting_)) return std::nullopt;
        read.recall(log_of_first_events().bytes());
        return read.row();
    }

    bool unpacks(std::string_view bytes, size_t waiting) const {
        const Rules rules;
        return Session(rules).unpack(session_.id(), bytes, waiting);
    }

    const std::string& bytes() const { return bytes_; }

    size_t waiting() const { return waiting_; }

  private:
    RowLog log_of_first_events() const {
        RowLog log;
        Session copy = session_;
        copy.drain(log);
        return log;
    }

    const Rules rules_;
    Session session_{rules_, arrival_at(0, 0, 0), event_of(EventType::session_start, 0, 0),
                     Origin::live, false};
    PackWriter packed_;
    std::string bytes_;
    size_t newest_ = 0;
    size_t waiting_ = 0;
};

TEST(WaitingPing, is_folded_as_it_would_have_been) {
    PlaysOn plays;
    ASSERT_EQ(plays.session().may_wait(), MayWait::pings_that_move);
    event::Event ping = event_of(EventType::ping, 20'000, 20'001);
    ping.qoe = {{event::Parameter::media_qoe_bitrate, "", 1'000, 1'000.0},
                {event::Parameter::media_qoe_dropped_frames, "", 3, 3.0}};
    const Arrival arrival = arrival_at(3, 20'002, 20'003);
    ASSERT_TRUE(plays.wait(arrival, ping));
    ASSERT_TRUE(plays.wait(EventType::ping, 30'000, 30'000));
    const auto row = plays.unpacked();
    ASSERT_TRUE(row);
    Session alone = plays.session();
    alone.arrive(arrival, ping);
    alone.arrive(arrival_at(3, 30'000, 30'000), event_of(EventType::ping, 30'000, 30'000));
    EXPECT_EQ(row->dropped_frames, 3);
    EXPECT_EQ(row->time_played_ms, alone.row().time_played_ms);
    EXPECT_EQ(row->bitrate_average, alone.row().bitrate_average);
}

TEST(WaitingPing, waits_only_when_the_content_plays_on) {
    PlaysOn plays;
    EXPECT_FALSE(plays.wait(EventType::ping, 10'000, 10'001));
    EXPECT_FALSE(plays.wait(EventType::ping, 10'001, 10'000));
    EXPECT_FALSE(plays.wait(EventType::play, 10'001, 10'001));
    EXPECT_TRUE(plays.wait(EventType::ping, 10'001, 10'001));
    EXPECT_FALSE(plays.wait(EventType::ping, 10'001, 10'002));
    EXPECT_FALSE(plays.wait(EventType::ping, 10'002, 10'001));
    EXPECT_TRUE(plays.wait(EventType::ping, 10'002, 9'999));
}

TEST(WaitingPing, waits_with_any_playhead_when_no_content_plays) {
    const auto waits = [](std::initializer_list<EventType> before, int64_t playhead_ms) {
        const Rules rules;
        Session session(rules, arrival_at(0, 0, 0), event_of(EventType::session_start, 0, 0),
                        Origin::live, false);
        int64_t ts = 0;
        for (const EventType type : before) {
            session.arrive(arrival_at(1, 0, 0), event_of(type, ++ts, 0));
            session.advance(6'000);
        }
        session.arrive(arrival_at(2, 6'000, 6'000), event_of(EventType::ping, 6'000, 0));
        PackWriter state;
        session.pack(state);
        PackWriter details;
        PackWriter writer;
        const HeldEvent ping(arrival_at(3, 7'000, 7'000),
                             event_of(EventType::ping, 7'000, playhead_ms), details);
        return Session::wait(state.bytes(), 0, session.may_wait(), ping, writer);
    };
    for (const int64_t playhead_ms : {0, 1'000}) {
        EXPECT_TRUE(waits({}, playhead_ms));
        EXPECT_TRUE(waits({EventType::play, EventType::pause_start}, playhead_ms));
        EXPECT_TRUE(waits({EventType::play, EventType::buffer_start}, playhead_ms));
    }
    EXPECT_FALSE(waits({EventType::play}, 0));
    EXPECT_FALSE(waits({EventType::play, EventType::pause_start, EventType::play}, 0));
}

TEST(WaitingPing, waits_with_what_it_says_up_to_the_limit) {
    const auto waits = [](size_t text_bytes) {
        const std::string text(text_bytes, 'x');
        event::Event ping = event_of(EventType::ping, 20'000, 20'000);
        ping.custom_metadata = {{"key", text}};
        return PlaysOn().wait(arrival_at(3, 20'000, 20'000), ping);
    };
    size_t most = 0;
    while (waits(most + 1)) ++most;
    EXPECT_GT(most, 50U);
    EXPECT_LT(most, Session::most_bytes_waiting);
    EXPECT_FALSE(waits(10'000));
}

TEST(WaitingPing, what_may_not_wait_there_is_refused) {
    PlaysOn plays;
    ASSERT_TRUE(plays.wait(EventType::ping, 20'000, 20'000));
    ASSERT_TRUE(plays.wait(EventType::ping, 30'000, 30'000));
    const std::string& bytes = plays.bytes();
    EXPECT_TRUE(plays.unpacks(bytes, 2));
    EXPECT_FALSE(plays.unpacks(bytes, 0));
    EXPECT_FALSE(plays.unpacks(bytes, 1));
    EXPECT_FALSE(plays.unpacks(bytes, 3));
    EXPECT_FALSE(plays.unpacks(bytes.substr(0, bytes.size() - 1), 2));
    EXPECT_FALSE(plays.unpacks(bytes + "x", 2));
    // After the time-out of the session.
    ASSERT_TRUE(plays.wait(EventType::ping, 30'000'000, 40'000));
    EXPECT_FALSE(plays.unpacks(plays.bytes(), 3));
    PlaysOn many;
    for (size_t i = 0; i <= Session::most_waiting; ++i) {
        const auto now = static_cast<int64_t>(20'000 + i);
        ASSERT_TRUE(many.wait(EventType::ping, now, now));
    }
    EXPECT_FALSE(many.unpacks(many.bytes(), many.waiting()));
}

// One viewer, in a table and in a session by itself, which knows of no waiting: mostly pings that
// play on, and now and then what a ping may not wait for. Every second one hurries: several events
// a second, and time-outs that pass and have moved on.
class Viewer {
  public:
    explicit Viewer(uint64_t seed) : random_(seed), most_ms_between_(seed % 2 == 0 ? 300 : 12'000) {
        if (seed % 2 == 0) rules_of_alone_.inactivity_ms = 2'000;
        table_.change_rules(rules_of_alone_, output_);
        event::Event start = event_of(EventType::session_start, clock_, playhead_);
        start.params = {{event::Parameter::media_id, "asset", 0, 0}};
        alone_ = Session(rules_of_alone_, arrival(), start, Origin::live, false, observer());
        table_.start(arrival(), start, output_);
        if (random_.below(4) > 0) send(EventType::play, 0, 0);
    }

    void step() {
        const int64_t what = random_.below(40);
        if (what == 0) return send(EventType::pause_start, 300, 300);
        if (what == 1) return send(EventType::play, 300, 0);
        if (what == 2) return send(EventType::ping, -2'000, 700);
        if (what == 3) return send(EventType::ping, 0, 700);
        if (what == 4) return send(EventType::ping, 800, 0);
        if (what == 5) return send(EventType::buffer_start, 800, 10);
        if (what == 6) return change_rules();
        if (what == 7) return send(EventType::ad_break_start, 100, 0);
        if (what <= 10) return send(EventType::ad_start, 100, 0);
        if (what == 11) return send(EventType::ad_complete, 100, 0);
        if (what == 12) return send(EventType::ad_break_complete, 100, 0);
        if (what == 13) return send(EventType::session_complete, 100, 0);
        if (what == 14) stands_still_ = !stands_still_;
        const int64_t playhead_step = stands_still_ ? 0 : 1 + random_.below(20'000);
        send(EventType::ping, 1 + random_.below(10'000), playhead_step);
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
        uptime_ += random_.below(most_ms_between_);
        ++sent_;
        event::Event event = event_of(type, clock_ + clock_step, playhead_ + playhead_step);
        if (type == EventType::ad_break_start || type == EventType::ad_start) {
            event.params = {{event::Parameter::media_ad_pod_index, "", 1, 1},
                            {event::Parameter::media_ad_pod_second, "", 0, 0},
                            {event::Parameter::media_ad_id, "ad", 0, 0},
                            {event::Parameter::media_ad_length, "", 0, 20},
                            {event::Parameter::media_ad_pod_position, "", 1, 1}};
        }
        if (type == EventType::ping && random_.below(2) == 0) {
            event.qoe = {{event::Parameter::media_qoe_bitrate, "", 1'000 + random_.below(3), 0}};
        }
        clock_ = std::max(clock_, event.ts);
        playhead_ = event.playhead_ms;
        alone_.arrive(arrival(), event, observer());
        table_.arrive(arrival(), event, output_);
    }

    void change_rules() {
        rules_of_alone_.reorder_ms = 1'000 * random_.below(20);
        table_.change_rules(rules_of_alone_, output_);
    }

    RandomSessions random_;
    const int64_t most_ms_between_;
    Rules rules_of_alone_;
    Table table_{Rules()};
    Session alone_{rules_of_alone_};
    Output output_;
    VerdictCounts counts_;
    int64_t uptime_ = 0;
    int64_t clock_ = 1'700'000'000'000;
    int64_t playhead_ = 0;
    bool stands_still_ = false;
    uint64_t sent_ = 1;
    size_t most_pending_ = 0;
};

TEST(WaitingPing, nobody_who_looks_sees_that_it_waits) {
    size_t most_pending = 0;
    for (uint64_t seed = 1; seed <= 200; ++seed) {
        Viewer viewer(seed);
        for (int i = 0; i < 400; ++i) {
            viewer.step();
            ASSERT_NO_FATAL_FAILURE(viewer.compare()) << "seed " << seed << " step " << i;
        }
        ASSERT_NO_FATAL_FAILURE(viewer.end()) << "seed " << seed;
        most_pending = std::max(most_pending, viewer.most_pending());
    }
    EXPECT_GT(most_pending, Session::most_waiting);
}

// The window holds so many events, and as many pings wait, when a time-out passes that has moved on
// meanwhile: what waits is folded then, and may empty the window.
void expect_alike_behind_a_time_out(size_t others, size_t pings) {
    Rules rules;
    rules.inactivity_ms = 10'000;
    Table table{rules};
    Output output;
    Session alone(rules, arrival_at(0, 0, 0), event_of(EventType::session_start, 0, 0),
                  Origin::live, false);
    table.start(arrival_at(0, 0, 0), event_of(EventType::session_start, 0, 0), output);
    int64_t now = 9'000;
    const auto send = [&](EventType type) {
        const auto offset = static_cast<uint64_t>(now);
        table.arrive(arrival_at(offset, now, now), event_of(type, now, 0), output);
        alone.arrive(arrival_at(offset, now, now), event_of(type, now, 0));
        ++now;
    };
    for (size_t i = 0; i < others; ++i) send(EventType::error);
    for (size_t i = 0; i < pings; ++i) send(EventType::ping);
    now = 10'001;
    for (size_t i = 0; i < 2 * Session::most_waiting; ++i) send(EventType::ping);
    ASSERT_EQ(table.session(alone.id()), alone.row()) << others << " " << pings;
}

TEST(WaitingPing, one_behind_a_time_out_that_moved_on_is_folded_as_it_would_have_been) {
    for (size_t others = 1; others <= 1 + Session::most_waiting; ++others) {
        for (size_t pings = 0; pings <= 2 * event::reorder_events; ++pings) {
            ASSERT_NO_FATAL_FAILURE(expect_alike_behind_a_time_out(others, pings));
        }
    }
}

// A session with so many pings behind its bytes.
class Waiting {
  public:
    explicit Waiting(size_t pings) {
        table_.start(arrival_at(0, 0, 0), event_of(EventType::session_start, 0, 0), output_);
        table_.arrive(arrival_at(1, 0, 0), event_of(EventType::play, 0, 0), output_);
        for (size_t i = 0; i <= pings; ++i) send();
    }

    // Ten seconds later, played on.
    void send() {
        ++sent_;
        const auto now = static_cast<int64_t>(sent_ * 10'000);
        table_.arrive(arrival_at(1 + sent_, now, now), event_of(EventType::ping, now, now),
                      output_);
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
