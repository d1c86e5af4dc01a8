// SPDX-License-Identifier: Apache-2.0
#include "web/question_desk.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/server_suite.h"
#include "web/problem.h"

namespace playhead::web {
namespace {

using http::TestClient;

// A server whose requests all go to one desk. What is asked at /long takes until it is let go or
// interrupted.
class QuestionDeskTest : public http::ServerTest {
  protected:
    void serve_desk(std::chrono::milliseconds time_limit) {
        desk_.emplace([this] { interrupt(); }, time_limit);
        serve([this](const http::Request& request, http::Responder responder) {
            if (request.target == "/now") return http::echo(request, std::move(responder));
            const bool is_long = request.target == "/long";
            desk_->put(request.target, std::move(responder),
                       [this, is_long] { return is_long ? take_long() : answer("short"); });
        });
    }

    ~QuestionDeskTest() override {
        if (desk_) desk_->stop();
        if (server_) server_->stop();
    }

    static base::Result<http::Response> answer(const std::string& text) {
        return json_answer("\"" + text + "\"");
    }

    base::Result<http::Response> take_long() {
        std::unique_lock lock(mutex_);
        is_long_asked_ = true;
        changed_.notify_all();
        changed_.wait(lock, [this] { return is_interrupted_ || may_end_; });
        if (!is_interrupted_) return answer("long");
        return base::fail(base::ErrorCode::stopped, "interrupted");
    }

    void interrupt() {
        const std::lock_guard lock(mutex_);
        is_interrupted_ = is_long_asked_;
        changed_.notify_all();
    }

    void wait_until_asked() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return is_long_asked_; });
    }

    void wait_until_interrupted() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return is_interrupted_; });
    }

    void let_end() {
        const std::lock_guard lock(mutex_);
        may_end_ = true;
        changed_.notify_all();
    }

    static constexpr std::chrono::milliseconds long_enough{600'000};

    std::optional<QuestionDesk> desk_;

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_long_asked_ = false;
    bool is_interrupted_ = false;
    bool may_end_ = false;
};

TEST_F(QuestionDeskTest, questions_are_answered_one_after_the_other) {
    serve_desk(long_enough);
    TestClient first = connect();
    TestClient second = connect();
    first.send(get("/long"));
    wait_until_asked();
    second.send(get("/short"));
    let_it_turn();
    let_end();
    EXPECT_EQ(first.answer().body, "\"long\"");
    EXPECT_EQ(second.answer().body, "\"short\"");
}

TEST_F(QuestionDeskTest, one_that_takes_too_long_is_ended) {
    serve_desk(std::chrono::milliseconds(40));
    TestClient client = connect();
    client.send(get("/long"));
    const TestClient::Answer answer = client.answer();
    EXPECT_EQ(answer.status, 503);
    EXPECT_NE(answer.body.find("too long"), std::string::npos) << answer.body;
    client.send(get("/short"));
    EXPECT_EQ(client.answer().status, 200);
}

TEST_F(QuestionDeskTest, one_whose_client_leaves_is_ended) {
    serve_desk(long_enough);
    TestClient client = connect();
    client.send(get("/long"));
    wait_until_asked();
    client.close();
    wait_until_interrupted();
    TestClient next = connect();
    next.send(get("/short"));
    EXPECT_EQ(next.answer().status, 200);
}

TEST_F(QuestionDeskTest, one_whose_client_left_while_it_waited_is_not_asked) {
    serve_desk(long_enough);
    TestClient first = connect();
    first.send(get("/long"));
    wait_until_asked();
    TestClient second = connect();
    second.send(get("/short"));
    second.finish_sending();
    let_it_turn();
    let_end();
    EXPECT_EQ(first.answer().status, 200);
    const TestClient::Answer answer = second.answer();
    EXPECT_EQ(answer.status, 503);
    EXPECT_NE(answer.body.find("closed its side"), std::string::npos) << answer.body;
}

TEST_F(QuestionDeskTest, so_many_wait_and_no_more) {
    serve_desk(long_enough);
    TestClient first = connect();
    first.send(get("/long"));
    wait_until_asked();
    std::vector<TestClient> waiting;
    for (size_t i = 0; i < QuestionDesk::waiting_questions; ++i) {
        waiting.push_back(connect());
        waiting.back().send(get("/short"));
        let_it_turn();
    }
    TestClient last = connect();
    last.send(get("/short"));
    EXPECT_EQ(last.answer().status, 503);
    let_end();
    EXPECT_EQ(first.answer().status, 200);
    for (TestClient& client : waiting) EXPECT_EQ(client.answer().status, 200);
}

TEST_F(QuestionDeskTest, stopping_ends_what_runs_and_what_waits_and_takes_nothing_more) {
    serve_desk(long_enough);
    TestClient first = connect();
    first.send(get("/long"));
    wait_until_asked();
    TestClient second = connect();
    second.send(get("/short"));
    let_it_turn();
    desk_->stop();
    EXPECT_EQ(first.answer().status, 503);
    EXPECT_EQ(second.answer().status, 503);
    second.send(get("/short"));
    EXPECT_EQ(second.answer().status, 503);
}

TEST_F(QuestionDeskTest, an_error_is_answered_as_such) {
    desk_.emplace([] {}, long_enough);
    serve([this](const http::Request& request, http::Responder responder) {
        const auto code = request.target == "/full" ? base::ErrorCode::full : base::ErrorCode::busy;
        desk_->put(request.target, std::move(responder),
                   [code]() -> base::Result<http::Response> { return base::fail(code, "no"); });
    });
    TestClient client = connect();
    client.send(get("/full"));
    EXPECT_NE(client.answer().body.find("more memory"), std::string::npos);
    client.send(get("/busy"));
    EXPECT_NE(client.answer().body.find("/readyz"), std::string::npos);
}

}  // namespace
}  // namespace playhead::web
