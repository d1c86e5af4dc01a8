// SPDX-License-Identifier: Apache-2.0
// Whether a client still waits, through real sockets.
#include <utility>

#include <gtest/gtest.h>

#include "http/server_suite.h"

namespace playhead::http {
namespace {

class PresenceTest : public ServerTest {
  protected:
    void SetUp() override {
        serve([this](const Request& request, Responder responder) {
            if (request.target == "/now") return echo(request, std::move(responder));
            presence_ = responder.presence();
            waiting_.put(request, std::move(responder));
        });
    }

    // What the handler was told of the client of the next request.
    Presence next() {
        items_ = waiting_.take(1);
        return presence_;
    }

    std::vector<Waiting::Item> items_;

  private:
    Presence presence_;
};

TEST_F(PresenceTest, a_client_that_waits_is_there) {
    TestClient client = connect();
    client.send(get("/long"));
    const Presence presence = next();
    let_it_turn();
    EXPECT_TRUE(*presence);
    items_[0].responder.send(text("done"));
    EXPECT_EQ(client.answer().body, "done");
    let_it_turn();
    EXPECT_TRUE(*presence);
}

TEST_F(PresenceTest, one_that_closes_is_gone) {
    TestClient client = connect();
    client.send(get("/long"));
    const Presence presence = next();
    client.close();
    let_it_turn();
    EXPECT_FALSE(*presence);
    items_[0].responder.send(text("nobody reads it"));
}

TEST_F(PresenceTest, one_that_wants_no_further_request_is_seen_to_leave_too) {
    TestClient client = connect();
    client.send(get("/long", "Connection: close\r\n"));
    const Presence presence = next();
    let_it_turn();
    EXPECT_TRUE(*presence);
    client.reset();
    let_it_turn();
    EXPECT_FALSE(*presence);
    items_[0].responder.send(text("nobody reads it"));
}

TEST_F(PresenceTest, one_that_closes_its_side_is_gone_and_has_its_answer) {
    TestClient client = connect();
    client.send(get("/long"));
    client.finish_sending();
    const Presence presence = next();
    let_it_turn();
    EXPECT_FALSE(*presence);
    items_[0].responder.send(text("done"));
    EXPECT_EQ(client.answer().body, "done");
}

}  // namespace
}  // namespace playhead::http
