// SPDX-License-Identifier: Apache-2.0
#include "app/supervisor.h"

#include <cstdlib>
#include <cstring>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/descriptor.h"

namespace playhead::app {
namespace {

class SupervisorTest : public testing::Test {
  protected:
    ~SupervisorTest() override {
        for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_PID",
                                 "LISTEN_FDS", "LISTEN_FDNAMES"}) {
            unsetenv(name);
        }
    }

    static void hand_over(const std::string& count, const std::string& names,
                          const std::string& process = std::to_string(getpid())) {
        setenv("LISTEN_PID", process.c_str(), 1);
        setenv("LISTEN_FDS", count.c_str(), 1);
        if (!names.empty()) setenv("LISTEN_FDNAMES", names.c_str(), 1);
    }

    static std::string refusal() {
        const auto supervisor = Supervisor::from_environment();
        return supervisor ? "" : supervisor.error().what;
    }
};

TEST_F(SupervisorTest, is_nobody_when_nothing_is_said) {
    const auto supervisor = Supervisor::from_environment();
    ASSERT_TRUE(supervisor);
    EXPECT_EQ(supervisor->sockets().players, -1);
    EXPECT_EQ(supervisor->sockets().operators, -1);
    EXPECT_FALSE(supervisor->watches());
    supervisor->ready("nobody hears it");
}

TEST_F(SupervisorTest, sockets_are_known_by_name_or_by_order) {
    hand_over("2", "operators:players");
    auto supervisor = Supervisor::from_environment();
    ASSERT_TRUE(supervisor);
    EXPECT_EQ(supervisor->sockets().operators, 3);
    EXPECT_EQ(supervisor->sockets().players, 4);
    EXPECT_EQ(std::getenv("LISTEN_FDS"), nullptr);
    hand_over("1", "");
    supervisor = Supervisor::from_environment();
    ASSERT_TRUE(supervisor);
    EXPECT_EQ(supervisor->sockets().players, 3);
    EXPECT_EQ(supervisor->sockets().operators, -1);
}

TEST_F(SupervisorTest, sockets_of_another_process_are_left_alone) {
    hand_over("2", "", std::to_string(getpid() + 1));
    const auto supervisor = Supervisor::from_environment();
    ASSERT_TRUE(supervisor);
    EXPECT_EQ(supervisor->sockets().players, -1);
}

TEST_F(SupervisorTest, names_and_numbers_that_cannot_be_meant_are_refused) {
    hand_over("1", "playhead.socket");
    EXPECT_NE(refusal().find("'playhead.socket'"), std::string::npos);
    hand_over("2", "players:players");
    EXPECT_NE(refusal().find("'players'"), std::string::npos);
    hand_over("3", "players:operators:more");
    EXPECT_NE(refusal().find("3 sockets"), std::string::npos);
    hand_over("2", "players");
    EXPECT_NE(refusal().find("2 sockets"), std::string::npos);
}

TEST_F(SupervisorTest, is_told_what_happens) {
    const std::string name = "@playhead-supervisor-test-" + std::to_string(getpid());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name.data() + 1, name.size() - 1);
    const http::Descriptor heard(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(bind(heard.number(), reinterpret_cast<const sockaddr*>(&address),
                   static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size())),
              0);
    setenv("NOTIFY_SOCKET", name.c_str(), 1);
    setenv("WATCHDOG_USEC", "1000000", 1);
    const auto supervisor = Supervisor::from_environment();
    ASSERT_TRUE(supervisor);
    EXPECT_TRUE(supervisor->watches());
    EXPECT_EQ(supervisor->watchdog_ms(), 1'000);
    const auto next = [&heard] {
        char text[256];
        const ssize_t size = recv(heard.number(), text, sizeof text, MSG_DONTWAIT);
        return size < 0 ? std::string("nothing") : std::string(text, static_cast<size_t>(size));
    };
    supervisor->ready("here");
    EXPECT_EQ(next(), "READY=1\nSTATUS=here");
    supervisor->reloading();
    EXPECT_EQ(next(), "RELOADING=1");
    supervisor->alive();
    EXPECT_EQ(next(), "WATCHDOG=1");
    supervisor->stopping();
    EXPECT_EQ(next(), "STOPPING=1\nSTATUS=finishing what has arrived");
    EXPECT_EQ(next(), "nothing");
}

TEST_F(SupervisorTest, a_watch_over_another_process_is_not_ours) {
    setenv("WATCHDOG_USEC", "1000000", 1);
    setenv("WATCHDOG_PID", std::to_string(getpid() + 1).c_str(), 1);
    const auto supervisor = Supervisor::from_environment();
    ASSERT_TRUE(supervisor);
    EXPECT_FALSE(supervisor->watches());
}

}  // namespace
}  // namespace playhead::app
