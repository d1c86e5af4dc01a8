// SPDX-License-Identifier: Apache-2.0
#include "app/supervisor.h"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/descriptor.h"

namespace playhead::app {
namespace {

constexpr int first_socket = 3;  // sd_listen_fds(3)
constexpr int most_sockets = 2;

// The value of a variable, which is removed.
std::string take(const char* name) {
    const char* text = std::getenv(name);
    std::string value = text == nullptr ? "" : text;
    unsetenv(name);
    return value;
}

std::optional<int64_t> number(std::string_view text) {
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::vector<std::string> names_of(std::string_view text) {
    std::vector<std::string> names;
    while (!text.empty()) {
        const size_t colon = text.find(':');
        names.emplace_back(text.substr(0, colon));
        if (colon == std::string_view::npos) break;
        text.remove_prefix(colon + 1);
    }
    return names;
}

base::Result<Supervisor::Sockets> take_sockets() {
    const std::string process = take("LISTEN_PID");
    const std::string count_text = take("LISTEN_FDS");
    std::vector<std::string> names = names_of(take("LISTEN_FDNAMES"));
    Supervisor::Sockets sockets;
    const int64_t count = number(count_text).value_or(0);
    if (number(process).value_or(0) != getpid() || count == 0) return sockets;
    if (names.empty()) names = {"players", "operators"};
    if (count > most_sockets || static_cast<size_t>(count) > names.size()) {
        return base::fail(base::ErrorCode::invalid,
                          "the supervisor hands over " + count_text +
                              " sockets (LISTEN_FDS); there are two: players and operators");
    }
    for (int i = 0; i < count; ++i) {
        const std::string& name = names[static_cast<size_t>(i)];
        int* const place = name == "players"     ? &sockets.players
                           : name == "operators" ? &sockets.operators
                                                 : nullptr;
        if (place == nullptr || *place >= 0) {
            return base::fail(base::ErrorCode::invalid,
                              "the supervisor hands over a socket with the name '" + name +
                                  "' (LISTEN_FDNAMES); one may be called players and one "
                                  "operators (FileDescriptorName= of the socket's unit)");
        }
        *place = first_socket + i;
        fcntl(*place, F_SETFD, FD_CLOEXEC);
    }
    return sockets;
}

}  // namespace

base::Result<Supervisor> Supervisor::from_environment() {
    Supervisor supervisor;
    supervisor.notify_ = take("NOTIFY_SOCKET");
    const std::string watched = take("WATCHDOG_PID");
    const bool mine = watched.empty() || number(watched).value_or(0) == getpid();
    const int64_t watchdog_us = number(take("WATCHDOG_USEC")).value_or(0);
    if (watchdog_us > 0 && mine) supervisor.watchdog_ms_ = (watchdog_us + 999) / 1000;
    auto sockets = take_sockets();
    if (!sockets) return std::unexpected(sockets.error());
    supervisor.sockets_ = *sockets;
    return supervisor;
}

void Supervisor::ready(std::string_view status) const {
    tell("READY=1\nSTATUS=" + std::string(status));
}

void Supervisor::reloading() const {
    tell("RELOADING=1");
}

void Supervisor::stopping() const {
    tell("STOPPING=1\nSTATUS=finishing what has arrived");
}

void Supervisor::alive() const {
    tell("WATCHDOG=1");
}

// Nothing sensible can be done when it does not arrive: the supervisor then acts as it would for a
// process that is stuck.
void Supervisor::tell(const std::string& message) const {
    sockaddr_un address{};
    if (notify_.empty() || notify_.size() >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, notify_.data(), notify_.size());
    // A name that begins with @ is in the abstract namespace, which is written as a zero byte.
    if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + notify_.size());
    const http::Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket) return;
    sendto(socket.number(), message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
           reinterpret_cast<const sockaddr*>(&address), size);
}

}  // namespace playhead::app
