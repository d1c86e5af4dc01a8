// SPDX-License-Identifier: Apache-2.0
#include "app/simulate/simulation.h"

#include <map>
#include <mutex>
#include <string>

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include "http/server_suite.h"

namespace playhead::app {
namespace {

constexpr int64_t hour = 3'600'000;

TEST(Share, most_watch_in_the_evening_and_few_at_night) {
    EXPECT_EQ(share_watching(21 * hour), 1'000);
    EXPECT_EQ(share_watching(3 * hour), 90);
    EXPECT_EQ(share_watching(20 * hour + hour / 2), 990);
    EXPECT_EQ(share_watching(23 * hour + hour / 2), (480 + 260) / 2);
    EXPECT_EQ(share_watching(24 * hour), share_watching(0));
    EXPECT_EQ(share_watching(-hour), share_watching(23 * hour));
}

http::Response empty(int status, std::string headers = "") {
    http::Response response;
    response.status = status;
    response.headers = std::move(headers);
    return response;
}

// Answers as the collection API does, and keeps what came.
class SimulationTest : public http::ServerTest {
  protected:
    void serve_players(int start_status = 201) {
        serve([this, start_status](const http::Request& request, http::Responder responder) {
            const std::lock_guard lock(mutex_);
            const bool is_start = request.target == "/api/v1/sessions";
            if (is_start) {
                const std::string id = std::to_string(starts_.size());
                starts_.emplace_back(request.body);
                responder.send(empty(start_status, "Location: /api/v1/sessions/" + id + "\r\n"));
                return;
            }
            events_[std::string(request.target)].emplace_back(request.body);
            responder.send(empty(204));
        });
    }

    std::string run(const Simulation::Options& options) {
        auto collector = Collector::make("http://" + server_->address(), time_);
        EXPECT_TRUE(collector);
        Simulation simulation(options, **collector, time_);
        simulation.run(stop_.number());
        return simulation.report();
    }

    base::SystemClock time_;
    http::Descriptor stop_{eventfd(0, EFD_CLOEXEC)};
    std::mutex mutex_;
    std::vector<std::string> starts_;
    std::map<std::string, std::vector<std::string>> events_;
};

TEST_F(SimulationTest, many_viewers_play_and_leave) {
    serve_players();
    const std::string report = run({.viewers = 30, .seconds = 1, .speed = 900, .seed = 5});
    EXPECT_GE(starts_.size(), 30);
    EXPECT_GT(events_.size(), starts_.size() / 2);
    size_t events = 0;
    for (const auto& [target, bodies] : events_) events += bodies.size();
    EXPECT_GT(events, 10 * events_.size());
    EXPECT_TRUE(report.contains(R"("events":)" + std::to_string(events) + ',')) << report;
    EXPECT_TRUE(report.contains(R"("204":)" + std::to_string(events))) << report;
    EXPECT_TRUE(report.contains(R"("timedOut":0,"failed":0,"unsent":0)")) << report;
}

TEST_F(SimulationTest, events_of_a_refused_session_are_not_sent) {
    serve_players(500);
    const std::string report = run({.viewers = 5, .seconds = 1, .speed = 300, .seed = 5});
    EXPECT_GE(starts_.size(), 5);
    EXPECT_TRUE(events_.empty());
    EXPECT_FALSE(report.contains(R"("unsent":0)")) << report;
}

TEST_F(SimulationTest, it_ends_early_when_it_is_told_to) {
    serve_players();
    ASSERT_EQ(eventfd_write(stop_.number(), 1), 0);
    const int64_t before = time_.monotonic_ms();
    run({.viewers = 5, .seconds = 600, .speed = 1, .seed = 5});
    EXPECT_LT(time_.monotonic_ms() - before, 60'000);
}

}  // namespace
}  // namespace playhead::app
