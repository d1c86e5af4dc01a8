// SPDX-License-Identifier: Apache-2.0
#include "web/guard.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "http/server.h"
#include "http/test_client.h"

namespace playhead::web {
namespace {

using http::TestClient;

// What is behind the guard: it answers everything that comes through.
class Open final : public http::Handler {
  public:
    void handle(const http::Request&, http::Responder responder) noexcept override {
        responder.send(json_answer("{}"));
    }
};

class GuardTest : public testing::Test {
  protected:
    ~GuardTest() override {
        if (server_) server_->stop();
    }

    void serve(const Tokens* tokens) {
        auto server = http::Server::listen(
            http::Options(),
            [&](size_t) {
                return std::make_unique<Guard>(std::make_unique<Open>(), tokens, counters_);
            },
            clock_);
        ASSERT_TRUE(server) << server.error().what;
        server_ = *std::move(server);
        ASSERT_TRUE(server_->start());
    }

    // `lines`: header lines, each ended by "\r\n".
    TestClient::Answer ask(const std::string& method, const std::string& target,
                           const std::string& lines) {
        TestClient client(server_->address());
        client.send(method + " " + target + " HTTP/1.1\r\nContent-Length: 0\r\n" + lines + "\r\n");
        return client.answer();
    }

    TestClient::Answer ask_with(const std::string& target, const std::string& authorization) {
        return ask("GET", target, "Host: a\r\nAuthorization: " + authorization + "\r\n");
    }

    base::SystemClock clock_;
    base::Counters counters_;
    std::unique_ptr<http::Server> server_;
};

NewToken token_for(Scope scope) {
    Scopes scopes;
    scopes.add(scope);
    return make_token(scopes);
}

TEST_F(GuardTest, a_token_opens_what_its_scope_names_and_nothing_else) {
    const NewToken live = token_for(Scope::read_live);
    const Tokens tokens({live.token});
    serve(&tokens);
    EXPECT_EQ(ask_with("/v1/live", "Bearer " + live.text).status, 200);
    EXPECT_EQ(ask_with("/v1/live", "bearer   " + live.text).status, 200);
    const auto refused = ask_with("/v1/sql", "Bearer " + live.text);
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.header("WWW-Authenticate"),
              "Bearer realm=\"playhead\", error=\"insufficient_scope\", scope=\"sql\"");
    const auto problem = nlohmann::json::parse(refused.body);
    EXPECT_EQ(problem["status"], 403);
    EXPECT_EQ(problem["detail"], "This token does not have the scope sql");
    EXPECT_EQ(problem["instance"], "/v1/sql");
}

TEST_F(GuardTest, without_a_token_it_says_how_to_ask) {
    const Tokens tokens({token_for(Scope::admin).token});
    serve(&tokens);
    const auto none = ask("GET", "/v1/live", "Host: a\r\n");
    EXPECT_EQ(none.status, 401);
    EXPECT_EQ(none.header("WWW-Authenticate"), "Bearer realm=\"playhead\"");
    EXPECT_EQ(none.header("Content-Type"), "application/problem+json");
    for (const char* other : {"Basic abc", "Bearer", "Bearer ", "Bearer", "Bearerx"}) {
        EXPECT_EQ(ask_with("/v1/live", other).status, 401) << other;
    }
    const auto wrong = ask_with("/v1/live", "Bearer " + token_for(Scope::admin).text);
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(wrong.header("WWW-Authenticate"),
              "Bearer realm=\"playhead\", error=\"invalid_token\"");
    EXPECT_EQ(ask("GET", "/healthz", "Host: a\r\n").status, 200);
}

TEST_F(GuardTest, a_revoked_token_is_refused_at_once) {
    const NewToken made = token_for(Scope::admin);
    Tokens tokens({made.token});
    serve(&tokens);
    EXPECT_EQ(ask_with("/v1/erase", "Bearer " + made.text).status, 200);
    tokens.replace({});
    EXPECT_EQ(ask_with("/v1/erase", "Bearer " + made.text).status, 401);
}

TEST_F(GuardTest, without_tokens_it_answers_only_to_names_of_this_machine) {
    serve(nullptr);
    for (const char* host : {"localhost", "LOCALHOST:8081", "127.0.0.1", "127.0.0.1:8081", "[::1]",
                             "[::1]:8081", "127.8.8.8"}) {
        EXPECT_EQ(ask("GET", "/v1/live", std::string("Host: ") + host + "\r\n").status, 200)
            << host;
    }
    for (const char* host : {"evil.example", "evil.example:8081", "localhost.evil.example",
                             "127.evil.example", "192.168.0.1", "[::2]:8081", "[::1].evil"}) {
        EXPECT_EQ(ask("GET", "/v1/live", std::string("Host: ") + host + "\r\n").status, 421)
            << host;
    }
}

TEST_F(GuardTest, without_tokens_a_page_of_another_origin_changes_nothing) {
    serve(nullptr);
    const std::string host = "Host: localhost:8081\r\n";
    for (const char* lines : {"Origin: http://evil.example\r\n", "Origin: null\r\n",
                              "Origin: http://localhost:8082\r\n", "Origin: localhost:8081\r\n",
                              "Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n"}) {
        EXPECT_EQ(ask("POST", "/v1/erase", host + lines).status, 403) << lines;
        EXPECT_EQ(ask("GET", "/v1/live", host + lines).status, 200) << lines;
    }
    for (const char* lines :
         {"", "Origin: http://localhost:8081\r\n", "Origin: https://LOCALHOST:8081\r\n",
          "Sec-Fetch-Site: same-origin\r\n", "Sec-Fetch-Site: none\r\n"}) {
        EXPECT_EQ(ask("POST", "/v1/erase", host + lines).status, 200) << lines;
    }
}

TEST_F(GuardTest, what_is_refused_is_counted) {
    serve(nullptr);
    ask("GET", "/", "Host: evil.example\r\n");
    ask("GET", "/", "Host: localhost\r\n");
    EXPECT_EQ(counters_.counter("playhead_admin_refused_total", "", "").value(), 1U);
}

}  // namespace
}  // namespace playhead::web
