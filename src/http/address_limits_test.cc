// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "http/deadlines.h"
#include "http/server_suite.h"

namespace playhead::http {
namespace {

// Clients come from loopback, which is a proxy or not.
class AddressLimits : public ServerTest {
  protected:
    void believe(AddressSource source) {
        options_.addresses.proxies = {*AddressRange::from("127.0.0.0/8")};
        options_.addresses.source = source;
    }

    static std::string line_of(const std::string& client) {
        return "PROXY TCP4 " + client + " 192.0.2.200 1000 443\r\n";
    }

    uint64_t read_headers() {
        return count("playhead_http_proxy_headers_total", R"(server="http",outcome="read")");
    }

    uint64_t refused_headers() {
        return count("playhead_http_proxy_headers_total", R"(server="http",outcome="refused")");
    }

    uint64_t crowded() {
        return count("playhead_http_crowded_connections_total", R"(server="http")");
    }

    uint64_t too_many_requests() {
        return count("playhead_http_refusals_total", R"(server="http",reason="too_many_requests")");
    }
};

TEST_F(AddressLimits, connections_of_one_address_above_its_limit_get_503) {
    options_.addresses.connections = 2;
    serve(echo);
    TestClient first = connect();
    first.send(get("/1"));
    EXPECT_EQ(first.answer().status, 200);
    {
        TestClient second = connect();
        second.send(get("/2"));
        EXPECT_EQ(second.answer().status, 200);
        TestClient third = connect();
        third.send(get("/3"));
        const auto answer = third.answer();
        EXPECT_EQ(answer.status, 503);
        EXPECT_EQ(answer.header("Retry-After"), "1");
        EXPECT_TRUE(third.is_closed());
        EXPECT_EQ(crowded(), 1U);
        third.close();
        second.send(get("/4", "Connection: close\r\n"));
        EXPECT_EQ(second.answer().status, 200);
        EXPECT_TRUE(second.is_closed());
    }
    first.send(get("/5"));
    EXPECT_EQ(first.answer().status, 200);
    TestClient fourth = connect();
    fourth.send(get("/6"));
    EXPECT_EQ(fourth.answer().status, 200);
}

TEST_F(AddressLimits, connections_of_one_address_far_above_its_limit_are_cut_off) {
    options_.addresses.connections = 1;
    serve(echo);
    std::vector<TestClient> clients;
    for (int i = 0; i < 30; ++i) clients.push_back(connect());
    // The last has its answer without having asked.
    EXPECT_EQ(clients.back().answer().status, 503);
    clients.front().send(get("/"));
    EXPECT_EQ(clients.front().answer().status, 200);
}

TEST_F(AddressLimits, a_proxy_that_is_listed_has_none) {
    believe(AddressSource::connection);
    options_.addresses.connections = 1;
    options_.addresses.requests_per_second = 1;
    serve(echo);
    TestClient first = connect();
    TestClient second = connect();
    for (TestClient* client : {&first, &second, &first}) {
        client->send(get("/"));
        EXPECT_EQ(client->answer().status, 200);
    }
}

TEST_F(AddressLimits, requests_above_the_rate_get_503_and_the_connection_stays) {
    options_.addresses.requests_per_second = 2;
    serve(echo);
    TestClient client = connect();
    for (const int status : {200, 200, 503}) {
        client.send(get("/"));
        const auto answer = client.answer();
        EXPECT_EQ(answer.status, status);
        EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "*");
    }
    EXPECT_EQ(too_many_requests(), 1U);
    pass(500);
    client.send(get("/"));
    EXPECT_EQ(client.answer().status, 200);
}

TEST_F(AddressLimits, requests_sent_at_once_are_answered_in_their_order) {
    options_.addresses.requests_per_second = 2;
    serve(echo);
    TestClient client = connect();
    client.send(get("/1") + get("/2") + get("/3"));
    EXPECT_EQ(client.answer().body, "GET /1 ");
    EXPECT_EQ(client.answer().body, "GET /2 ");
    EXPECT_EQ(client.answer().status, 503);
}

TEST_F(AddressLimits, clients_behind_a_proxy_are_told_apart_by_the_proxy_protocol) {
    believe(AddressSource::proxy_protocol);
    options_.addresses.connections = 1;
    serve(echo);
    TestClient one = connect();
    one.send(line_of("192.0.2.1") + get("/1"));
    EXPECT_EQ(one.answer().status, 200);
    TestClient two = connect();
    two.send(line_of("192.0.2.2") + get("/2"));
    EXPECT_EQ(two.answer().status, 200);
    TestClient same = connect();
    same.send(line_of("192.0.2.1") + get("/3"));
    EXPECT_EQ(same.answer().status, 503);
    EXPECT_TRUE(same.is_closed());
    // The proxy itself, when it looks whether the server is well.
    for (int i = 0; i < 3; ++i) {
        TestClient health = connect();
        health.send("PROXY UNKNOWN\r\n" + get("/4"));
        EXPECT_EQ(health.answer().status, 200);
    }
    EXPECT_EQ(read_headers(), 6U);
    EXPECT_EQ(crowded(), 1U);
}

TEST_F(AddressLimits, a_header_may_come_byte_by_byte) {
    believe(AddressSource::proxy_protocol);
    options_.addresses.requests_per_second = 1;
    serve(echo);
    TestClient client = connect();
    for (const char byte : line_of("192.0.2.1") + get("/1")) client.send({&byte, 1});
    EXPECT_EQ(client.answer().body, "GET /1 ");
    client.send(get("/2"));
    EXPECT_EQ(client.answer().status, 503);
    TestClient other = connect();
    other.send(line_of("192.0.2.2") + get("/3") + get("/4"));
    EXPECT_EQ(other.answer().status, 200);
    EXPECT_EQ(other.answer().status, 503);
}

TEST_F(AddressLimits, a_proxy_that_must_send_its_header_and_does_not_is_closed) {
    believe(AddressSource::proxy_protocol);
    serve(echo);
    TestClient plain = connect();
    plain.send(get("/"));
    EXPECT_FALSE(plain.answer().status);
    TestClient cut = connect();
    cut.send("PROXY TCP4 192.0.2.1");
    cut.finish_sending();
    EXPECT_TRUE(cut.is_closed());
    // Who only looks whether the port is open is no mistake.
    TestClient silent = connect();
    silent.finish_sending();
    EXPECT_TRUE(silent.is_closed());
    EXPECT_EQ(refused_headers(), 2U);
}

TEST_F(AddressLimits, a_header_is_complete_in_time_or_the_connection_closes) {
    believe(AddressSource::proxy_protocol);
    options_.request_ms = 5000;
    serve(echo);
    TestClient client = connect();
    client.send("PROXY TCP4");
    TestClient other = connect();
    other.send(line_of("192.0.2.1") + get("/"));
    EXPECT_EQ(other.answer().status, 200);
    pass(5000 + Deadlines::tick_ms);
    EXPECT_TRUE(client.is_closed());
    // What a deadline ends is counted behind it, and before the next turn.
    other.send(get("/"));
    EXPECT_EQ(other.answer().status, 200);
    EXPECT_EQ(refused_headers(), 1U);
}

TEST_F(AddressLimits, a_header_from_somewhere_else_is_no_http) {
    options_.addresses.proxies = {*AddressRange::from("10.0.0.0/8")};
    options_.addresses.source = AddressSource::proxy_protocol;
    serve(echo);
    TestClient liar = connect();
    liar.send(line_of("192.0.2.1") + get("/"));
    EXPECT_EQ(liar.answer().status, 400);
    TestClient plain = connect();
    plain.send(get("/"));
    EXPECT_EQ(plain.answer().status, 200);
    EXPECT_EQ(read_headers() + refused_headers(), 0U);
}

TEST_F(AddressLimits, clients_behind_a_proxy_are_told_apart_by_forwarded) {
    believe(AddressSource::forwarded);
    options_.addresses.connections = 1;
    options_.addresses.requests_per_second = 1;
    serve(echo);
    TestClient shared = connect();
    const auto status = [&](const std::string& value) {
        shared.send(get("/", "Forwarded: " + value + "\r\n"));
        return shared.answer().status;
    };
    EXPECT_EQ(status("for=192.0.2.1"), 200);
    EXPECT_EQ(status("for=192.0.2.2"), 200);
    EXPECT_EQ(status("for=198.51.100.1, for=192.0.2.1"), 503);
    EXPECT_EQ(status("for=unknown"), 200);
    EXPECT_EQ(status("for=unknown"), 200);
    EXPECT_EQ(status("for=127.0.0.1"), 200);
    EXPECT_EQ(status("for=127.0.0.1"), 200);
    EXPECT_EQ(too_many_requests(), 1U);
}

TEST_F(AddressLimits, forwarded_from_somewhere_else_is_not_believed) {
    options_.addresses.proxies = {*AddressRange::from("10.0.0.0/8")};
    options_.addresses.source = AddressSource::forwarded;
    options_.addresses.requests_per_second = 1;
    serve(echo);
    TestClient client = connect();
    client.send(get("/", "Forwarded: for=192.0.2.1\r\n"));
    EXPECT_EQ(client.answer().status, 200);
    client.send(get("/", "Forwarded: for=192.0.2.2\r\n"));
    EXPECT_EQ(client.answer().status, 503);
}

}  // namespace
}  // namespace playhead::http
