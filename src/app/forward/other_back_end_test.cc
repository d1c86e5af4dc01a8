// SPDX-License-Identifier: Apache-2.0
#include "app/forward/other_back_end.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "http/server_suite.h"

namespace playhead::app {
namespace {

using End = OtherBackEnd::Answer::End;

http::Response empty(int status, std::string headers = "") {
    return {
        .status = status, .fixed_headers = http::cors, .headers = std::move(headers), .body = ""};
}

class OtherBackEndTest : public http::ServerTest {
  protected:
    void reach(OtherBackEnd::Options options = {}, const std::string& prefix = "") {
        options.url = "http://" + server_->address() + prefix;
        auto opened = OtherBackEnd::open(options);
        ASSERT_TRUE(opened) << opened.error().what;
        there_ = *std::move(opened);
    }

    std::vector<OtherBackEnd::Answer> answers(size_t count) {
        std::vector<OtherBackEnd::Answer> came;
        for (int turns = 0; came.size() < count && turns < 2'000; ++turns) there_->wait(10, came);
        EXPECT_EQ(came.size(), count);
        return came;
    }

    std::unique_ptr<OtherBackEnd> there_;
};

TEST_F(OtherBackEndTest, an_answer_has_the_status_and_the_location) {
    std::string target;
    std::string body;
    std::string type;
    serve([&](const http::Request& request, http::Responder responder) {
        target = request.target;
        body = request.body;
        type = request.header("Content-Type");
        responder.send(empty(201, "location: /api/v1/sessions/x \r\n"));
    });
    reach({}, "/first");
    const std::string sent = R"({"a":1})";
    there_->post(7, "/api/v1/sessions", sent);
    EXPECT_EQ(there_->under_way(), 1);
    const auto came = answers(1);
    EXPECT_EQ(came[0].tag, 7);
    EXPECT_EQ(came[0].end, End::answered);
    EXPECT_EQ(came[0].status, 201);
    EXPECT_EQ(came[0].location, "/api/v1/sessions/x");
    EXPECT_GT(came[0].took_us, 0);
    EXPECT_EQ(target, "/first/api/v1/sessions");
    EXPECT_EQ(body, sent);
    EXPECT_EQ(type, "application/json");
    EXPECT_EQ(there_->under_way(), 0);
}

TEST_F(OtherBackEndTest, a_redirect_is_an_answer_and_not_followed) {
    serve([](const http::Request&, http::Responder responder) {
        responder.send(empty(302, "Location: http://127.0.0.1:1/\r\n"));
    });
    reach();
    there_->post(1, "/e", "x");
    EXPECT_EQ(answers(1)[0].status, 302);
}

TEST_F(OtherBackEndTest, a_location_has_a_limit) {
    size_t length = 0;
    serve([&](const http::Request&, http::Responder responder) {
        responder.send(empty(201, "Location: " + std::string(length, 'a') + "\r\n"));
    });
    reach();
    const size_t longest = OtherBackEnd::location_bytes_max - std::string("Location: \r\n").size();
    for (const auto& [bytes, taken] : {std::pair(longest - 1, longest - 1),
                                       std::pair(longest, longest), std::pair(longest + 1, 0UL)}) {
        length = bytes;
        there_->post(1, "/e", "x");
        EXPECT_EQ(answers(1)[0].location.size(), taken);
    }
}

TEST_F(OtherBackEndTest, connections_are_kept_and_have_a_limit) {
    serve_waiting();
    reach({.connections = 3});
    for (uint64_t tag = 0; tag < 3; ++tag) {
        EXPECT_TRUE(there_->has_room());
        there_->post(tag, "/e", "x");
    }
    EXPECT_FALSE(there_->has_room());
    std::vector<OtherBackEnd::Answer> none;
    while (waiting_.size() < 3) there_->wait(10, none);
    EXPECT_EQ(server_->connections(), 3);
    for (auto& item : waiting_.take(3)) item.responder.send(empty(204));
    EXPECT_EQ(answers(3).size(), 3);
    EXPECT_TRUE(there_->has_room());
    for (int i = 0; i < 6; ++i) {
        there_->post(1, "/now", "x");
        EXPECT_EQ(answers(1)[0].status, 200);
    }
    EXPECT_EQ(server_->connections(), 3);
}

TEST_F(OtherBackEndTest, a_large_body_arrives_whole) {
    serve([](const http::Request& request, http::Responder responder) {
        responder.send(empty(request.body.size() == 900'000 ? 204 : 400));
    });
    reach();
    const std::string body(900'000, 'x');
    there_->post(1, "/e", body);
    EXPECT_EQ(answers(1)[0].status, 204);
}

TEST_F(OtherBackEndTest, an_answer_that_does_not_come_is_lost) {
    serve_waiting();
    reach({.answer_ms = 100});
    there_->post(1, "/e", "x");
    const auto came = answers(1);
    EXPECT_EQ(came[0].end, End::lost);
    EXPECT_NE(came[0].reason.find("timed out"), std::string::npos) << came[0].reason;
}

TEST_F(OtherBackEndTest, who_is_not_there_is_not_reached) {
    serve_waiting();
    reach();
    server_->stop();
    there_->post(1, "/e", "x");
    const auto came = answers(1);
    EXPECT_EQ(came[0].end, End::not_reached);
    EXPECT_NE(came[0].reason.find("connect"), std::string::npos) << came[0].reason;
    EXPECT_TRUE(there_->has_room());
}

TEST_F(OtherBackEndTest, a_request_whose_connection_ends_is_lost) {
    serve_waiting();
    reach();
    there_->post(2, "/e", "x");
    std::vector<OtherBackEnd::Answer> none;
    while (waiting_.size() < 1) there_->wait(10, none);
    server_->stop();
    EXPECT_EQ(answers(1)[0].end, End::lost);
}

TEST_F(OtherBackEndTest, what_is_under_way_is_given_up_at_the_end) {
    serve_waiting();
    reach();
    const std::string body = "x";
    there_->post(1, "/e", body);
    std::vector<OtherBackEnd::Answer> none;
    while (waiting_.size() < 1) there_->wait(10, none);
    there_.reset();
    waiting_.take(1)[0].responder.send(empty(204));
}

TEST(OtherBackEnd, a_file_of_authorities_that_is_not_there_is_refused) {
    const auto opened = OtherBackEnd::open({.url = "https://a", .authorities = "no/such.pem"});
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().what.find("no/such.pem"), std::string::npos);
}

}  // namespace
}  // namespace playhead::app
