// SPDX-License-Identifier: Apache-2.0
// A restart behind a listening socket that somebody else keeps, and the goodbye before it.
#include <chrono>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "http/descriptor.h"
#include "http/server_suite.h"

namespace playhead::http {
namespace {

constexpr std::chrono::seconds at_most{20};

class RestartTest : public ServerTest {
  protected:
    // What a supervisor does: listens, and never accepts.
    void hold() {
        held_ = Descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ASSERT_EQ(bind(held_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
                  0);
        ASSERT_EQ(listen(held_.number(), SOMAXCONN), 0);
        options_.inherited_socket = held_.number();
    }

    void stop() {
        server_->stop_accepting();
        server_->drain(at_most);
        server_->stop();
    }

    Descriptor held_;
};

TEST_F(RestartTest, who_connects_between_two_servers_is_answered_by_the_second) {
    hold();
    options_.loops = 2;
    serve(echo);
    const std::string address = server_->address();
    TestClient before = connect();
    before.send(get("/first"));
    EXPECT_EQ(before.answer().body, "GET /first ");
    before.close();
    stop();
    TestClient between(address);
    between.send(get("/second"));
    serve(echo);
    EXPECT_EQ(server_->address(), address);
    EXPECT_EQ(between.answer().body, "GET /second ");
}

TEST_F(RestartTest, many_connections_of_a_shared_socket_are_served_by_several_loops) {
    hold();
    options_.loops = 3;
    serve(echo);
    std::vector<TestClient> clients;
    for (int i = 0; i < 100; ++i) clients.push_back(connect());
    for (TestClient& client : clients) client.send(get("/x"));
    for (TestClient& client : clients) ASSERT_EQ(client.answer().body, "GET /x ");
}

TEST_F(RestartTest, a_descriptor_that_does_not_listen_is_refused) {
    const Descriptor deaf(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    for (const int number : {deaf.number(), 1'000'000}) {
        options_.inherited_socket = number;
        const auto server = Server::listen(
            options_, [](size_t) { return std::make_unique<FunctionHandler>(echo); }, clock_);
        ASSERT_FALSE(server);
        EXPECT_EQ(server.error().code, base::ErrorCode::invalid);
    }
}

TEST_F(RestartTest, after_the_goodbye_the_next_answer_is_the_last_and_nobody_is_cut_off) {
    serve(echo);
    TestClient client = connect();
    TestClient idle = connect();
    client.send(get("/before"));
    EXPECT_EQ(client.answer().header("Connection"), "keep-alive");
    server_->stop_accepting();
    EXPECT_FALSE(server_->say_goodbye(std::chrono::milliseconds(0)));
    // A turn reads before it obeys; the second of these began behind the order.
    for (int turns = 0; turns < 2; ++turns) {
        while (!server_->turns()) std::this_thread::yield();
    }
    client.send(get("/after"));
    const TestClient::Answer last = client.answer();
    EXPECT_EQ(last.body, "GET /after ");
    EXPECT_EQ(last.header("Connection"), "close");
    EXPECT_TRUE(client.is_closed());
    client.close();
    idle.send(get("/late"));
    EXPECT_EQ(idle.answer().header("Connection"), "close");
    EXPECT_TRUE(idle.is_closed());
    idle.close();
    EXPECT_TRUE(server_->say_goodbye(at_most));
}

TEST_F(RestartTest, each_loop_that_turns_is_seen_to_turn) {
    options_.loops = 2;
    serve(echo);
    EXPECT_TRUE(server_->turns());
    // An answer of either loop comes after a turn of it; both have made one when many have come.
    for (int i = 0; i < 100; ++i) {
        TestClient client = connect();
        client.send(get("/x"));
        ASSERT_EQ(client.answer().status, 200);
    }
    EXPECT_TRUE(server_->turns());
}

TEST_F(RestartTest, a_loop_that_is_stuck_is_seen_to_stand_still) {
    std::binary_semaphore is_stuck(0);
    std::binary_semaphore goes_on(0);
    serve([&](const Request& request, Responder responder) {
        is_stuck.release();
        goes_on.acquire();
        echo(request, std::move(responder));
    });
    TestClient client = connect();
    client.send(get("/x"));
    is_stuck.acquire();
    server_->turns();
    EXPECT_FALSE(server_->turns());
    goes_on.release();
    EXPECT_EQ(client.answer().status, 200);
}

}  // namespace
}  // namespace playhead::http
