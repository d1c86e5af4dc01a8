// SPDX-License-Identifier: Apache-2.0
#include "http/answers.h"

#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "http/server_suite.h"

namespace playhead::http {
namespace {

class AnswersTest : public testing::Test {
  protected:
    void serve(size_t loops) {
        Options options;
        options.loops = loops;
        auto made = Server::listen(
            options,
            [this](size_t) {
                return std::make_unique<FunctionHandler>(
                    [this](const Request& request, Responder responder) {
                        waiting_.put(request, std::move(responder));
                    });
            },
            clock_);
        ASSERT_TRUE(made) << made.error().what;
        server_ = std::move(*made);
        ASSERT_TRUE(server_->start());
    }

    std::vector<Waiting::Item> take(size_t count) {
        std::vector<Waiting::Item> items;
        while (items.size() < count) {
            for (Waiting::Item& item : waiting_.take(1)) items.push_back(std::move(item));
        }
        return items;
    }

    const base::SystemClock clock_;
    Waiting waiting_;
    std::unique_ptr<Server> server_;
};

TEST_F(AnswersTest, reach_every_client_of_every_loop) {
    serve(3);
    constexpr size_t number = 40;
    std::vector<TestClient> clients;
    for (size_t i = 0; i < number; ++i) {
        clients.emplace_back(server_->address());
        clients.back().send("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    Answers answers;
    for (Waiting::Item& item : take(number)) {
        answers.add(std::move(item.responder), text(item.target));
    }
    answers.send();
    for (size_t i = 0; i < number; ++i) {
        EXPECT_EQ(clients[i].answer().body, "/" + std::to_string(i));
    }
}

TEST_F(AnswersTest, may_be_used_again_and_are_500_when_forgotten) {
    serve(1);
    TestClient client(server_->address());
    {
        Answers answers;
        for (const char* const name : {"/a", "/b"}) {
            client.send("GET " + std::string(name) + " HTTP/1.1\r\nHost: h\r\n\r\n");
            for (Waiting::Item& item : take(1)) {
                answers.add(std::move(item.responder), text(item.target));
            }
            if (name == std::string("/a")) answers.send();
        }
        EXPECT_EQ(client.answer().body, "/a");
    }
    EXPECT_EQ(client.answer().status, 500);
}

TEST_F(AnswersTest, are_dropped_when_the_server_has_stopped) {
    serve(1);
    TestClient client(server_->address());
    client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    std::vector<Waiting::Item> items = take(1);
    server_->stop();
    Answers answers;
    answers.add(std::move(items[0].responder), text("late"));
    answers.send();
    EXPECT_TRUE(client.is_closed());
}

}  // namespace
}  // namespace playhead::http
