// SPDX-License-Identifier: Apache-2.0
// Answers that go on, through real sockets.
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "http/answer_order.h"
#include "http/server_suite.h"

namespace playhead::http {
namespace {

class StreamTest : public ServerTest {
  protected:
    // The next request that waits, answered with a head and the first bytes.
    Stream begin() { return std::move(waiting_.take(1).front()).responder.begin(text("first,")); }

    // Sends until nothing is taken any more; how many bytes that were.
    static size_t fill(Stream& stream) {
        constexpr size_t most = size_t{1} << 30;
        const std::string piece(100'000, 'x');
        size_t sent = 0;
        while (sent < most && stream.send(piece)) sent += piece.size();
        return sent;
    }
};

TEST_F(StreamTest, bytes_come_as_they_are_sent_until_the_server_ends_it) {
    serve_waiting();
    TestClient client = connect();
    client.send(get("/stream"));
    {
        Stream stream = begin();
        const TestClient::Answer head = client.answer();
        EXPECT_EQ(head.status, 200);
        EXPECT_EQ(head.header("Content-Length"), "");
        EXPECT_EQ(head.header("Connection"), "close");
        EXPECT_EQ(client.bytes(6), "first,");
        EXPECT_TRUE(client.is_open());
        EXPECT_TRUE(stream.send("second,"));
        EXPECT_EQ(client.bytes(7), "second,");
        EXPECT_TRUE(stream.send("third"));
    }
    EXPECT_EQ(client.bytes(5), "third");
    EXPECT_TRUE(client.is_closed());
}

TEST_F(StreamTest, the_handler_may_begin_it_at_once) {
    Stream stream;
    serve([&](const Request& request, Responder responder) {
        if (request.target == "/now") return echo(request, std::move(responder));
        stream = responder.begin(text("a"));
        EXPECT_TRUE(stream.send("b"));
    });
    TestClient client = connect();
    client.send(get("/stream"));
    EXPECT_EQ(client.answer().status, 200);
    EXPECT_EQ(client.bytes(2), "ab");
    let_it_turn();
    EXPECT_TRUE(stream.send("c"));
    EXPECT_EQ(client.bytes(1), "c");
}

TEST_F(StreamTest, it_waits_for_earlier_answers_and_nothing_comes_behind_it) {
    serve_waiting();
    TestClient client = connect();
    client.send(get("/1") + get("/2") + get("/3"));
    std::vector<Waiting::Item> items;
    while (items.size() < 3) {
        for (Waiting::Item& item : waiting_.take(1)) items.push_back(std::move(item));
    }
    items[2].responder.send(text("lost"));
    Stream stream = items[1].responder.begin(text("a"));
    EXPECT_TRUE(stream.send("b"));
    items[0].responder.send(text("before"));
    EXPECT_EQ(client.answer().body, "before");
    EXPECT_EQ(client.answer().status, 200);
    EXPECT_EQ(client.bytes(2), "ab");
    stream = Stream();
    EXPECT_TRUE(client.is_closed());
}

TEST_F(StreamTest, a_second_one_on_a_connection_closes_it) {
    serve_waiting();
    TestClient client = connect();
    client.send(get("/1") + get("/2"));
    std::vector<Waiting::Item> items;
    while (items.size() < 2) {
        for (Waiting::Item& item : waiting_.take(1)) items.push_back(std::move(item));
    }
    Stream second = items[1].responder.begin(text("a"));
    Stream first = items[0].responder.begin(text("b"));
    EXPECT_TRUE(client.is_closed());
    EXPECT_FALSE(first.send("c"));
    EXPECT_FALSE(second.send("d"));
}

TEST_F(StreamTest, a_client_that_leaves_ends_it) {
    serve_waiting();
    TestClient leaves = connect();
    TestClient resets = connect();
    for (TestClient* client : {&leaves, &resets}) {
        client->send(get("/stream"));
        Stream stream = begin();
        EXPECT_EQ(client->answer().status, 200);
        client->send("what is of no use");
        let_it_turn();
        EXPECT_TRUE(stream.send("x"));
        EXPECT_EQ(client->bytes(7), "first,x");
        if (client == &leaves) {
            client->close();
        } else {
            client->reset();
        }
        let_it_turn();
        EXPECT_FALSE(stream.send("x"));
    }
}

TEST_F(StreamTest, a_client_that_does_not_read_is_left) {
    options_.unsent_bytes = 1'000'000;
    serve_waiting();
    TestClient client = TestClient::unconnected();
    client.take_little();
    client.connect_to(server_->address());
    client.send(get("/stream"));
    Stream stream = begin();
    // What lies in the kernel is the kernel's to limit.
    EXPECT_LT(fill(stream), 50'000'000U);
    EXPECT_FALSE(stream.send("more"));
    let_it_turn();
    EXPECT_TRUE(client.bytes(100'000'000).size() < 50'000'000U) << "and the end came";
}

TEST_F(StreamTest, a_client_that_takes_nothing_for_long_is_left) {
    options_.unsent_bytes = size_t{64} << 20;
    serve_waiting();
    TestClient client = TestClient::unconnected();
    client.take_little();
    client.connect_to(server_->address());
    client.send(get("/stream"));
    Stream stream = begin();
    const std::string piece(1'000'000, 'x');
    for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(stream.send(piece));
        let_it_turn();
    }
    pass(options_.unsent_ms / 2);
    let_it_turn();
    EXPECT_TRUE(stream.send("x"));
    pass(options_.unsent_ms / 2 + 1'000);
    let_it_turn();
    EXPECT_FALSE(stream.send("x"));
}

TEST_F(StreamTest, silence_does_not_end_it) {
    serve_waiting();
    TestClient client = connect();
    client.send(get("/stream"));
    Stream stream = begin();
    EXPECT_EQ(client.answer().status, 200);
    EXPECT_EQ(client.bytes(6), "first,");
    for (int i = 0; i < 5; ++i) {
        pass(options_.idle_ms);
        let_it_turn();
    }
    EXPECT_TRUE(stream.send("x"));
    EXPECT_EQ(client.bytes(1), "x");
}

TEST_F(StreamTest, the_end_of_the_server_ends_it) {
    serve_waiting();
    TestClient client = connect();
    client.send(get("/stream"));
    Stream stream = begin();
    EXPECT_EQ(client.answer().status, 200);
    EXPECT_EQ(client.bytes(6), "first,");
    EXPECT_TRUE(server_->drain(std::chrono::seconds(20)));
    EXPECT_FALSE(stream.send("x"));
    EXPECT_TRUE(client.is_closed());
    server_->stop();
    EXPECT_FALSE(stream.send("x"));
}

TEST_F(StreamTest, one_that_comes_behind_the_end_of_the_server_is_closed) {
    serve_waiting();
    TestClient client = connect();
    client.send(get("/stream"));
    Responder responder = std::move(waiting_.take(1).front().responder);
    server_->stop();
    Stream stream = responder.begin(text("a"));
    EXPECT_FALSE(stream.send("x"));
}

TEST(answer_order, what_goes_on_waits_with_its_head) {
    AnswerOrder order;
    OutputPool pool;
    Output out(pool);
    const uint64_t first = order.expect(false);
    const uint64_t second = order.expect(false);
    order.finish();
    order.begin(second, text("a"), out);
    order.go_on("b", out);
    EXPECT_EQ(out.unsent(), "");
    EXPECT_EQ(order.held_bytes(), 2U);
    order.answer(first, text("1"), out);
    EXPECT_EQ(order.held_bytes(), 0U);
    EXPECT_TRUE(order.finished());
    EXPECT_TRUE(out.unsent().ends_with("\r\n\r\nab")) << out.unsent();
}

}  // namespace
}  // namespace playhead::http
