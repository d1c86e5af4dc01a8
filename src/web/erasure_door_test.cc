// SPDX-License-Identifier: Apache-2.0
#include "web/erasure_door.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "http/server.h"
#include "http/test_client.h"
#include "web/problem.h"

namespace playhead::web {
namespace {

using http::TestClient;
using nlohmann::json;

// What is behind the door.
class Behind final : public http::Handler {
  public:
    void handle(const http::Request&, http::Responder responder) noexcept override {
        responder.send(json_answer("\"behind\""));
    }
};

ErasureReceipt receipt(const std::string& id, std::optional<int64_t> finished_at) {
    ErasureReceipt made;
    made.erasure = {.id = id,
                    .erased_at = 5,
                    .sessions = 2,
                    .records = 30,
                    .rows = 7,
                    .journal_offset = 99,
                    .finished_at = finished_at};
    if (!finished_at) made.pending = {"journal"};
    return made;
}

class ErasureDoorTest : public testing::Test {
  protected:
    ErasureDoorTest() {
        auto server = http::Server::listen(
            http::Options(),
            [this](size_t) {
                return std::make_unique<ErasureDoor>(sources(), std::make_unique<Behind>());
            },
            clock_);
        EXPECT_TRUE(server);
        server_ = *std::move(server);
        EXPECT_TRUE(server_->start());
    }

    ~ErasureDoorTest() override { server_->stop(); }

    // The name of the viewer says what shall happen.
    static ErasureDoor::Sources sources() {
        return {
            .erase =
                [](const std::string& viewer, auto done) {
                    if (viewer == "drop") return;
                    if (viewer == "many") {
                        return done(base::fail(base::ErrorCode::invalid, "100001 sessions"));
                    }
                    if (viewer == "busy") {
                        return done(base::fail(base::ErrorCode::busy, "the store is away"));
                    }
                    ErasureReceipt made = receipt(viewer, std::nullopt);
                    made.quarantined = 3;
                    done(made);
                },
            .erasures =
                [](auto done) { done(std::vector{receipt("b", std::nullopt), receipt("a", 6)}); }};
    }

    TestClient::Answer ask(const std::string& method, const std::string& target,
                           const std::string& body = "") {
        TestClient client(server_->address());
        client.send(method + " " + target + " HTTP/1.1\r\nHost: a\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body);
        return client.answer();
    }

    base::SystemClock clock_;
    std::unique_ptr<http::Server> server_;
};

TEST_F(ErasureDoorTest, gives_a_receipt) {
    const auto answer = ask("POST", "/v1/erase", R"({"visitorId": "v"})");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(json::parse(answer.body), (json{{"id", "v"},
                                              {"erasedAt", 5},
                                              {"sessions", 2},
                                              {"requests", 30},
                                              {"rows", 7},
                                              {"quarantined", 3},
                                              {"finishedAt", nullptr},
                                              {"pending", {"journal"}}}));
}

TEST_F(ErasureDoorTest, says_what_is_wrong_with_a_body) {
    const std::string longest(viewer_id_bytes, 'v');
    EXPECT_EQ(ask("POST", "/v1/erase", R"({"visitorId": ")" + longest + "\"}").status, 200);
    for (const auto& [body, said] : std::vector<std::pair<std::string, std::string>>{
             {"", "not a JSON object"},
             {"[]", "not a JSON object"},
             {"{}", "visitorId is missing"},
             {R"({"visitorId": 3})", "not a text"},
             {R"({"visitorId": ""})", "empty"},
             {R"({"visitorId": ")" + longest + "v\"}", "longer"},
             {R"({"visitorId": "v", "visitor": "w"})", "the member visitor"}}) {
        const auto answer = ask("POST", "/v1/erase", body);
        EXPECT_EQ(answer.status, 400) << said;
        EXPECT_NE(answer.body.find(said), std::string::npos) << answer.body;
    }
}

TEST_F(ErasureDoorTest, says_why_nothing_was_erased) {
    EXPECT_EQ(ask("POST", "/v1/erase", R"({"visitorId": "many"})").status, 422);
    EXPECT_EQ(ask("POST", "/v1/erase", R"({"visitorId": "busy"})").status, 503);
    EXPECT_EQ(ask("POST", "/v1/erase", R"({"visitorId": "drop"})").status, 503);
    const auto wrong = ask("GET", "/v1/erase");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.header("Allow"), "POST");
}

TEST_F(ErasureDoorTest, lists_receipts_and_gives_one) {
    const json list = json::parse(ask("GET", "/v1/erasures").body);
    ASSERT_EQ(list["items"].size(), 2U);
    EXPECT_EQ(list["items"][0]["id"], "b");
    EXPECT_EQ(list["items"][1]["finishedAt"], 6);
    EXPECT_EQ(list["items"][1]["pending"], json::array());
    EXPECT_EQ(list["next"], nullptr);
    EXPECT_EQ(json::parse(ask("GET", "/v1/erasures/a").body)["id"], "a");
    EXPECT_EQ(ask("GET", "/v1/erasures/c").status, 404);
    EXPECT_EQ(ask("GET", "/v1/erasures/").status, 404);
    EXPECT_EQ(ask("POST", "/v1/erasures").status, 405);
    EXPECT_EQ(ask("GET", "/v1/erasures?limit=1").status, 400);
}

TEST_F(ErasureDoorTest, lets_everything_else_through) {
    EXPECT_EQ(ask("GET", "/v1/erasuresx").body, "\"behind\"");
    EXPECT_EQ(ask("GET", "/v1/sessions").body, "\"behind\"");
}

}  // namespace
}  // namespace playhead::web
