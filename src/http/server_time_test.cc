// SPDX-License-Identifier: Apache-2.0
// How long a connection may wait, at each of its waits.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/server_suite.h"

namespace playhead::http {
namespace {

TEST_F(ServerTest, an_idle_connection_is_closed_after_a_while) {
    options_.idle_ms = 10'000;
    serve(echo);
    TestClient client = connect();
    client.send(get("/now"));
    client.answer();
    pass(9'999);
    let_it_turn();
    EXPECT_TRUE(client.is_open());
    pass(1 + 250);
    EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerTest, a_request_moves_the_idle_time) {
    options_.idle_ms = 10'000;
    serve(echo);
    TestClient client = connect();
    for (int i = 0; i < 5; ++i) {
        client.send(get("/now"));
        client.answer();
        pass(9'000);
    }
    EXPECT_TRUE(client.is_open());
}

TEST_F(ServerTest, a_request_that_takes_too_long_is_refused_however_it_trickles) {
    options_.request_ms = 10'000;
    serve(echo);
    const std::vector<std::string> slow = {"GET / HTTP/1.1\r\nA: ",
                                           post("Content-Length: 100\r\n", "x")};
    for (const std::string& begin : slow) {
        TestClient client = connect();
        client.send(begin);
        let_it_turn();
        for (int i = 0; i < 9; ++i) {
            pass(1'000);
            client.send("x");
            let_it_turn();
        }
        EXPECT_TRUE(client.is_open());
        pass(1'000 + 500);
        const TestClient::Answer answer = client.answer();
        EXPECT_EQ(answer.status, 408);
        EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "*");
        EXPECT_TRUE(client.is_closed());
    }
}

TEST_F(ServerTest, a_large_body_has_more_time) {
    options_.request_ms = 10'000;
    options_.slowest_bytes_per_second = 1000;
    serve(echo);
    TestClient client = connect();
    client.send(post("Content-Length: 20000\r\n", std::string(5'000, 'x')));
    let_it_turn();
    for (int i = 0; i < 3; ++i) {
        pass(5'000);
        let_it_turn();
        EXPECT_TRUE(client.is_open());
        client.send(std::string(5'000, 'x'));
        let_it_turn();
    }
    EXPECT_EQ(client.answer().status, 200);
}

TEST_F(ServerTest, a_large_body_that_stands_still_has_no_more_time_than_a_small_one) {
    options_.request_ms = 10'000;
    options_.slowest_bytes_per_second = 1000;
    serve(echo);
    TestClient client = connect();
    // Not more than one turn reads: what is read later has more time.
    client.send(post("Content-Length: 60001\r\n", std::string(60'000, 'x')));
    let_it_turn();
    pass(9'000);
    let_it_turn();
    EXPECT_TRUE(client.is_open());
    pass(1'000 + 500);
    EXPECT_EQ(client.answer().status, 408);
}

TEST_F(ServerTest, a_body_that_comes_too_slowly_is_refused) {
    options_.request_ms = 10'000;
    options_.slowest_bytes_per_second = 1000;
    serve(echo);
    TestClient client = connect();
    client.send(post("Content-Length: 20000\r\n", ""));
    let_it_turn();
    // Half as fast as it must be: each second costs half a second of the ten.
    for (int i = 0; i < 18; ++i) {
        client.send(std::string(500, 'x'));
        let_it_turn();
        pass(1'000);
        let_it_turn();
        EXPECT_TRUE(client.is_open()) << i;
    }
    pass(1'500);
    EXPECT_EQ(client.answer().status, 408);
}

TEST_F(ServerTest, a_handler_may_take_any_time) {
    options_.idle_ms = 10'000;
    options_.request_ms = 10'000;
    serve_waiting();
    TestClient client = connect();
    client.send(get("/a") + "GET /b HTTP/1.1\r\n");
    std::vector<Waiting::Item> items = waiting_.take(1);
    pass(100'000);
    let_it_turn();
    items[0].responder.send(text("late"));
    EXPECT_EQ(client.answer().body, "late");
}

TEST_F(ServerTest, a_client_that_stops_reading_is_closed_after_a_while) {
    options_.unsent_ms = 10'000;
    serve([](const Request& request, Responder responder) {
        const size_t size = request.target == "/large" ? 20'000'000 : 1;
        responder.send(text(std::string(size, 'x')));
    });
    TestClient client = connect();
    client.send(get("/large"));
    let_it_turn();
    pass(9'000);
    let_it_turn();
    pass(2'000);
    EXPECT_TRUE(server_->drain(std::chrono::seconds(20)));
}

}  // namespace
}  // namespace playhead::http
