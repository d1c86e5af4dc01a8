// SPDX-License-Identifier: Apache-2.0
#include "ingest/endpoint.h"

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "event/limits.h"
#include "http/server.h"
#include "http/test_client.h"
#include "ingest/answer.h"

namespace playhead::ingest {
namespace {

using event::EventType;
using event::Record;
using Answer = http::TestClient::Answer;

constexpr int64_t wall_ms = 1'714'564'800'000;
constexpr int64_t monotonic_ms = 77;

const std::string sid(64, 'a');
const std::string ping = R"({"playerTime":{"playhead":1.5,"ts":1000},"eventType":"ping"})";
const std::string events_path = "/api/v1/sessions/" + sid + "/events";

std::string session_start(const std::string& more_params = "") {
    return R"({"playerTime":{"playhead":0,"ts":900},"eventType":"sessionStart","params":{)"
           R"("analytics.trackingServer":"t","analytics.reportSuite":"suite",)"
           R"("visitor.marketingCloudOrgId":"o","media.id":"i","media.length":60,)"
           R"("media.contentType":"vod","media.playerName":"p","media.channel":"c")" +
           more_params + "}}";
}

std::string ping_of(size_t bytes) {
    std::string body = ping;
    return body.append(bytes - body.size(), ' ');
}

// A server with one endpoint; what it hands over is answered at once and kept for the test.
class EndpointTest : public testing::Test {
  protected:
    struct Received {
        Submission about;  // without its responder
        std::string body;
    };

    void serve(EndpointOptions options = {}) {
        http::Options server_options;
        server_options.error_headers = cors_headers;
        auto server = http::Server::listen(
            server_options,
            [&](size_t) {
                return std::make_unique<Endpoint>(
                    options, key_, endpoint_counters_, [] { return Moment{wall_ms, monotonic_ms}; },
                    [this](Turn&& turn) { return take(std::move(turn)); });
            },
            clock_);
        ASSERT_TRUE(server) << server.error().what;
        server_ = std::move(*server);
        ASSERT_TRUE(server_->start());
        client_ = std::make_unique<http::TestClient>(server_->address());
    }

    bool take(Turn&& turn) {
        const std::lock_guard lock(mutex_);
        if (is_full_) return false;
        turn_sizes_.push_back(turn.submissions.size());
        for (Submission& one : turn.submissions) {
            const bool is_event = one.kind == Record::Kind::event;
            http::Responder responder = std::move(one.responder);
            received_.push_back(
                {std::move(one), turn.bodies.substr(one.body_offset, one.body_size)});
            responder.send(is_event ? accepted_event()
                                    : created_session(received_.back().about.session));
        }
        return true;
    }

    static std::string request(const std::string& method, const std::string& target,
                               const std::string& body, const std::string& headers = "") {
        return method + " " + target + " HTTP/1.1\r\nHost: example.net\r\n" + headers +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }

    Answer send(const std::string& method, const std::string& target, const std::string& body = "",
                const std::string& headers = "") {
        client_->send(request(method, target, body, headers));
        return client_->answer(method == "HEAD" ? http::TestClient::Body::none
                                                : http::TestClient::Body::by_length);
    }

    int status(const std::string& target, const std::string& body) {
        const Answer answer = send("POST", target, body);
        EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "*");
        EXPECT_EQ(answer.header("Access-Control-Expose-Headers"), "Location");
        return answer.status;
    }

    void set_full(bool is_full) {
        const std::lock_guard lock(mutex_);
        is_full_ = is_full;
    }

    std::vector<Received> received() {
        const std::lock_guard lock(mutex_);
        return std::exchange(received_, {});
    }

    uint64_t refused(Rejection rejection) { return endpoint_counters_.rejected(rejection).value(); }

    base::ManualClock clock_{wall_ms};
    base::Counters counters_;
    EndpointCounters endpoint_counters_{counters_};
    event::SessionIdKey key_{event::SessionIdKey::Key{}};
    std::mutex mutex_;
    bool is_full_ = false;
    std::vector<Received> received_;
    std::vector<size_t> turn_sizes_;
    std::unique_ptr<http::Server> server_;
    std::unique_ptr<http::TestClient> client_;
};

TEST_F(EndpointTest, an_event_is_handed_over_and_answered_204) {
    serve();
    const Answer answer = send("POST", events_path, ping);
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(answer.header("Content-Length"), "");
    const auto all = received();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].body, ping);
    EXPECT_EQ(all[0].about.kind, Record::Kind::event);
    EXPECT_EQ(all[0].about.session.text(), sid);
    EXPECT_EQ(all[0].about.type, EventType::ping);
    EXPECT_EQ(all[0].about.ts, 1000);
    EXPECT_EQ(all[0].about.playhead_ms, 1500);
    EXPECT_EQ(all[0].about.received_at, wall_ms);
    EXPECT_EQ(all[0].about.monotonic_ms, monotonic_ms);
    EXPECT_EQ(endpoint_counters_.received.value(), 1U);
    EXPECT_EQ(endpoint_counters_.handed_over.value(), 1U);
}

TEST_F(EndpointTest, a_session_start_gets_a_genuine_id_of_its_own) {
    serve({.profile = Profile::standard, .path_prefix = {}, .report_suites = {}, .shard = 7});
    const Answer first = send("POST", "/api/v1/sessions", session_start());
    const Answer second = send("POST", "/api/v1/sessions/", session_start());
    EXPECT_EQ(first.status, 201);
    EXPECT_EQ(first.header("Content-Length"), "0");
    EXPECT_EQ(first.header("Content-Type"), "application/octet-stream");
    EXPECT_NE(first.header("Location"), second.header("Location"));
    const auto all = received();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(first.header("Location"), "/api/v1/sessions/" + all[0].about.session.text());
    EXPECT_EQ(all[0].about.kind, Record::Kind::session_start);
    EXPECT_TRUE(key_.genuine(all[0].about.session));
    EXPECT_EQ(all[0].about.session.created_ms(), wall_ms);
    EXPECT_EQ(all[0].about.session.bytes[7], 7);
}

TEST_F(EndpointTest, content_type_and_byte_order_mark_do_not_matter) {
    serve();
    EXPECT_EQ(send("POST", events_path, ping, "Content-Type: text/plain;charset=UTF-8\r\n").status,
              204);
    EXPECT_EQ(status(events_path, "\xef\xbb\xbf" + ping), 204);
    EXPECT_EQ(received()[1].body, "\xef\xbb\xbf" + ping);
}

TEST_F(EndpointTest, the_body_is_judged_before_the_session_id) {
    serve();
    EXPECT_EQ(status("/api/v1/sessions/nobody/events", "{}"), 400);
    EXPECT_EQ(status("/api/v1/sessions/nobody/events", ping), 404);
    EXPECT_EQ(status("/api/v1/sessions/" + std::string(64, 'A') + "/events", ping), 404);
    EXPECT_EQ(status("/api/v1/sessions/" + sid + "a/events", ping), 404);
    EXPECT_EQ(refused(Rejection::schema_failure), 1U);
    EXPECT_EQ(refused(Rejection::unknown_session), 3U);
    EXPECT_EQ(endpoint_counters_.received.value(), 4U);
    EXPECT_TRUE(received().empty());
}

TEST_F(EndpointTest, a_refused_body_is_told_all_that_is_wrong) {
    serve();
    const Answer answer = send("POST", events_path, R"({"eventType":"x","extra":1})");
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    const auto body = nlohmann::json::parse(answer.body);
    EXPECT_EQ(body["message"], "Request had improper format.");
    EXPECT_EQ(body["errors"].size(), 3U);
    // The problems of one request do not show up in the next.
    EXPECT_EQ(nlohmann::json::parse(send("POST", events_path, "[").body)["errors"].size(), 1U);
    EXPECT_FALSE(nlohmann::json::parse(send("POST", "/nowhere", "").body).contains("errors"));
}

TEST_F(EndpointTest, each_event_type_has_its_endpoint) {
    serve();
    EXPECT_EQ(status("/api/v1/sessions", ping), 400);
    EXPECT_EQ(status(events_path, session_start()), 400);
    EXPECT_EQ(refused(Rejection::wrong_endpoint), 2U);
}

TEST_F(EndpointTest, a_live_start_must_not_say_that_it_is_downloaded) {
    serve();
    EXPECT_EQ(status("/api/v1/sessions", session_start(R"(,"media.downloaded":true)")), 400);
    EXPECT_EQ(refused(Rejection::downloaded_flag), 1U);
    EXPECT_EQ(status("/api/v1/sessions", session_start(R"(,"media.downloaded":false)")), 201);
}

TEST_F(EndpointTest, a_batch_needs_the_flag_only_where_live_starts_go) {
    serve();
    const std::string plain = "[" + session_start() + "," + ping + "]";
    const std::string flagged =
        " [" + session_start(R"(,"media.downloaded":true)") + "," + ping + "]";
    EXPECT_EQ(status("/api/v1/sessions", plain), 400);
    EXPECT_EQ(refused(Rejection::downloaded_flag), 1U);
    EXPECT_EQ(status("/api/v1/sessions", flagged), 201);
    EXPECT_EQ(status("/api/v1/downloaded", plain), 201);
    EXPECT_EQ(status("/api/v1/downloaded", flagged), 201);
    const auto all = received();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].body, flagged);
    EXPECT_EQ(all[1].about.kind, Record::Kind::batch);
    EXPECT_EQ(all[1].about.type, EventType::session_start);
    EXPECT_EQ(all[1].about.ts, 900);
    EXPECT_TRUE(key_.genuine(all[1].about.session));
}

TEST_F(EndpointTest, a_batch_is_taken_whole_or_not_at_all) {
    serve();
    const std::string start = session_start();
    for (const std::string& body :
         {std::string("[]"), "[" + ping + "]", "[" + start + "," + start + "]",
          "[" + ping + "," + start + "]", "[" + start + ",1]", "[" + start + ",{}]",
          "[" + start + "," + ping, start, std::string("7"), std::string()}) {
        EXPECT_EQ(status("/api/v1/downloaded", body), 400) << body;
    }
    EXPECT_EQ(status(events_path, "[" + ping + "]"), 400);
    EXPECT_TRUE(received().empty());
}

TEST_F(EndpointTest, an_event_may_be_as_large_as_its_limit) {
    serve();
    EXPECT_EQ(status(events_path, ping_of(event::event_bytes - 1)), 204);
    EXPECT_EQ(status(events_path, ping_of(event::event_bytes)), 204);
    EXPECT_EQ(status(events_path, ping_of(event::event_bytes + 1)), 413);
    EXPECT_EQ(status("/api/v1/sessions", ping_of(event::event_bytes + 1)), 413);
    EXPECT_EQ(refused(Rejection::too_large), 2U);
    EXPECT_EQ(received().size(), 2U);
}

TEST_F(EndpointTest, a_batch_may_be_larger_than_an_event) {
    serve();
    const std::string batch = "[" + session_start() + "," + ping_of(event::event_bytes) + "]";
    EXPECT_EQ(status("/api/v1/downloaded", batch), 201);
    EXPECT_EQ(received()[0].body.size(), batch.size());
}

TEST_F(EndpointTest, only_listed_report_suites_are_taken_when_there_is_a_list) {
    serve({.profile = Profile::standard,
           .path_prefix = {},
           .report_suites = {"other", "suite"},
           .shard = 0});
    EXPECT_EQ(status("/api/v1/sessions", session_start()), 201);
    const std::string foreign = session_start(R"(,"analytics.reportSuite":"foreign")");
    EXPECT_EQ(status("/api/v1/sessions", foreign), 400);
    const Answer answer = send("POST", "/api/v1/downloaded", "[" + foreign + "]");
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(nlohmann::json::parse(answer.body)["errors"][0]["path"],
              "/0/params/analytics.reportSuite");
    EXPECT_EQ(refused(Rejection::unknown_report_suite), 2U);
}

TEST_F(EndpointTest, a_compressed_body_is_refused) {
    serve();
    EXPECT_EQ(send("POST", events_path, ping, "Content-Encoding: gzip\r\n").status, 415);
    EXPECT_EQ(send("POST", events_path, ping, "Content-Encoding: identity\r\n").status, 204);
}

TEST_F(EndpointTest, a_preflight_succeeds_on_a_session_that_is_not_known) {
    serve();
    const Answer answer = send("OPTIONS", events_path, "",
                               "Access-Control-Request-Headers: content-type,user-agent\r\n"
                               "Access-Control-Request-Private-Network: true\r\n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Content-Length"), "0");
    EXPECT_EQ(answer.header("Access-Control-Allow-Headers"), "Content-Type,user-agent");
    EXPECT_EQ(answer.header("Access-Control-Max-Age"), "86400");
    EXPECT_EQ(answer.header("Access-Control-Allow-Private-Network"), "true");
    EXPECT_EQ(endpoint_counters_.received.value(), 0U);
}

TEST_F(EndpointTest, a_schema_is_served_for_each_event_type) {
    serve();
    const Answer answer = send("GET", "/api/v1/schemas/adStart");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    EXPECT_EQ(nlohmann::json::parse(answer.body)["id"],
              "https://example.net/api/v1/schemas/adStart");
    const Answer head = send("HEAD", "/api/v1/schemas/adStart");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("Content-Length"), std::to_string(answer.body.size()));
    EXPECT_EQ(send("GET", "/api/v1/schemas/adstart").status, 404);
    EXPECT_EQ(refused(Rejection::unknown_schema), 1U);
}

TEST_F(EndpointTest, unknown_paths_and_wrong_methods_are_refused) {
    serve({.profile = Profile::standard, .path_prefix = "/x", .report_suites = {}, .shard = 0});
    EXPECT_EQ(status("/api/v2/sessions", "{}"), 404);
    const Answer answer = send("PUT", "/x/api/v1/sessions", session_start());
    EXPECT_EQ(answer.status, 405);
    EXPECT_EQ(answer.header("Allow"), "OPTIONS, POST");
    EXPECT_EQ(refused(Rejection::unknown_path), 1U);
    EXPECT_EQ(refused(Rejection::wrong_method), 1U);
    EXPECT_EQ(endpoint_counters_.received.value(), 0U);
    const Answer start = send("POST", "/x/api/v1/sessions", session_start());
    EXPECT_EQ(start.status, 201);
    EXPECT_TRUE(start.header("Location").starts_with("/api/v1/sessions/"));
}

TEST_F(EndpointTest, when_there_is_no_room_every_request_of_the_turn_is_answered_503) {
    serve();
    set_full(true);
    client_->send(request("POST", events_path, ping) + request("POST", events_path, ping));
    for (int i = 0; i < 2; ++i) {
        const Answer answer = client_->answer();
        EXPECT_EQ(answer.status, 503);
        EXPECT_EQ(answer.header("Retry-After"), "1");
        EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "*");
    }
    EXPECT_EQ(refused(Rejection::overloaded), 2U);
    EXPECT_EQ(endpoint_counters_.handed_over.value(), 0U);
    set_full(false);
    EXPECT_EQ(status(events_path, ping), 204);
}

TEST_F(EndpointTest, what_arrives_together_is_handed_over_together) {
    serve();
    std::string requests;
    for (int i = 0; i < 5; ++i) requests += request("POST", events_path, ping);
    client_->send(requests);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(client_->answer().status, 204);
    const std::lock_guard lock(mutex_);
    EXPECT_EQ(turn_sizes_, std::vector<size_t>{5});
}

// Drives an endpoint without a server: its requests have nobody to answer.
class TurnTest : public testing::Test {
  protected:
    void post(const std::string& body) {
        const std::string padded = body + std::string(http::body_padding, '\0');
        http::Request request;
        request.method = http::Method::post;
        request.target = events_path;
        request.body = std::string_view(padded).substr(0, body.size());
        endpoint_.handle(request, http::Responder());
    }

    base::Counters counters_;
    EndpointCounters endpoint_counters_{counters_};
    event::SessionIdKey key_{event::SessionIdKey::Key{}};
    std::vector<size_t> turn_sizes_;
    int moments_ = 0;
    Endpoint endpoint_{{},
                       key_,
                       endpoint_counters_,
                       [this] {
                           ++moments_;
                           return Moment{};
                       },
                       [this](Turn&& turn) {
                           turn_sizes_.push_back(turn.submissions.size());
                           return true;
                       }};
};

TEST_F(TurnTest, a_turn_is_handed_over_early_when_it_holds_many_requests) {
    for (size_t i = 0; i < turn_submissions - 1; ++i) post(ping);
    EXPECT_TRUE(turn_sizes_.empty());
    post(ping);
    EXPECT_EQ(turn_sizes_, std::vector<size_t>{turn_submissions});
    post(ping);
    endpoint_.turn_ended();
    EXPECT_EQ(turn_sizes_, (std::vector<size_t>{turn_submissions, 1}));
    EXPECT_EQ(moments_, 1);
    endpoint_.turn_ended();
    EXPECT_EQ(turn_sizes_.size(), 2U);
}

TEST_F(TurnTest, a_turn_is_handed_over_early_when_it_holds_many_bytes) {
    static_assert(turn_bytes % event::event_bytes == 0);
    const size_t fit = turn_bytes / event::event_bytes;
    for (size_t i = 0; i < fit - 1; ++i) post(ping_of(event::event_bytes));
    post(ping_of(event::event_bytes - 1));
    EXPECT_TRUE(turn_sizes_.empty());
    post(ping);
    EXPECT_EQ(turn_sizes_, std::vector<size_t>{fit + 1});
}

TEST_F(TurnTest, the_clock_is_asked_once_in_a_turn) {
    post(ping);
    post(ping);
    EXPECT_EQ(moments_, 1);
    endpoint_.turn_ended();
    post(ping);
    EXPECT_EQ(moments_, 2);
}

}  // namespace
}  // namespace playhead::ingest
