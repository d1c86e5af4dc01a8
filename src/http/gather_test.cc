// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <latch>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>

#include "http/server_suite.h"

namespace playhead::http {
namespace {

class GatherTest : public ServerTest {
  protected:
    // Lets requests gather for longer than a test lasts, while the loop is at work; its turn ends,
    // and then so many others, each on its own connection, have been sent and lie there.
    void let_gather(size_t count) {
        serve([this](const Request& request, Responder responder) {
            if (request.target == "/wait") return waiting_.put(request, std::move(responder));
            if (request.target == "/hold") {
                held_.count_down();
                release_.wait();
            }
            echo(request, std::move(responder));
        });
        for (size_t i = 0; i < count; ++i) {
            clients_.push_back(connect());
            ask(clients_.back(), "/");
            ASSERT_EQ(clients_.back().answer().status, 200);
        }
        holding_.connect_to(server_->address());
        ask(holding_, "/hold");
        held_.wait();
        server_->let_gather(std::chrono::hours(1));
        for (TestClient& client : clients_) ask(client, "/gathered");
        release_.count_down();
        ASSERT_EQ(holding_.answer().body, "GET /hold ");
    }

    // Rings the bell, whereupon the loop has one turn with all that lie there.
    void end_gathering() {
        server_->wake();
        for (TestClient& client : clients_) ASSERT_EQ(client.answer().body, "GET /gathered ");
    }

    static void ask(TestClient& client, const std::string& target) { client.send(get(target)); }

    // Nothing tells that a loop does not read, so this looks much longer than an answer takes.
    static bool is_answered_soon(const TestClient& client) {
        pollfd wanted{.fd = client.number(), .events = POLLIN, .revents = 0};
        return poll(&wanted, 1, 200) == 1;
    }

    std::latch held_{1};
    std::latch release_{1};
    TestClient holding_ = TestClient::unconnected();
    std::vector<TestClient> clients_;
};

TEST_F(GatherTest, requests_gather_until_the_bell_rings) {
    let_gather(2);
    EXPECT_FALSE(is_answered_soon(clients_.front()));
    end_gathering();
}

TEST_F(GatherTest, an_answer_of_another_thread_is_not_held_up) {
    let_gather(1);
    end_gathering();
    ask(clients_.front(), "/wait");
    server_->wake();
    for (Waiting::Item& item : waiting_.take(1)) item.responder.send(text("from elsewhere"));
    EXPECT_EQ(clients_.front().answer().body, "from elsewhere");
}

TEST_F(GatherTest, after_a_turn_with_few_connections_requests_gather) {
    let_gather(16);
    end_gathering();
    ask(clients_.front(), "/next");
    EXPECT_FALSE(is_answered_soon(clients_.front()));
    server_->wake();
    EXPECT_EQ(clients_.front().answer().body, "GET /next ");
}

TEST_F(GatherTest, a_loop_that_has_much_to_do_reads_at_once) {
    let_gather(17);
    end_gathering();
    ask(clients_.front(), "/next");
    EXPECT_EQ(clients_.front().answer().body, "GET /next ");
}

TEST_F(GatherTest, requests_no_longer_gather_when_that_is_taken_back) {
    let_gather(1);
    end_gathering();
    server_->let_gather({});
    server_->wake();
    for (int i = 0; i < 2; ++i) {
        ask(clients_.front(), "/next");
        EXPECT_EQ(clients_.front().answer().body, "GET /next ");
    }
}

TEST_F(GatherTest, a_server_that_stops_reads_what_has_gathered) {
    let_gather(1);
    server_->stop();
    EXPECT_EQ(clients_.front().answer().body, "GET /gathered ");
    EXPECT_TRUE(clients_.front().is_closed());
}

}  // namespace
}  // namespace playhead::http
