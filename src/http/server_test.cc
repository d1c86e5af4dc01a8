// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <algorithm>
#include <chrono>
#include <latch>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>

#include "http/server_suite.h"

namespace playhead::http {
namespace {

TEST_F(ServerTest, requests_are_answered_on_one_connection) {
    serve(echo);
    TestClient client = connect();
    for (const std::string target : {"/a", "/b?c", "/d"}) {
        client.send(get(target));
        const TestClient::Answer answer = client.answer();
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, "GET " + target + " ");
        EXPECT_EQ(answer.header("Connection"), "keep-alive");
        EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "*");
    }
    client.send(post("Content-Length: 5\r\n", "hello"));
    EXPECT_EQ(client.answer().body, "POST /p hello");
    EXPECT_EQ(count("playhead_http_connections_total", "server=\"http\",outcome=\"accepted\""), 1U);
}

TEST_F(ServerTest, a_request_may_arrive_byte_by_byte) {
    serve(echo);
    TestClient client = connect();
    const std::string bytes = post("Content-Length: 5\r\n", "hello") + get("/next");
    for (const char byte : bytes) client.send({&byte, 1});
    EXPECT_EQ(client.answer().body, "POST /p hello");
    EXPECT_EQ(client.answer().body, "GET /next ");
}

TEST_F(ServerTest, a_large_body_arrives_whole) {
    serve(echo);
    TestClient client = connect();
    std::string body;
    for (int i = 0; i < 400'000; ++i) body += std::to_string(i);
    client.send(post("Content-Length: " + std::to_string(body.size()) + "\r\n", body));
    EXPECT_EQ(client.answer().body, "POST /p " + body);
    client.send(post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"));
    EXPECT_EQ(client.answer().body, "POST /p hello");
}

TEST_F(ServerTest, answers_of_other_threads_leave_in_the_order_of_the_requests) {
    serve_waiting();
    constexpr size_t number = 50;
    TestClient client = connect();
    std::string requests;
    for (size_t i = 0; i < number; ++i) requests += get("/" + std::to_string(i));
    client.send(requests);
    std::vector<Waiting::Item> items;
    while (items.size() < number) {
        for (Waiting::Item& item : waiting_.take(1)) items.push_back(std::move(item));
    }
    std::mt19937 random(11);
    std::ranges::shuffle(items, random);
    std::vector<std::jthread> threads;
    for (size_t part = 0; part < 4; ++part) {
        threads.emplace_back([&items, part] {
            for (size_t i = part; i < items.size(); i += 4) {
                items[i].responder.send(text(items[i].target));
            }
        });
    }
    for (size_t i = 0; i < number; ++i) ASSERT_EQ(client.answer().body, "/" + std::to_string(i));
}

TEST_F(ServerTest, no_more_requests_than_allowed_wait_for_an_answer) {
    options_.pipelined = 2;
    serve_waiting();
    TestClient client = connect();
    client.send(get("/0") + get("/1") + get("/2") + get("/3") + get("/4"));
    std::vector<Waiting::Item> first = waiting_.take(2);
    let_it_turn();
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(waiting_.size(), 0U);
    for (Waiting::Item& item : first) item.responder.send(text(item.target));
    for (size_t answered = 2; answered < 5;) {
        for (Waiting::Item& item : waiting_.take(1)) {
            item.responder.send(text(item.target));
            ++answered;
        }
    }
    for (int i = 0; i < 5; ++i) EXPECT_EQ(client.answer().body, "/" + std::to_string(i));
}

TEST_F(ServerTest, a_server_is_idle_once_its_loops_have_handed_over_what_has_come) {
    std::latch held(1);
    std::latch release(1);
    serve([&](const Request&, Responder responder) {
        held.count_down();
        release.wait();
        responder.send(text("done"));
    });
    TestClient client = connect();
    EXPECT_TRUE(server_->wait_until_idle(std::chrono::hours(1)));
    client.send(get("/hold"));
    held.wait();
    EXPECT_FALSE(server_->wait_until_idle(std::chrono::milliseconds(1)));
    release.count_down();
    EXPECT_TRUE(server_->wait_until_idle(std::chrono::hours(1)));
    EXPECT_EQ(client.answer().body, "done");
}

TEST_F(ServerTest, a_client_that_has_closed_its_side_is_answered) {
    serve_waiting();
    TestClient client = connect();
    client.send(get("/a"));
    client.finish_sending();
    std::vector<Waiting::Item> items = waiting_.take(1);
    let_it_turn();
    items[0].responder.send(text("late"));
    EXPECT_EQ(client.answer().body, "late");
    EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerTest, a_whole_request_is_handled_although_its_client_has_gone) {
    std::latch held(1);
    std::latch release(1);
    serve([&](const Request& request, Responder responder) {
        if (request.target == "/hold") {
            held.count_down();
            release.wait();
        }
        if (request.target == "/gone") return waiting_.put(request, std::move(responder));
        echo(request, std::move(responder));
    });
    TestClient leaving = connect();
    leaving.send(get("/first"));
    leaving.answer();
    TestClient holding = connect();
    holding.send(get("/hold"));
    held.wait();
    leaving.send(get("/gone"));
    leaving.reset();
    release.count_down();
    std::vector<Waiting::Item> items = waiting_.take(1);
    EXPECT_EQ(items[0].target, "/gone");
    items[0].responder.send(text("nobody reads this"));
    EXPECT_EQ(holding.answer().status, 200);
    let_it_turn();
}

TEST_F(ServerTest, a_request_that_waits_behind_another_is_handled_although_its_client_has_gone) {
    options_.pipelined = 1;
    serve_waiting();
    TestClient client = connect();
    client.send(get("/first"));
    std::vector<Waiting::Item> first = waiting_.take(1);
    client.send(get("/second"));
    client.reset();
    first[0].responder.send(text("nobody reads this"));
    EXPECT_EQ(waiting_.take(1)[0].target, "/second");
}

TEST_F(ServerTest, an_incomplete_request_is_not_handled) {
    serve(echo);
    TestClient client = connect();
    client.send(post("Content-Length: 5\r\n", "hell"));
    client.finish_sending();
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(count("playhead_http_requests_total", "server=\"http\""), 0U);
}

TEST_F(ServerTest, head_is_answered_without_a_body) {
    serve(echo);
    TestClient client = connect();
    client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n" + get("/b"));
    const TestClient::Answer answer = client.answer(TestClient::Body::none);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Content-Length"), "8");
    EXPECT_EQ(client.answer().body, "GET /b ");
}

TEST_F(ServerTest, old_clients_are_answered_and_closed_unless_they_wish_to_stay) {
    serve(echo);
    TestClient client = connect();
    client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(client.answer().header("Connection"), "keep-alive");
    client.send("GET /a HTTP/1.0\r\n\r\n");
    EXPECT_EQ(client.answer().header("Connection"), "close");
    EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerTest, what_follows_a_closing_request_is_not_handled) {
    serve(echo);
    TestClient client = connect();
    client.send(get("/a", "Connection: close\r\n") + get("/b"));
    EXPECT_EQ(client.answer().header("Connection"), "close");
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(count("playhead_http_requests_total", "server=\"http\""), 1U);
}

TEST_F(ServerTest, who_waits_to_continue_is_told_to) {
    serve_waiting();
    TestClient client = connect();
    client.send(get("/first") + post("Expect: 100-continue\r\nContent-Length: 5\r\n", ""));
    std::vector<Waiting::Item> items = waiting_.take(1);
    items[0].responder.send(text("first"));
    EXPECT_EQ(client.answer().body, "first");
    EXPECT_EQ(client.answer(TestClient::Body::none).status, 100);
    client.send("hello");
    items = waiting_.take(1);
    EXPECT_EQ(items[0].body, "hello");
    items[0].responder.send(text("second"));
    EXPECT_EQ(client.answer().body, "second");
}

TEST_F(ServerTest, who_waits_to_send_too_much_is_refused_at_once) {
    options_.limits.body_bytes = 10;
    serve(echo);
    TestClient client = connect();
    client.send(post("Expect: 100-continue\r\nContent-Length: 11\r\n", ""));
    EXPECT_EQ(client.answer().status, 413);
    EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerTest, refusals_carry_the_fixed_headers_and_reach_who_is_still_sending) {
    options_.limits.body_bytes = 10;
    serve(echo);
    const std::vector<std::pair<std::string, int>> refused = {
        {"garbage\r\n\r\n", 400},
        {post("Content-Length: 40000000\r\n", std::string(40'000'000, 'x')), 413},
        {get("/" + std::string(5000, 'x')), 414},
        {get("/", "A: " + std::string(20'000, 'x') + "\r\n"), 431},
        {post("Transfer-Encoding: gzip\r\n", ""), 501},
        {"GET / HTTP/3.0\r\n\r\n", 505}};
    for (const auto& [bytes, status] : refused) {
        TestClient client = connect();
        EXPECT_TRUE(client.try_send(get("/before") + bytes));
        EXPECT_EQ(client.answer().body, "GET /before ");
        const TestClient::Answer answer = client.answer();
        EXPECT_EQ(answer.status, status);
        EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "*");
        EXPECT_EQ(answer.header("Content-Type"), "application/json");
        EXPECT_EQ(answer.header("Connection"), "close");
        EXPECT_TRUE(answer.body.starts_with("{\"message\":\""));
        EXPECT_TRUE(client.is_closed());
    }
}

TEST_F(ServerTest, answers_are_as_many_as_requests_and_refusals) {
    options_.connections = 3;
    serve_waiting();
    TestClient good = connect();
    good.send(get("/now"));
    good.answer();
    TestClient bad = connect();
    bad.send("garbage\r\n\r\n");
    EXPECT_EQ(bad.answer().status, 400);
    {
        TestClient leaving = connect();
        leaving.send(get("/gone"));
        std::vector<Waiting::Item> items = waiting_.take(1);
        leaving.reset();
        while (server_->connections() > 2) std::this_thread::yield();
        items[0].responder.send(text("nobody reads this"));
    }
    let_it_turn();
    const auto answers = [&](const std::string& kind) {
        return count("playhead_http_answers_total", "server=\"http\",class=\"" + kind + "\"");
    };
    const uint64_t requests = count("playhead_http_requests_total", "server=\"http\"");
    const std::string malformed = "server=\"http\",reason=\"malformed\"";
    EXPECT_EQ(count("playhead_http_refusals_total", malformed), 1U);
    EXPECT_EQ(answers("2xx"), requests);
    EXPECT_EQ(answers("4xx"), 1U);
    EXPECT_EQ(count("playhead_http_dropped_answers_total", "server=\"http\""), 1U);
}

TEST_F(ServerTest, open_connections_are_told) {
    serve(echo);
    const auto open = [&](int number) {
        return counters_.prometheus_text().find("playhead_http_open_connections{server=\"http\"} " +
                                                std::to_string(number) + "\n") != std::string::npos;
    };
    EXPECT_TRUE(open(0));
    {
        TestClient client = connect();
        client.send(get("/a"));
        client.answer();
        EXPECT_TRUE(open(1));
    }
    while (server_->connections() > 0) std::this_thread::yield();
    EXPECT_TRUE(open(0));
    server_.reset();
    EXPECT_TRUE(open(0));
}

TEST_F(ServerTest, connections_above_the_limit_get_503) {
    options_.connections = 2;
    serve(echo);
    std::vector<TestClient> clients;
    for (int i = 0; i < 2; ++i) {
        clients.push_back(connect());
        clients.back().send(get("/a"));
        EXPECT_EQ(clients.back().answer().status, 200);
    }
    TestClient third = connect();
    third.send(get("/a"));
    const TestClient::Answer answer = third.answer();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.header("Retry-After"), "1");
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "*");
    EXPECT_TRUE(third.is_closed());
    third.close();
    clients.pop_back();
    // The server sees the two ends in its own time; until then it may still refuse.
    int status = 0;
    while (status != 200) {
        TestClient next = connect();
        next.send(get("/a"));
        status = next.answer().status;
        ASSERT_TRUE(status == 200 || status == 503);
    }
}

TEST_F(ServerTest, connections_far_above_the_limit_are_cut_off) {
    options_.connections = 1;
    serve(echo);
    std::vector<TestClient> clients;
    for (int i = 0; i < 100; ++i) clients.push_back(connect());
    clients[0].send(get("/a"));
    EXPECT_EQ(clients[0].answer().status, 200);
    EXPECT_LE(server_->connections(), 17U);
    EXPECT_EQ(clients.back().answer().status, 503);
}

TEST_F(ServerTest, without_descriptors_clients_are_told_and_the_loop_does_not_spin) {
    serve(echo);
    TestClient first = connect();
    first.send(get("/a"));
    first.answer();
    std::vector<TestClient> clients;
    for (int i = 0; i < 3; ++i) clients.push_back(TestClient::unconnected());
    rlimit old{};
    getrlimit(RLIMIT_NOFILE, &old);
    const rlimit none{static_cast<rlim_t>(clients.back().number()) + 1, old.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    for (TestClient& client : clients) {
        client.connect_to(server_->address());
        EXPECT_EQ(client.answer().status, 503);
    }
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &old), 0);
    first.send(get("/a"));
    EXPECT_EQ(first.answer().status, 200);
    let_it_turn();
}

TEST_F(ServerTest, a_client_that_does_not_read_its_answers_is_closed) {
    options_.unsent_bytes = 64 * 1024;
    serve([](const Request&, Responder responder) {
        responder.send(text(std::string(256 * 1024, 'x')));
    });
    TestClient client = TestClient::unconnected();
    client.take_little();
    client.connect_to(server_->address());
    std::string many;
    for (int i = 0; i < 1000; ++i) many += get("/a");
    while (client.try_send(many)) continue;
    EXPECT_TRUE(server_->drain(std::chrono::seconds(20)));
    // What the kernel buffers for both sides, and not what the server would for all connections.
    EXPECT_LT(count("playhead_http_requests_total", "server=\"http\""), 200U);
}

TEST_F(ServerTest, one_answer_may_be_larger_than_the_limit_of_unsent_bytes) {
    options_.unsent_bytes = 1024;
    const std::string large(20'000'000, 'x');
    serve([&](const Request&, Responder responder) { responder.send(text(large)); });
    TestClient client = connect();
    client.send(get("/a"));
    EXPECT_EQ(client.answer().body, large);
}

TEST_F(ServerTest, half_received_requests_share_a_budget) {
    options_.buffer_bytes = 200'000;
    serve(echo);
    TestClient client = connect();
    const std::string small(100'000, 'x');
    client.send(post("Content-Length: 100000\r\n", small));
    EXPECT_EQ(client.answer().body, "POST /p " + small);
    client.send(post("Content-Length: 1000000\r\n", std::string(900'000, 'x')));
    EXPECT_EQ(client.answer().status, 503);
    EXPECT_TRUE(client.is_closed());
    client.close();
    TestClient next = connect();
    next.send(post("Content-Length: 100000\r\n", small));
    EXPECT_EQ(next.answer().body, "POST /p " + small);
}

TEST_F(ServerTest, a_request_that_a_handler_forgets_gets_500_and_counts_as_a_bug) {
    serve([](const Request&, Responder) {});
    TestClient client = connect();
    client.send(get("/a"));
    const TestClient::Answer answer = client.answer();
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "*");
    client.send(get("/b"));
    EXPECT_EQ(client.answer().status, 500);
    EXPECT_GE(count("playhead_http_refusals_total", "server=\"http\",reason=\"unanswered\""), 1U);
}

// Answers only when it is told that the turn has ended.
class GatheringHandler final : public Handler {
  public:
    void handle(const Request&, Responder responder) noexcept override {
        gathered_.push_back(std::move(responder));
    }

    void turn_ended() noexcept override {
        for (Responder& responder : gathered_) responder.send(text("together"));
        gathered_.clear();
    }

  private:
    std::vector<Responder> gathered_;
};

TEST_F(ServerTest, a_handler_may_gather_until_the_turn_ends) {
    auto server = Server::listen(
        options_, [](size_t) { return std::make_unique<GatheringHandler>(); }, clock_);
    ASSERT_TRUE(server);
    server_ = *std::move(server);
    ASSERT_TRUE(server_->start());
    TestClient client = connect();
    client.send(get("/a") + get("/b") + get("/c"));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client.answer().body, "together");
}

TEST_F(ServerTest, many_connections_are_served_by_several_loops) {
    options_.loops = 2;
    serve(echo);
    std::vector<TestClient> clients;
    for (int i = 0; i < 300; ++i) clients.push_back(connect());
    for (int round = 0; round < 5; ++round) {
        for (TestClient& client : clients) client.send(get("/x"));
        for (TestClient& client : clients) ASSERT_EQ(client.answer().body, "GET /x ");
    }
    EXPECT_EQ(server_->connections(), 300U);
    clients.clear();
    EXPECT_TRUE(server_->drain(std::chrono::seconds(20)));
}

TEST_F(ServerTest, draining_answers_what_is_there_and_closes_what_is_idle) {
    serve_waiting();
    TestClient idle = connect();
    idle.send(get("/now"));
    idle.answer();
    TestClient busy = connect();
    busy.send(get("/a") + get("/b"));
    std::vector<Waiting::Item> items;
    while (items.size() < 2) {
        for (Waiting::Item& item : waiting_.take(1)) items.push_back(std::move(item));
    }
    server_->stop_accepting();
    EXPECT_FALSE(TestClient::unconnected().try_connect_to(server_->address()));
    EXPECT_FALSE(server_->drain(std::chrono::milliseconds(0)));
    EXPECT_TRUE(idle.is_closed());
    idle.close();
    items[1].responder.send(text("b"));
    items[0].responder.send(text("a"));
    EXPECT_EQ(busy.answer().header("Connection"), "keep-alive");
    EXPECT_EQ(busy.answer().header("Connection"), "close");
    EXPECT_TRUE(busy.is_closed());
    busy.close();
    EXPECT_TRUE(server_->drain(std::chrono::seconds(20)));
}

TEST_F(ServerTest, draining_lets_a_half_received_request_finish) {
    serve(echo);
    TestClient idle = connect();
    TestClient client = connect();
    client.send(post("Content-Length: 5\r\n", "he"));
    let_it_turn();
    EXPECT_FALSE(server_->drain(std::chrono::milliseconds(0)));
    EXPECT_TRUE(idle.is_closed());
    client.send("llo");
    const TestClient::Answer answer = client.answer();
    EXPECT_EQ(answer.body, "POST /p hello");
    EXPECT_EQ(answer.header("Connection"), "close");
}

TEST_F(ServerTest, answers_that_come_after_the_end_are_dropped) {
    serve_waiting();
    TestClient client = connect();
    client.send(get("/a") + get("/b"));
    std::vector<Waiting::Item> items;
    while (items.size() < 2) {
        for (Waiting::Item& item : waiting_.take(1)) items.push_back(std::move(item));
    }
    server_->stop();
    EXPECT_TRUE(client.is_closed());
    items[0].responder.send(text("late"));
    server_.reset();
    items[1].responder.send(text("later"));
}

TEST_F(ServerTest, an_answer_does_not_reach_who_comes_after_its_client) {
    serve_waiting();
    std::vector<Waiting::Item> old;
    {
        TestClient client = connect();
        client.send(get("/old"));
        old = waiting_.take(1);
        client.reset();
    }
    while (server_->connections() > 0) std::this_thread::yield();
    TestClient next = connect();
    next.send(get("/new"));
    std::vector<Waiting::Item> items = waiting_.take(1);
    old[0].responder.send(text("old"));
    items[0].responder.send(text("new"));
    EXPECT_EQ(next.answer().body, "new");
}

TEST_F(ServerTest, a_port_that_is_taken_is_refused_even_if_it_could_be_shared) {
    options_.loops = 2;
    serve(echo);
    for (const size_t loops : {size_t{1}, size_t{2}}) {
        Options options;
        options.listen = server_->address();
        options.loops = loops;
        const auto second = Server::listen(
            options, [](size_t) { return std::make_unique<GatheringHandler>(); }, clock_);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code, base::ErrorCode::busy);
    }
}

TEST_F(ServerTest, wrong_options_are_refused) {
    const auto code_of = [&](auto member, const auto& value) {
        Options options;
        options.*member = value;
        const auto server = Server::listen(
            options, [](size_t) { return std::make_unique<GatheringHandler>(); }, clock_);
        return server ? base::ErrorCode::io : server.error().code;
    };
    using enum base::ErrorCode;
    EXPECT_EQ(code_of(&Options::listen, "localhost"), invalid);
    EXPECT_EQ(code_of(&Options::listen, "no such host:80"), invalid);
    EXPECT_EQ(code_of(&Options::listen, "127.0.0.1:port"), invalid);
    EXPECT_EQ(code_of(&Options::loops, 0U), invalid);
    EXPECT_EQ(code_of(&Options::loops, 257U), invalid);
    EXPECT_EQ(code_of(&Options::pipelined, 0U), invalid);
    EXPECT_EQ(code_of(&Options::pipelined, 65U), invalid);
}

TEST_F(ServerTest, it_listens_on_ipv6_where_there_is_any) {
    options_.listen = "[::1]:0";
    auto server = Server::listen(
        options_, [](size_t) { return std::make_unique<FunctionHandler>(echo); }, clock_);
    if (!server) GTEST_SKIP() << "no IPv6 on this machine: " << server.error().what;
    server_ = *std::move(server);
    ASSERT_TRUE(server_->start());
    EXPECT_TRUE(server_->address().starts_with("[::1]:"));
    TestClient client = connect();
    client.send(get("/a"));
    EXPECT_EQ(client.answer().body, "GET /a ");
}

}  // namespace
}  // namespace playhead::http
