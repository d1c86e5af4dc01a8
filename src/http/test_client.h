// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "http/ascii.h"
#include "http/descriptor.h"

namespace playhead::http {

// For tests: a blocking client that sends any bytes and reads answers one by one. It waits up to
// twenty seconds for what must come, so a test fails instead of hanging.
class TestClient {
  public:
    struct Answer {
        int status = 0;  // 0: none came
        std::string head;
        std::string body;

        std::string header(std::string_view name) const {
            for (size_t at = head.find("\r\n") + 2; at < head.size();) {
                const size_t end = head.find("\r\n", at);
                const std::string_view line(head.data() + at, end - at);
                const size_t colon = line.find(": ");
                if (colon == name.size() && same_text(line.substr(0, colon), name)) {
                    return std::string(line.substr(colon + 2));
                }
                at = end + 2;
            }
            return {};
        }
    };

    enum class Body { by_length, none };

    explicit TestClient(const std::string& address) : TestClient(family_of(address)) {
        connect_to(address);
    }

    static TestClient unconnected() { return TestClient(AF_INET); }

    int number() const { return socket_.number(); }

    // Makes the buffer for what is not read small; before connecting.
    void take_little() {
        const int size = 4096;
        setsockopt(socket_.number(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    }

    void connect_to(const std::string& address) {
        EXPECT_TRUE(try_connect_to(address)) << address << ": " << errno;
    }

    bool try_connect_to(const std::string& address) {
        addrinfo hints{};
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        const size_t colon = address.rfind(':');
        std::string host = address.substr(0, colon);
        if (host.front() == '[') host = host.substr(1, host.size() - 2);
        if (getaddrinfo(host.c_str(), address.c_str() + colon + 1, &hints, &found) != 0) {
            return false;
        }
        const int failed = connect(socket_.number(), found->ai_addr, found->ai_addrlen);
        freeaddrinfo(found);
        return failed == 0;
    }

    void send(std::string_view bytes) { try_send(bytes); }

    // False when the server has closed the connection.
    bool try_send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t size = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (size <= 0) return false;
            bytes.remove_prefix(static_cast<size_t>(size));
        }
        return true;
    }

    void finish_sending() { shutdown(socket_.number(), SHUT_WR); }

    void close() { socket_.reset(); }

    // Closes as a client does that crashed: the server sees an error, not an end.
    void reset() {
        const linger at_once{1, 0};
        setsockopt(socket_.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        socket_.reset();
    }

    Answer answer(Body body = Body::by_length) {
        Answer answer;
        size_t end = std::string::npos;
        while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
            if (!receive()) return answer;
        }
        answer.head = pending_.substr(0, end + 2);
        pending_.erase(0, end + 4);
        answer.status = std::stoi(answer.head.substr(9, 3));
        const std::string length = answer.header("Content-Length");
        if (body == Body::none || length.empty()) return answer;
        const size_t size = std::stoul(length);
        while (pending_.size() < size) {
            if (!receive()) return {};
        }
        answer.body = pending_.substr(0, size);
        pending_.erase(0, size);
        return answer;
    }

    // Waits for so many bytes behind what was read; fewer when the end comes.
    std::string bytes(size_t size) {
        while (pending_.size() < size && receive()) continue;
        const std::string first = pending_.substr(0, size);
        pending_.erase(0, size);
        return first;
    }

    // Waits for the end; true when nothing came before it.
    bool is_closed() { return pending_.empty() && !receive() && !timed_out_; }

    // Whether there is neither an end nor anything to read at this moment.
    bool is_open() {
        char byte = 0;
        const ssize_t size = recv(socket_.number(), &byte, 1, MSG_DONTWAIT | MSG_PEEK);
        return pending_.empty() && size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    }

  private:
    explicit TestClient(int family) : socket_(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const timeval wait{20, 0};
        const int on = 1;
        setsockopt(socket_.number(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        setsockopt(socket_.number(), SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
        setsockopt(socket_.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }

    static int family_of(const std::string& address) {
        return address.front() == '[' ? AF_INET6 : AF_INET;
    }

    bool receive() {
        char bytes[16 * 1024];
        const ssize_t size = recv(socket_.number(), bytes, sizeof bytes, 0);
        if (size <= 0) {
            timed_out_ = size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
            EXPECT_FALSE(timed_out_) << "nothing came";
            return false;
        }
        pending_.append(bytes, static_cast<size_t>(size));
        return true;
    }

    Descriptor socket_;
    std::string pending_;
    bool timed_out_ = false;
};

}  // namespace playhead::http
