// SPDX-License-Identifier: Apache-2.0
#include "app/simulate/collector.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>

#include "app/open_files.h"
#include "base/check.h"
#include "http/ascii.h"

namespace playhead::app {
namespace {

constexpr size_t files_of_the_rest = 32;
constexpr size_t head_bytes = size_t{16} * 1024;  // of an answer; more is no answer
constexpr int64_t expiry_ms = 100;                // time-outs are noticed up to this late
constexpr uint64_t other = UINT64_MAX;            // epoll: not one of the connections

struct Url {
    std::string host;  // as in the header Host
    std::string name;
    std::string port = "80";
    std::string prefix;
};

base::Result<Url> split(const std::string& text) {
    constexpr std::string_view scheme = "http://";
    if (!text.starts_with(scheme)) {
        return base::fail(base::ErrorCode::invalid,
                          "--target " + text + ": expected http://HOST:PORT");
    }
    Url url;
    const size_t slash = std::min(text.find('/', scheme.size()), text.size());
    url.host = text.substr(scheme.size(), slash - scheme.size());
    url.prefix = text.substr(slash);
    while (url.prefix.ends_with('/')) url.prefix.pop_back();
    const size_t colon = url.host.rfind(':');
    const size_t bracket = url.host.rfind(']');
    url.name = url.host;
    if (colon != std::string::npos && (bracket == std::string::npos || colon > bracket)) {
        url.name = url.host.substr(0, colon);
        url.port = url.host.substr(colon + 1);
    }
    if (url.name.starts_with('[') && url.name.ends_with(']')) {
        url.name = url.name.substr(1, url.name.size() - 2);
    }
    if (url.name.empty() || url.port.empty()) {
        return base::fail(base::ErrorCode::invalid, "--target " + text + ": there is no host");
    }
    return url;
}

// The value of a header in a head without its last empty line; empty when it is not there.
std::string_view header(std::string_view head, std::string_view name) {
    for (size_t at = head.find("\r\n"); at != std::string_view::npos;) {
        at += 2;
        const size_t end = std::min(head.find("\r\n", at), head.size());
        const std::string_view line = head.substr(at, end - at);
        const size_t colon = line.find(':');
        if (colon == name.size() && http::same_text(line.substr(0, colon), name)) {
            const size_t value = line.find_first_not_of(' ', colon + 1);
            return value == std::string_view::npos ? std::string_view{} : line.substr(value);
        }
        at = head.find("\r\n", at);
    }
    return {};
}

}  // namespace

base::Result<std::unique_ptr<Collector>> Collector::make(const std::string& url,
                                                         const base::Clock& clock) {
    const auto target = split(url);
    if (!target) return std::unexpected(target.error());
    std::unique_ptr<Collector> made(new Collector(clock));
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int failed = getaddrinfo(target->name.c_str(), target->port.c_str(), &hints, &found);
    if (failed != 0) {
        return base::fail(base::ErrorCode::not_found,
                          "--target " + url + ": " + gai_strerror(failed));
    }
    made->address_.reset(found);
    made->host_ = target->host;
    made->prefix_ = target->prefix;
    const size_t files = raise_open_files();
    made->connection_limit_ =
        std::clamp(files - std::min(files, files_of_the_rest), size_t{1}, most_connections);
    made->poll_ = http::Descriptor(epoll_create1(EPOLL_CLOEXEC));
    if (!made->poll_) return base::fail_errno(errno, "cannot make an epoll");
    return made;
}

bool Collector::open(Connection& connection, size_t index) {
    connection.socket = http::Descriptor(
        socket(address_->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!connection.socket) return false;
    const int on = 1;
    setsockopt(connection.socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const int failed = connect(connection.socket.number(), address_->ai_addr, address_->ai_addrlen);
    if (failed != 0 && errno != EINPROGRESS) return false;
    epoll_event wanted{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.u64 = index}};
    return epoll_ctl(poll_.number(), EPOLL_CTL_ADD, connection.socket.number(), &wanted) == 0;
}

void Collector::post(uint64_t tag, std::string_view path, std::string_view body) {
    CHECK(has_room());
    if (idle_.empty()) {
        idle_.push_back(connections_.size());
        connections_.emplace_back();
    }
    const size_t index = idle_.back();
    idle_.pop_back();
    ++under_way_;
    Connection& connection = connections_[index];
    connection.is_busy = true;
    connection.tag = tag;
    connection.since = clock_.monotonic_ms();
    connection.received.clear();
    connection.unsent = "POST " + prefix_;
    connection.unsent += path;
    connection.unsent +=
        " HTTP/1.1\r\nHost: " + host_ +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n";
    connection.unsent += body;
    const bool is_open = connection.socket || open(connection, index);
    if (!is_open || !send(connection)) finish(connection, index, {});
}

// False when the connection is gone.
bool Collector::send(Connection& connection) {
    while (!connection.unsent.empty()) {
        const ssize_t size = ::send(connection.socket.number(), connection.unsent.data(),
                                    connection.unsent.size(), MSG_NOSIGNAL);
        if (size < 0) return errno == EAGAIN || errno == ENOTCONN || errno == EINTR;
        connection.unsent.erase(0, static_cast<size_t>(size));
    }
    return true;
}

void Collector::receive(Connection& connection, size_t index) {
    std::array<char, 16 * 1024> bytes;
    while (true) {
        const ssize_t size = recv(connection.socket.number(), bytes.data(), bytes.size(), 0);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && (errno == EAGAIN || errno == ENOTCONN)) return;
        if (size > 0 && connection.is_busy) {
            connection.received.append(bytes.data(), static_cast<size_t>(size));
            if (take_answer(connection, index)) continue;
            return;
        }
        // The end of a connection, an error, or something that nobody asked for.
        if (connection.is_busy) {
            finish(connection, index, {});
        } else {
            connection.socket.reset();
        }
        return;
    }
}

// Looks for one whole answer in what was received. False when the connection was closed.
bool Collector::take_answer(Connection& connection, size_t index) {
    const std::string& received = connection.received;
    const size_t end = received.find("\r\n\r\n");
    if (end == std::string::npos && received.size() <= head_bytes) return true;
    const std::string_view head(received.data(), std::min(end, received.size()));
    constexpr std::string_view version = "HTTP/1.1 ";
    Reply reply;
    const char* digits = head.data() + version.size();
    const bool is_http = head.size() >= version.size() + 3 && head.starts_with(version) &&
                         std::from_chars(digits, digits + 3, reply.status).ec == std::errc();
    if (end == std::string::npos || !is_http) {
        finish(connection, index, {});
        return false;
    }
    size_t size = 0;
    const std::string_view length = header(head, "Content-Length");
    std::from_chars(length.data(), length.data() + length.size(), size);
    if (received.size() < end + 4 + size) return true;
    reply.end = Reply::End::answered;
    reply.location = header(head, "Location");
    const bool closes = http::same_text(header(head, "Connection"), "close");
    finish(connection, index, std::move(reply));
    if (closes) connections_[index].socket.reset();
    return !closes;
}

// Whatever did not end with an answer takes its connection with it.
void Collector::finish(Connection& connection, size_t index, Reply reply) {
    reply.tag = connection.tag;
    reply.took_ms = clock_.monotonic_ms() - connection.since;
    if (reply.end != Reply::End::answered) connection.socket.reset();
    connection.is_busy = false;
    connection.unsent.clear();
    connection.received.clear();
    idle_.push_back(index);
    --under_way_;
    replies_.push_back(std::move(reply));
}

void Collector::expire() {
    const int64_t now = clock_.monotonic_ms();
    if (now - last_expiry_ < expiry_ms) return;
    last_expiry_ = now;
    for (size_t i = 0; i < connections_.size(); ++i) {
        Connection& connection = connections_[i];
        if (connection.is_busy && now - connection.since >= patience_ms) {
            finish(connection, i, {.tag = 0, .end = Reply::End::timed_out, .location = {}});
        }
    }
}

bool Collector::wait(int most_ms, int also, std::vector<Reply>& replies) {
    epoll_event wanted{.events = EPOLLIN, .data = {.u64 = other}};
    epoll_ctl(poll_.number(), EPOLL_CTL_ADD, also, &wanted);  // known already after the first time
    bool is_readable = false;
    std::array<epoll_event, 256> events;
    const int limit = replies_.empty() ? most_ms : 0;
    const int count = epoll_wait(poll_.number(), events.data(), events.size(), limit);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events.at(static_cast<size_t>(i));
        if (event.data.u64 == other) {
            is_readable = true;
            continue;
        }
        const size_t index = event.data.u64;
        Connection& connection = connections_[index];
        if (!connection.socket) continue;
        if ((event.events & EPOLLOUT) != 0 && connection.is_busy && !send(connection)) {
            finish(connection, index, {});
            continue;
        }
        if ((event.events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) receive(connection, index);
    }
    expire();
    for (Reply& reply : replies_) replies.push_back(std::move(reply));
    replies_.clear();
    return is_readable;
}

}  // namespace playhead::app
