// SPDX-License-Identifier: Apache-2.0
#include "app/forward/forward_loop.h"

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "event/record.h"
#include "http/server_suite.h"
#include "journal/memory_journal.h"

namespace playhead::app {
namespace {

using Kind = event::Record::Kind;

constexpr int64_t noon = 1'714'564'800'000;

http::Response empty(int status) {
    http::Response response;
    response.status = status;
    response.fixed_headers = http::cors;
    return response;
}

// A real server takes the part of the other back end: it notes what comes, and answers as told.
class Forward : public http::ServerTest {
  protected:
    Forward() { clock_.advance(noon); }

    void begin(ForwardQueue::Limits limits = {}) {
        serve([this](const http::Request& request, http::Responder responder) {
            responder.send(answer(request));
        });
        forward_to(server_->address(), limits);
    }

    void forward_to(const std::string& address, ForwardQueue::Limits limits = {}) {
        auto opened = OtherBackEnd::open({.url = "http://" + address, .connections = 4});
        ASSERT_TRUE(opened) << opened.error().what;
        there_ = *std::move(opened);
        reader_ = journal_.reader();
        ASSERT_TRUE(reader_->seek(reader_->end()));
        loop_.emplace(
            ForwardLoop::Parts{.journal = *reader_,
                               .there = *there_,
                               .clock = clock_,
                               .counters = counters_,
                               .journal_begin = [this] { return begin_; },
                               .is_made_here = [this](const auto& id) { return key_.genuine(id); },
                               .lag_ms = 60'000,
                               .limits = limits},
            Uptime(0, clock_.monotonic_ms()));
    }

    // Runs on the server's thread.
    http::Response answer(const http::Request& request) {
        const std::lock_guard lock(mutex_);
        came_.push_back(std::string(request.target) + " " + std::string(request.body));
        http::Response response = empty(status_);
        if (status_ == 0) {
            response.status = request.target == "/api/v1/sessions" ? 201 : 204;
            if (response.status == 201) {
                response.headers = "Location: /api/v1/sessions/" + name_ + "\r\n";
                ++name_.back();
            }
        }
        return response;
    }

    void answer_with(int status) {
        const std::lock_guard lock(mutex_);
        status_ = status;
    }

    std::vector<std::string> came() {
        const std::lock_guard lock(mutex_);
        return came_;
    }

    // An id that was made so long after noon.
    event::SessionId id(uint64_t number, int64_t after_noon_ms = 1) {
        return event::SessionIdKey({}).make(noon + after_noon_ms, 0, number);
    }

    void write(Kind kind, const event::SessionId& session, std::string_view body = "{}") {
        std::string record;
        event::encode({.kind = kind,
                       .received_at = clock_.wall_ms(),
                       .uptime_ms = clock_.monotonic_ms() - noon,
                       .session = session,
                       .body = body},
                      record);
        ASSERT_TRUE(journal_.append(record));
        ASSERT_TRUE(journal_.commit());
    }

    // Rounds until it is done, at most so many.
    void run(int rounds = 2'000) {
        do {
            loop_->step(10);
        } while (!loop_->is_done() && --rounds > 0);
        EXPECT_TRUE(loop_->is_done());
    }

    // Rounds until that is so.
    void run_until(const std::function<bool()>& is_so) {
        for (int rounds = 0; rounds < 2'000 && !is_so(); ++rounds) loop_->step(10);
        EXPECT_TRUE(is_so());
    }

    uint64_t answered(const std::string& kind) {
        return count("playhead_forwarded_total", "answer=\"" + kind + "\"");
    }

    uint64_t skipped(const std::string& reason) {
        return count("playhead_forward_skipped_total", "reason=\"" + reason + "\"");
    }

    event::SessionIdKey key_{event::SessionIdKey::Key{9}};
    journal::MemoryJournal journal_;
    uint64_t begin_ = 0;
    std::unique_ptr<journal::Reader> reader_;
    std::unique_ptr<OtherBackEnd> there_;
    std::optional<ForwardLoop> loop_;
    std::mutex mutex_;
    std::vector<std::string> came_;
    std::string name_ = "there-a";
    int status_ = 0;  // 0: as the protocol says
};

TEST_F(Forward, a_session_arrives_in_order_under_its_name_there) {
    begin();
    write(Kind::session_start, id(1), "start");
    for (int i = 0; i < 5; ++i) write(Kind::event, id(1), std::to_string(i));
    write(Kind::batch, id(2), "[batch]");
    run();
    auto seen = came();
    ASSERT_EQ(seen.size(), 7);
    std::erase(seen, "/api/v1/downloaded [batch]");
    ASSERT_EQ(seen.size(), 6);
    EXPECT_EQ(seen[0], "/api/v1/sessions start");
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(seen[static_cast<size_t>(i) + 1],
                  "/api/v1/sessions/there-a/events " + std::to_string(i));
    }
    EXPECT_EQ(answered("2xx"), 7);
    EXPECT_EQ(loop_->reason(), "");
}

TEST_F(Forward, only_requests_of_players_are_forwarded) {
    begin();
    for (const Kind kind : {Kind::tick, Kind::rules, Kind::refusals, Kind::erasure, Kind::erased}) {
        write(kind, {}, kind == Kind::tick ? "" : "x");
    }
    run();
    EXPECT_TRUE(came().empty());
}

TEST_F(Forward, what_was_accepted_before_is_not_forwarded) {
    write(Kind::session_start, id(1, -5), "before");
    begin();
    write(Kind::event, id(1, -5));
    write(Kind::session_start, id(2), "after");
    run();
    EXPECT_EQ(came(), std::vector<std::string>{"/api/v1/sessions after"});
    EXPECT_EQ(skipped("before_start"), 1);
    EXPECT_EQ(skipped("session_lost"), 0);
}

TEST_F(Forward, answers_are_counted_by_class_and_a_refusal_is_final) {
    begin();
    write(Kind::session_start, id(1));
    run();
    for (const int status : {404, 302, 500}) {
        answer_with(status);
        write(Kind::event, id(1));
        run();
    }
    EXPECT_EQ(came().size(), 4);
    EXPECT_EQ(answered("2xx"), 1);
    EXPECT_EQ(answered("3xx"), 1);
    EXPECT_EQ(answered("4xx"), 1);
    EXPECT_EQ(answered("5xx"), 1);
}

TEST_F(Forward, a_session_whose_start_is_refused_is_lost) {
    begin();
    answer_with(400);
    write(Kind::session_start, id(1));
    write(Kind::event, id(1));
    run();
    write(Kind::event, id(1));
    run();
    EXPECT_EQ(came().size(), 1);
    EXPECT_EQ(answered("4xx"), 1);
    EXPECT_EQ(skipped("session_lost"), 2);
}

TEST_F(Forward, a_session_whose_location_cannot_be_used_is_lost) {
    begin();
    answer_with(201);  // without a Location
    write(Kind::session_start, id(1));
    write(Kind::event, id(1));
    run();
    EXPECT_EQ(skipped("session_lost"), 1);
}

TEST_F(Forward, a_session_that_fell_out_is_lost_and_counted) {
    begin({.requests = 2, .sessions = 3});
    for (uint64_t i = 1; i <= 4; ++i) write(Kind::session_start, id(i));
    run();
    EXPECT_EQ(count("playhead_forward_sessions_fallen_out_total", ""), 1);
    write(Kind::event, id(1));
    write(Kind::event, id(4));
    run();
    EXPECT_EQ(skipped("session_lost"), 1);
    EXPECT_EQ(answered("2xx"), 5);
}

TEST_F(Forward, what_was_not_taken_is_sent_again_and_in_order) {
    begin();
    write(Kind::session_start, id(1), "start");
    run();
    answer_with(503);
    write(Kind::event, id(1), "one");
    write(Kind::event, id(1), "two");
    run_until([this] { return answered("5xx") >= 3; });
    EXPECT_NE(loop_->reason().find("status 503"), std::string::npos) << loop_->reason();
    // Away: nothing more is asked before its time.
    for (int i = 0; i < 5; ++i) loop_->step(1);
    EXPECT_EQ(answered("5xx"), 3);
    clock_.advance(ForwardLoop::away_at_least_ms - 1);
    for (int i = 0; i < 5; ++i) loop_->step(1);
    EXPECT_EQ(answered("5xx"), 3);
    clock_.advance(1);
    run_until([this] { return answered("5xx") >= 4; });
    clock_.advance(2 * ForwardLoop::away_at_least_ms - 1);
    for (int i = 0; i < 5; ++i) loop_->step(1);
    EXPECT_EQ(answered("5xx"), 4) << "it waits twice as long each time";
    answer_with(0);
    clock_.advance(1);
    run();
    EXPECT_EQ(loop_->reason(), "");
    const auto seen = came();
    EXPECT_EQ(seen[seen.size() - 2], "/api/v1/sessions/there-a/events one");
    EXPECT_EQ(seen.back(), "/api/v1/sessions/there-a/events two");
    EXPECT_EQ(count("playhead_forward_repeated_total", ""), 4);
}

TEST_F(Forward, a_side_that_is_not_there_costs_time_and_nothing_else) {
    begin();
    write(Kind::session_start, id(1));
    run();
    server_->stop();
    write(Kind::event, id(1), "while away");
    run_until([this] { return !loop_->reason().empty(); });
    EXPECT_NE(loop_->reason().find("is away"), std::string::npos);
    EXPECT_FALSE(loop_->is_done());
    loop_->end();
    EXPECT_EQ(skipped("process_ended"), 1);
}

TEST_F(Forward, a_request_whose_fate_is_unknown_is_not_sent_again) {
    serve_waiting();
    forward_to(server_->address());
    write(Kind::session_start, id(1));
    write(Kind::event, id(1));
    run_until([this] { return waiting_.size() == 1; });
    server_->stop();
    run();
    EXPECT_EQ(answered("none"), 1);
    EXPECT_EQ(count("playhead_forward_repeated_total", ""), 0);
    EXPECT_EQ(skipped("session_lost"), 1);
}

TEST_F(Forward, up_to_the_limit_it_may_be_late_and_beyond_it_all_that_waits_is_skipped) {
    begin();
    write(Kind::session_start, id(1));
    run();
    answer_with(503);
    write(Kind::event, id(1), "late");
    run_until([this] { return !loop_->reason().empty(); });
    clock_.advance(60'000);
    loop_->step(0);
    EXPECT_EQ(skipped("behind"), 0);
    write(Kind::event, id(1), "fresh, and in the journal by then");
    run_until([this] { return there_->under_way() == 0; });
    clock_.advance(1);
    loop_->step(0);
    run_until([this] { return there_->under_way() == 0; });
    loop_->step(0);
    EXPECT_EQ(skipped("behind"), 2);
    answer_with(0);
    clock_.advance(ForwardLoop::away_at_most_ms);
    write(Kind::event, id(1), "after");
    run();
    EXPECT_EQ(came().back(), "/api/v1/sessions/there-a/events after");
    EXPECT_EQ(loop_->reason(), "");
}

TEST_F(Forward, memory_is_bounded_and_the_journal_holds_the_rest) {
    begin({.requests = 3, .sessions = 10});
    answer_with(503);
    for (uint64_t i = 1; i <= 9; ++i) write(Kind::session_start, id(i));
    run_until([this] { return !loop_->reason().empty(); });
    answer_with(0);
    clock_.advance(ForwardLoop::away_at_least_ms);
    run();
    EXPECT_EQ(answered("2xx"), 9);
    EXPECT_EQ(skipped("behind"), 0);
}

TEST_F(Forward, what_the_retention_removed_is_counted_and_held_back_by_nobody) {
    begin({.requests = 1, .sessions = 2});
    answer_with(503);
    write(Kind::session_start, id(1));
    run_until([this] { return !loop_->reason().empty(); });
    const uint64_t gone_from = reader_->end();
    write(Kind::session_start, id(2), "gone");
    begin_ = reader_->end();
    journal_.remove_before(begin_);
    write(Kind::session_start, id(3), "kept");
    answer_with(0);
    clock_.advance(ForwardLoop::away_at_least_ms);
    run();
    EXPECT_EQ(came().back(), "/api/v1/sessions kept");
    EXPECT_EQ(count("playhead_forward_unread_bytes_total", ""), begin_ - gone_from);
}

TEST_F(Forward, a_server_that_forwards_to_itself_notices_it) {
    begin();
    name_ = key_.make(noon, 0, 5).text();
    write(Kind::session_start, id(1));
    write(Kind::event, id(1));
    run();
    write(Kind::session_start, id(2));
    run();
    EXPECT_EQ(came().size(), 1);
    EXPECT_EQ(skipped("leads_here"), 2);
    EXPECT_NE(loop_->reason().find("leads to this server"), std::string::npos);
}

TEST_F(Forward, the_lag_is_the_age_of_the_oldest_that_is_not_answered) {
    serve_waiting();
    forward_to(server_->address());
    const auto lag = [this] {
        const std::string text = counters_.prometheus_text();
        const size_t at = text.find("\nplayhead_forward_lag_seconds ");
        return std::stod(text.substr(at + 30));
    };
    write(Kind::session_start, id(1));
    run_until([this] { return waiting_.size() == 1; });
    clock_.advance(2'500);
    loop_->step(0);
    EXPECT_EQ(lag(), 2.5);
    waiting_.take(1)[0].responder.send(empty(400));
    run();
    EXPECT_EQ(lag(), 0);
}

}  // namespace
}  // namespace playhead::app
