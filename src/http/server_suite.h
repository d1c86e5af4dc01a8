// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/check.h"
#include "http/server.h"
#include "http/test_client.h"

namespace playhead::http {

using Answering = std::function<void(const Request&, Responder)>;

constexpr std::string_view cors = "Access-Control-Allow-Origin: *\r\n";

// A handler made of a function.
class FunctionHandler final : public Handler {
  public:
    explicit FunctionHandler(Answering answering) : answering_(std::move(answering)) {}

    void handle(const Request& request, Responder responder) noexcept override {
        answering_(request, std::move(responder));
    }

  private:
    Answering answering_;
};

// Requests that wait for the test to answer them.
class Waiting {
  public:
    struct Item {
        std::string target;
        std::string body;
        Responder responder;
    };

    void put(const Request& request, Responder responder) {
        const std::lock_guard lock(mutex_);
        items_.push_back(
            {std::string(request.target), std::string(request.body), std::move(responder)});
        changed_.notify_all();
    }

    // Waits until there are so many, and takes all; ends the test when they do not come.
    std::vector<Item> take(size_t count) {
        std::unique_lock lock(mutex_);
        const auto enough = [&] { return items_.size() >= count; };
        CHECK(changed_.wait_for(lock, std::chrono::seconds(20), enough));
        return std::exchange(items_, {});
    }

    size_t size() {
        const std::lock_guard lock(mutex_);
        return items_.size();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Item> items_;
};

inline Response text(std::string body) {
    Response response;
    response.status = 200;
    response.fixed_headers = cors;
    response.body = std::move(body);
    return response;
}

// Answers with the method, the target and the body.
inline void echo(const Request& request, Responder responder) {
    responder.send(text(std::string(request.method_name) + " " + std::string(request.target) + " " +
                        std::string(request.body)));
}

class ServerTest : public testing::Test {
  protected:
    void serve(Answering answering) {
        options_.counters = &counters_;
        options_.error_headers = cors;
        auto server = Server::listen(
            options_, [&](size_t) { return std::make_unique<FunctionHandler>(answering); }, clock_);
        ASSERT_TRUE(server) << server.error().what;
        server_ = *std::move(server);
        ASSERT_TRUE(server_->start());
    }

    void serve_waiting() {
        serve([this](const Request& request, Responder responder) {
            if (request.target == "/now") return echo(request, std::move(responder));
            waiting_.put(request, std::move(responder));
        });
    }

    TestClient connect() { return TestClient(server_->address()); }

    uint64_t count(std::string_view name, std::string_view labels) {
        return counters_.counter(name, labels, "").value();
    }

    void pass(int64_t ms) {
        clock_.advance(ms);
        server_->wake();
    }

    // Returns when the loop (of a server with one) has made a turn, so that what was sent before
    // was seen by it.
    void let_it_turn() {
        TestClient other = connect();
        for (int i = 0; i < 2; ++i) {
            other.send(get("/now"));
            ASSERT_EQ(other.answer().status, 200);
        }
    }

    static std::string get(const std::string& target, const std::string& headers = "") {
        return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
    }

    static std::string post(const std::string& headers, const std::string& body) {
        return "POST /p HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n" + body;
    }

    base::ManualClock clock_{0};
    base::Counters counters_;
    Options options_;
    Waiting waiting_;
    std::unique_ptr<Server> server_;
};

}  // namespace playhead::http
