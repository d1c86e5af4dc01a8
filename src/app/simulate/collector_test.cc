// SPDX-License-Identifier: Apache-2.0
#include "app/simulate/collector.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include "http/server_suite.h"

namespace playhead::app {
namespace {

using End = Collector::Reply::End;

http::Response empty(int status) {
    http::Response response;
    response.status = status;
    return response;
}

class CollectorTest : public http::ServerTest {
  protected:
    void reach(const std::string& prefix = "") {
        auto made = Collector::make("http://" + server_->address() + prefix, clock_);
        ASSERT_TRUE(made) << made.error().what;
        collector_ = *std::move(made);
    }

    // Waits for so many replies; the time of the collector stands still meanwhile.
    std::vector<Collector::Reply> replies(size_t count) {
        std::vector<Collector::Reply> came;
        for (int turns = 0; came.size() < count && turns < 2'000; ++turns) {
            collector_->wait(10, never_.number(), came);
        }
        EXPECT_EQ(came.size(), count);
        return came;
    }

    http::Descriptor never_{eventfd(0, EFD_CLOEXEC)};
    std::unique_ptr<Collector> collector_;
};

TEST_F(CollectorTest, a_reply_has_the_status_and_the_location) {
    std::string target;
    std::string body;
    serve([&](const http::Request& request, http::Responder responder) {
        target = request.target;
        body = request.body;
        responder.send({.status = 201,
                        .fixed_headers = http::cors,
                        .headers = "location: /api/v1/sessions/x\r\n",
                        .body = "ignored"});
    });
    reach("/first/");
    collector_->post(7, "/api/v1/sessions", "{}");
    EXPECT_EQ(collector_->under_way(), 1);
    const auto came = replies(1);
    EXPECT_EQ(came[0].tag, 7);
    EXPECT_EQ(came[0].end, End::answered);
    EXPECT_EQ(came[0].status, 201);
    EXPECT_EQ(came[0].location, "/api/v1/sessions/x");
    EXPECT_EQ(target, "/first/api/v1/sessions");
    EXPECT_EQ(body, "{}");
    EXPECT_EQ(collector_->under_way(), 0);
}

TEST_F(CollectorTest, a_connection_is_kept_and_many_are_used_side_by_side) {
    serve_waiting();
    reach();
    for (uint64_t tag = 0; tag < 50; ++tag) collector_->post(tag, "/e", "x");
    std::vector<Collector::Reply> none;
    collector_->wait(0, never_.number(), none);
    auto items = waiting_.take(50);
    EXPECT_EQ(server_->connections(), 50);
    for (auto& item : items) item.responder.send(empty(204));
    EXPECT_EQ(replies(50).size(), 50);
    for (int i = 0; i < 3; ++i) {
        collector_->post(1, "/now", "x");
        EXPECT_EQ(replies(1)[0].status, 200);
    }
    EXPECT_EQ(server_->connections(), 50);
}

TEST_F(CollectorTest, a_large_body_arrives_whole) {
    serve([](const http::Request& request, http::Responder responder) {
        const bool is_whole = request.body.size() == 900'000;
        responder.send(empty(is_whole ? 204 : 400));
    });
    reach();
    collector_->post(1, "/e", std::string(900'000, 'x'));
    EXPECT_EQ(replies(1)[0].status, 204);
}

TEST_F(CollectorTest, it_gives_up_after_five_seconds_and_does_not_repeat) {
    serve_waiting();
    reach();
    collector_->post(1, "/e", "x");
    std::vector<Collector::Reply> came;
    clock_.advance(Collector::patience_ms - 1);
    collector_->wait(0, never_.number(), came);
    EXPECT_TRUE(came.empty());
    auto asked = waiting_.take(1);
    clock_.advance(200);
    came = replies(1);
    EXPECT_EQ(came[0].end, End::timed_out);
    EXPECT_EQ(came[0].tag, 1);
    // The answer that comes too late is nobody's.
    asked[0].responder.send(empty(204));
    collector_->post(2, "/now", "x");
    EXPECT_EQ(replies(1)[0].status, 200);
    EXPECT_EQ(waiting_.size(), 0);
}

TEST_F(CollectorTest, a_connection_that_ends_is_a_failure) {
    serve_waiting();
    reach();
    collector_->post(1, "/e", "x");
    std::vector<Collector::Reply> none;
    collector_->wait(0, never_.number(), none);
    auto asked = waiting_.take(1);
    server_->stop();
    EXPECT_EQ(replies(1)[0].end, End::failed);
    collector_->post(2, "/e", "x");  // nobody listens
    EXPECT_EQ(replies(1)[0].end, End::failed);
}

TEST_F(CollectorTest, a_target_that_is_no_address_is_refused) {
    EXPECT_FALSE(Collector::make("https://127.0.0.1:1", clock_));
    EXPECT_FALSE(Collector::make("127.0.0.1:1", clock_));
    EXPECT_FALSE(Collector::make("http://", clock_));
    EXPECT_FALSE(Collector::make("http://127.0.0.1:", clock_));
    EXPECT_TRUE(Collector::make("http://127.0.0.1:1", clock_));
    EXPECT_TRUE(Collector::make("http://[::1]:1/prefix", clock_));
}

TEST_F(CollectorTest, it_wakes_for_the_other_descriptor) {
    serve_waiting();
    reach();
    std::vector<Collector::Reply> came;
    EXPECT_FALSE(collector_->wait(0, never_.number(), came));
    ASSERT_EQ(eventfd_write(never_.number(), 1), 0);
    EXPECT_TRUE(collector_->wait(10'000, never_.number(), came));
    EXPECT_TRUE(came.empty());
}

}  // namespace
}  // namespace playhead::app
