// SPDX-License-Identifier: Apache-2.0
#include "app/commit_loop.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/memory_disk.h"
#include "event/record.h"
#include "journal/file_journal.h"
#include "journal/segment.h"

namespace playhead::app {
namespace {

const std::string folder = "/journal";

// The player's side: which request got which answer.
class Clients final : public http::Answerer {
  public:
    void answer(uint64_t, uint64_t request, http::Response&& response) override {
        responses[request] = std::move(response);
    }

    void abandon(uint64_t, uint64_t request) override { responses[request].status = 500; }

    void answer_all(std::vector<Answer>& answers) override {
        for (Answer& one : answers) {
            if (one.abandoned) {
                abandon(one.connection, one.request);
            } else {
                answer(one.connection, one.request, std::move(one.response));
            }
        }
        answers.clear();
    }

    int status(uint64_t request) const {
        const auto found = responses.find(request);
        return found == responses.end() ? 0 : found->second.status;
    }

    std::map<uint64_t, http::Response> responses;
};

class Commit : public testing::Test {
  protected:
    Commit() : admission_(session::Rules()), clock_(1'714'564'800'000) {
        journal::FileJournal::Options options;
        options.segment_bytes = 8 * 1024;
        options.salt = 1;
        options.write_ahead = false;
        auto opened = journal::FileJournal::open(disk_, folder, options);
        EXPECT_TRUE(opened);
        journal_ = std::move(*opened);
        loop_ = std::make_unique<CommitLoop>(CommitLoop::Parts{.journal = *journal_,
                                                               .admission = admission_,
                                                               .turns = turns_,
                                                               .committed = committed_,
                                                               .clock = clock_,
                                                               .counters = counters_},
                                             Uptime(0, 0));
    }

    // A session start of `bytes`; gives the number of the request.
    uint64_t post(size_t bytes) {
        const uint64_t number = ++requests_;
        ingest::Turn turn;
        turn.bodies = std::string(bytes, 'b');
        ingest::Submission one;
        one.kind = event::Record::Kind::session_start;
        one.session.bytes[5] = static_cast<uint8_t>(number);
        one.monotonic_ms = clock_.monotonic_ms();
        one.body_size = bytes;
        one.responder = http::Responder(clients_, 1, number);
        turn.submissions.push_back(std::move(one));
        EXPECT_TRUE(turns_.try_push(std::move(turn)));
        return number;
    }

    // A round with nothing to do but what is held, at once.
    void step_idle() {
        EXPECT_TRUE(turns_.try_push(ingest::Turn()));
        ASSERT_TRUE(loop_->step());
    }

    int answer_to(size_t bytes) {
        const uint64_t number = post(bytes);
        EXPECT_TRUE(loop_->step());
        return clients_->status(number);
    }

    size_t records() const {
        const auto reader = journal_->reader();
        size_t count = 0;
        for (auto next = reader->next(); next && *next; next = reader->next()) ++count;
        return count;
    }

    base::MemoryDisk disk_;
    std::unique_ptr<journal::FileJournal> journal_;
    session::Admission admission_;
    CommitLoop::Queue turns_{1 << 20};
    base::Signal committed_;
    base::ManualClock clock_;
    base::Counters counters_;
    std::shared_ptr<Clients> clients_ = std::make_shared<Clients>();
    std::unique_ptr<CommitLoop> loop_;
    uint64_t requests_ = 0;
};

TEST_F(Commit, what_is_answered_201_is_in_the_journal) {
    EXPECT_EQ(answer_to(100), 201);
    EXPECT_EQ(records(), 1U);
    EXPECT_TRUE(loop_->has_room());
}

TEST_F(Commit, measures_how_long_requests_waited_a_turn_at_a_time) {
    post(100);
    post(100);
    clock_.advance(20);
    post(100);
    clock_.advance(3);
    ASSERT_TRUE(loop_->step());
    step_idle();
    const std::string text = counters_.prometheus_text();
    const auto has = [&](const std::string& line) {
        EXPECT_NE(text.find('\n' + line + '\n'), std::string::npos) << line << " in " << text;
    };
    has("playhead_journal_commit_seconds_count 1");
    has("playhead_journal_commit_requests_sum 3");
    has("playhead_journal_commit_requests_count 1");
    has("playhead_request_wait_seconds_bucket{le=\"0.0025\"} 0");
    has("playhead_request_wait_seconds_bucket{le=\"0.005\"} 1");
    has("playhead_request_wait_seconds_bucket{le=\"0.01\"} 1");
    has("playhead_request_wait_seconds_bucket{le=\"0.025\"} 3");
    has("playhead_request_wait_seconds_sum 0.049");
}

CommitLoop::Pause pause_after(size_t requests, int64_t took_us, int64_t after_last_us,
                              size_t connections) {
    using std::chrono::microseconds;
    return CommitLoop::pause_after({.requests = requests,
                                    .took = microseconds(took_us),
                                    .after_last = microseconds(after_last_us)},
                                   connections);
}

int64_t rest_us(size_t requests, int64_t took_us, int64_t after_last_us, size_t connections) {
    return pause_after(requests, took_us, after_last_us, connections).rest.count();
}

TEST(Rest, is_as_long_as_a_commit_that_many_waited_for) {
    const auto rest = [](size_t requests, int64_t took_us) {
        return rest_us(requests, took_us, 2 * took_us, requests);
    };
    EXPECT_EQ(rest(0, 300), 0);
    EXPECT_EQ(rest(4, 300), 0);
    EXPECT_EQ(rest(5, 0), 250);
    EXPECT_EQ(rest(5, 250), 250);
    EXPECT_EQ(rest(5, 251), 251);
    EXPECT_EQ(rest(5, 999), 999);
    EXPECT_EQ(rest(500, 1'000), 1'000);
    EXPECT_EQ(rest(500, 9'000), 1'000);
}

TEST(Rest, is_the_longest_in_a_crowd) {
    EXPECT_EQ(rest_us(63, 300, 1'000, 100'000), 300);
    EXPECT_EQ(rest_us(64, 300, 1'000, 100'000), 1'000);
    EXPECT_EQ(rest_us(128, 300, 2'000, 100'000), 1'000);
    EXPECT_EQ(rest_us(128, 300, 2'001, 100'000), 300);
    EXPECT_EQ(rest_us(32, 300, 500, 100'000), 1'000);
    EXPECT_EQ(rest_us(64, 300, 1'000, 260), 1'000);
    EXPECT_EQ(rest_us(64, 300, 1'000, 259), 300);
    EXPECT_EQ(rest_us(4, 300, 0, 100'000), 0);
    EXPECT_EQ(rest_us(5, 300, 0, 100'000), 1'000);
}

TEST(Rest, is_one_for_the_loops_in_a_crowd_only) {
    EXPECT_EQ(pause_after(64, 300, 1'000, 260).gathering.count(), 250);
    EXPECT_EQ(pause_after(64, 300, 1'000, 259).gathering.count(), 0);
    EXPECT_EQ(pause_after(63, 1'000, 1'000, 100'000).gathering.count(), 0);
    EXPECT_EQ(pause_after(4, 300, 0, 100'000).gathering.count(), 0);
}

TEST_F(Commit, is_followed_by_a_rest_when_many_waited_for_it) {
    for (size_t i = 1; i < CommitLoop::many_requests; ++i) post(10);
    ASSERT_TRUE(loop_->step());
    EXPECT_EQ(loop_->pause(0).rest.count(), 0);
    for (size_t i = 0; i < CommitLoop::many_requests; ++i) post(10);
    ASSERT_TRUE(loop_->step());
    EXPECT_GE(loop_->pause(0).rest, CommitLoop::shortest_rest);
    EXPECT_LE(loop_->pause(0).rest, CommitLoop::longest_rest);
}

TEST_F(Commit, without_room_for_a_segment_it_refuses_and_goes_on_when_there_is_some) {
    disk_.set_capacity(9 * 1024);
    size_t accepted = 0;
    while (answer_to(1000) == 201) ++accepted;
    EXPECT_EQ(accepted, 3U);
    EXPECT_EQ(clients_->status(requests_), 503);
    EXPECT_NE(clients_->responses[requests_].headers.find("Retry-After"), std::string::npos);
    EXPECT_FALSE(loop_->has_room());
    EXPECT_EQ(records(), accepted);
    // An event of a session that was refused is one of an unknown session.
    EXPECT_EQ(admission_.sessions(), accepted);
    disk_.set_capacity(100 * 1024);
    EXPECT_EQ(answer_to(1000), 201);
    EXPECT_TRUE(loop_->has_room());
    EXPECT_EQ(records(), accepted + 1);
}

TEST_F(Commit, without_players_a_tick_finds_out_that_there_is_room_again) {
    disk_.set_capacity(9 * 1024);
    while (answer_to(1000) == 201) continue;
    // What is left of the segment takes some ticks.
    for (int i = 0; i < 40; ++i) {
        clock_.advance(1000);
        step_idle();
    }
    EXPECT_FALSE(loop_->has_room());
    disk_.set_capacity(100 * 1024);
    clock_.advance(1000);
    step_idle();
    EXPECT_TRUE(loop_->has_room());
}

TEST_F(Commit, a_batch_that_finds_no_room_is_held_and_answered_when_it_is_durable) {
    EXPECT_EQ(answer_to(100), 201);
    const uint64_t before = journal_->reader()->end();
    // A disk that takes back the room that was written ahead, as some file systems may.
    auto file = disk_.open(journal::segment_path(folder, 0), base::Disk::Open::existing);
    ASSERT_TRUE((*file)->resize(journal::header_bytes + before));
    disk_.set_capacity(journal::header_bytes + before + 300);

    const uint64_t held = post(1000);
    ASSERT_TRUE(loop_->step());
    EXPECT_EQ(clients_->status(held), 0);
    EXPECT_FALSE(loop_->has_room());
    EXPECT_EQ(answer_to(100), 503);
    EXPECT_EQ(clients_->status(held), 0);
    EXPECT_EQ(journal_->reader()->end(), before);

    disk_.set_capacity(100 * 1024);
    EXPECT_EQ(answer_to(100), 201);
    EXPECT_EQ(clients_->status(held), 201);
    EXPECT_TRUE(loop_->has_room());
    EXPECT_EQ(records(), 3U);
}

TEST_F(Commit, an_event_of_an_unknown_session_is_told_away_and_put_aside) {
    std::vector<RefusedEvent> aside;
    CommitLoop loop({.journal = *journal_,
                     .admission = admission_,
                     .turns = turns_,
                     .committed = committed_,
                     .clock = clock_,
                     .counters = counters_,
                     .quarantine = [&aside](RefusedEvent one) { aside.push_back(std::move(one)); }},
                    Uptime(0, 0));
    ingest::Turn turn;
    turn.bodies = "{}";
    ingest::Submission one;
    one.kind = event::Record::Kind::event;
    one.session.bytes[5] = 99;
    one.received_at = 5;
    one.body_size = turn.bodies.size();
    one.responder = http::Responder(clients_, 1, 1);
    turn.submissions.push_back(std::move(one));
    ASSERT_TRUE(turns_.try_push(std::move(turn)));
    ASSERT_TRUE(loop.step());
    EXPECT_EQ(clients_->status(1), 404);
    ASSERT_EQ(aside.size(), 1U);
    EXPECT_EQ(aside[0].reason, ingest::Rejection::unknown_session);
    EXPECT_EQ(aside[0].session.bytes[5], 99);
    EXPECT_EQ(aside[0].received_at, 5);
    EXPECT_EQ(aside[0].body, "{}");
}

TEST_F(Commit, a_failed_sync_ends_the_loop_and_answers_nothing) {
    const uint64_t lost = post(100);
    disk_.fail_next_sync();
    EXPECT_EQ(loop_->step().error().code, base::ErrorCode::io);
    EXPECT_EQ(clients_->status(lost), 0);
}

TEST_F(Commit, a_disk_without_room_at_any_operation_neither_loses_nor_doubles) {
    for (int refused = 0; refused < 12; ++refused) {
        disk_.refuse_after(static_cast<uint64_t>(refused) % 4);
        const size_t before = records();
        const uint64_t number = post(1500);
        const auto done = loop_->step();
        if (!done) break;  // the sync: final
        for (int time = 0; time < 3 && clients_->status(number) == 0; ++time) step_idle();
        const int status = clients_->status(number);
        ASSERT_TRUE(status == 201 || status == 503) << status;
        ASSERT_EQ(records() - before, status == 201 ? 1U : 0U);
    }
}

TEST_F(Commit, an_own_record_seals_what_is_before_it_and_tells_when_it_is_durable) {
    EXPECT_EQ(answer_to(100), 201);
    EXPECT_EQ(admission_.sessions(), 1U);
    std::vector<base::Result<uint64_t>> told;
    ASSERT_TRUE(loop_->put({.kind = event::Record::Kind::erasure,
                            .body = "x",
                            .seals = true,
                            .is_erased = [](const event::SessionId&) { return true; },
                            .done = [&told](auto offset) { told.push_back(offset); }}));
    EXPECT_TRUE(told.empty());
    ASSERT_TRUE(loop_->step());
    ASSERT_EQ(told.size(), 1U);
    ASSERT_TRUE(told[0]);
    const std::vector<journal::SegmentSummary> segments = journal_->segments();
    EXPECT_EQ(segments.back().first, *told[0]);
    EXPECT_EQ(records(), 2U);
    EXPECT_EQ(admission_.sessions(), 0U);
}

TEST_F(Commit, an_own_record_without_room_is_told_so_and_has_not_happened) {
    disk_.set_capacity(9 * 1024);
    EXPECT_EQ(answer_to(100), 201);
    std::vector<base::Result<uint64_t>> told;
    ASSERT_TRUE(loop_->put({.kind = event::Record::Kind::erasure,
                            .body = "x",
                            .seals = true,
                            .is_erased = [](const event::SessionId&) { return true; },
                            .done = [&told](auto offset) { told.push_back(offset); }}));
    ASSERT_TRUE(loop_->step());
    ASSERT_EQ(told.size(), 1U);
    ASSERT_FALSE(told[0]);
    EXPECT_EQ(told[0].error().code, base::ErrorCode::full);
    EXPECT_EQ(admission_.sessions(), 1U);
    EXPECT_EQ(records(), 1U);
}

TEST_F(Commit, own_records_have_a_limit) {
    size_t taken = 0;
    while (loop_->put({.kind = event::Record::Kind::erasure,
                       .body = "x",
                       .seals = false,
                       .is_erased = {},
                       .done = [](auto) {}})) {
        ++taken;
    }
    EXPECT_EQ(taken, CommitLoop::own_waiting);
}

}  // namespace
}  // namespace playhead::app
