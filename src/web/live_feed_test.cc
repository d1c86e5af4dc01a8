// SPDX-License-Identifier: Apache-2.0
#include "web/live_feed.h"

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "http/server.h"
#include "http/test_client.h"

namespace playhead::web {
namespace {

using http::TestClient;
using nlohmann::json;

// A server whose only answers are those of a LiveFeed. The sessions that it tells of are the
// questions that there were.
class LiveFeedTest : public testing::Test {
  protected:
    LiveFeedTest() {
        const auto ask = [this](const session::LiveQuestion&, auto done) {
            session::LiveView view;
            view.counts.sessions = ++questions_;
            if (takes_questions_) done(std::move(view));
        };
        feed_.emplace(
            LiveFeed::Sources{.ask = ask, .monotonic_ms = [this] { return clock_.monotonic_ms(); }},
            counters_);
        server_ = http::Server::listen(
                      http::Options(), [this](size_t) { return std::make_unique<Feeding>(*feed_); },
                      clock_)
                      .value();
        EXPECT_TRUE(server_->start());
    }

    ~LiveFeedTest() override {
        server_->stop();
        feed_.reset();
    }

    class Feeding final : public http::Handler {
      public:
        explicit Feeding(LiveFeed& feed) : feed_(feed) {}

        void handle(const http::Request& request, http::Responder responder) noexcept override {
            const size_t question = request.target.find('?');
            feed_.answer(request,
                         question == request.target.npos ? std::string_view()
                                                         : request.target.substr(question + 1),
                         std::move(responder));
        }

      private:
        LiveFeed& feed_;
    };

    TestClient ask(const std::string& target, const std::string& headers = "",
                   const std::string& method = "GET") {
        TestClient client(server_->address());
        client.send(method + " " + target + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n");
        return client;
    }

    TestClient ask_for_stream(const std::string& target = "/v1/live") {
        return ask(target, "Accept: text/event-stream\r\n");
    }

    // The sessions of the next event.
    static int next(TestClient& client) {
        std::string line;
        while (!line.ends_with("\n\n")) {
            const std::string more = client.bytes(1);
            if (more.empty()) return 0;
            line += more;
        }
        EXPECT_TRUE(line.starts_with("data: "));
        return json::parse(line.substr(6))["sessions"];
    }

    // The feed looks at the clock when it is asked.
    void pass_a_second() {
        clock_.advance(1'000);
        ask("/v1/live").answer();
    }

    base::ManualClock clock_{0};
    base::Counters counters_;
    std::atomic<uint32_t> questions_ = 0;
    std::atomic<bool> takes_questions_ = true;
    std::optional<LiveFeed> feed_;
    std::unique_ptr<http::Server> server_;
};

TEST_F(LiveFeedTest, answers_once) {
    const TestClient::Answer answer = ask("/v1/live").answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    EXPECT_EQ(json::parse(answer.body)["sessions"], 1);
    EXPECT_EQ(ask("/v1/live", "", "HEAD").answer(TestClient::Body::none).status, 200);
}

TEST_F(LiveFeedTest, a_stream_tells_at_once_and_each_second) {
    TestClient client = ask_for_stream();
    const TestClient::Answer head = client.answer();
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("Content-Type"), "text/event-stream");
    EXPECT_EQ(next(client), 1);
    for (int i = 0; i < 3; ++i) {
        const int before = static_cast<int>(questions_);
        pass_a_second();
        EXPECT_GT(next(client), before);
        EXPECT_EQ(questions_, before + 2) << "one of the stream, one of the test";
    }
}

TEST_F(LiveFeedTest, streams_that_ask_the_same_share_a_question) {
    TestClient first = ask_for_stream("/v1/live?seconds=1");
    TestClient second = ask_for_stream("/v1/live?seconds=1");
    TestClient other = ask_for_stream("/v1/live?seconds=2");
    for (TestClient* client : {&first, &second, &other}) {
        EXPECT_EQ(client->answer().status, 200);
        next(*client);
    }
    pass_a_second();
    const int shared = next(first);
    EXPECT_EQ(next(second), shared);
    EXPECT_NE(next(other), shared);
}

TEST_F(LiveFeedTest, there_are_places_for_so_many_streams_and_who_leaves_frees_one) {
    std::vector<TestClient> clients;
    for (size_t i = 0; i < LiveFeed::most_streams; ++i) {
        clients.push_back(ask_for_stream());
        ASSERT_EQ(clients.back().answer().status, 200) << i;
    }
    const TestClient::Answer refused = ask_for_stream().answer();
    EXPECT_EQ(refused.status, 503);
    EXPECT_NE(refused.body.find("All 64 streams are taken"), refused.body.npos);
    EXPECT_NE(counters_.prometheus_text().find("playhead_live_streams 64\n"), std::string::npos);
    EXPECT_EQ(ask("/v1/live").answer().status, 200) << "not a stream";

    clients.pop_back();
    int status = 0;
    for (int tries = 0; status != 200 && tries < 10'000; ++tries) {
        status = ask_for_stream().answer().status;
    }
    EXPECT_EQ(status, 200);
}

TEST_F(LiveFeedTest, a_question_that_finds_no_room_is_answered_503) {
    takes_questions_ = false;
    EXPECT_EQ(ask("/v1/live").answer().status, 503);
    EXPECT_EQ(ask_for_stream().answer().status, 503);
}

TEST_F(LiveFeedTest, a_second_without_an_answer_does_not_end_a_stream) {
    TestClient client = ask_for_stream();
    EXPECT_EQ(client.answer().status, 200);
    EXPECT_EQ(next(client), 1);
    takes_questions_ = false;
    pass_a_second();
    takes_questions_ = true;
    clock_.advance(5'000);
    pass_a_second();
    EXPECT_GT(next(client), 1);
}

TEST_F(LiveFeedTest, what_cannot_be_answered_is_a_problem) {
    EXPECT_EQ(ask("/v1/live?by=nothing").answer().status, 400);
    EXPECT_EQ(ask_for_stream("/v1/live?by=nothing").answer().status, 400);
    EXPECT_EQ(ask("/v1/live", "Content-Length: 0\r\n", "POST").answer().status, 405);
}

}  // namespace
}  // namespace playhead::web
