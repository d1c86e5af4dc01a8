// SPDX-License-Identifier: Apache-2.0
//
// post_load PORT OPEN CONNECTIONS STARTS PINGS SECONDS [SLICE [FILE]]
//
// An open-loop load on a server of 127.0.0.1. Opens OPEN sessions as fast as they are answered,
// says so in a line, waits for a line on its standard input, then posts STARTS session starts and
// PINGS pings a second for SECONDS, over at most CONNECTIONS connections with one request under way
// on each. Every request has a time at which it should be sent, and its latency counts from then,
// whether or not the server was ready for it. The pings go to the sessions that were opened at
// first, in turn. The last line says in JSON what came back. With a SLICE, which is not 0, there is
// such a line after each of so many seconds, about what came back since the one before, and each
// session that is started takes the place of the one that is pinged longest: viewers come and go.
// FILE gets the ids of the sessions that were opened, a line each.
#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr int64_t beat_ms = 10'000;
constexpr int64_t patience_us = 20'000'000;
constexpr size_t programmes = 500;
constexpr size_t header_room = 256;

[[noreturn]] void fail(const std::string& what) {
    std::cerr << "post_load: " << what << '\n';
    std::exit(1);
}

int64_t now_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

struct Load {
    uint16_t port = 0;
    size_t open = 0;
    size_t connections = 0;
    uint64_t starts = 0;  // a second
    uint64_t pings = 0;   // a second
    int64_t seconds = 0;
    int64_t slice_seconds = 0;  // 0: one for all
};

struct Session {
    std::string id;
    int64_t beats = 0;
};

enum class Kind : uint8_t { start, ping };

struct Task {
    Kind kind = Kind::start;
    int64_t due_us = 0;
};

struct Connection {
    int socket = -1;
    Task task;
    std::string received;
};

struct Count {
    uint64_t wanted_answers = 0;  // 201 or 204
    uint64_t others = 0;
    std::vector<int64_t> latencies_us;
};

std::string request(const std::string& path, const std::string& body) {
    std::string text = "POST " + path + " HTTP/1.1\r\nHost: collect.example.net\r\n";
    text.reserve(text.size() + body.size() + header_room);
    text += "Content-Type: application/json\r\nContent-Length: ";
    text += std::to_string(body.size());
    text += "\r\n\r\n";
    text += body;
    return text;
}

// The value of a header, which the server writes in this spelling; empty when it is not there.
std::string_view header(std::string_view head, std::string_view name) {
    const size_t at = head.find(name);
    if (at == std::string_view::npos) return {};
    const size_t begin = at + name.size();
    return head.substr(begin, head.find("\r\n", begin) - begin);
}

class Posting {
  public:
    explicit Posting(const Load& load)
        : load_(load),
          epoll_(epoll_create1(0)),
          connections_(load.connections),
          epoch_ms_(std::chrono::duration_cast<std::chrono::milliseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count()) {
        for (size_t i = 0; i < connections_.size(); ++i) {
            connect(i);
            idle_.push_back(i);
        }
    }

    // Closed loop: the next start goes out when one was answered.
    void open() {
        sessions_.reserve(load_.open);
        is_opening_ = true;
        size_t sent = 0;
        while (sessions_.size() < load_.open) {
            for (; !idle_.empty() && sent < load_.open; ++sent) send({Kind::start, now_us()});
            wait(1000);
        }
        is_opening_ = false;
        if (starts_.others > 0) fail("a session start was refused");
        starts_ = {};
    }

    void write_ids(const char* path) const {
        std::ofstream file(path);
        for (const Session& session : sessions_) file << session.id << '\n';
        if (!file.flush()) fail("the ids cannot be written");
    }

    void run() {
        const int64_t begin = now_us();
        const int64_t end = begin + load_.seconds * 1'000'000;
        const int64_t slice_us = load_.slice_seconds * 1'000'000;
        int64_t slice_end = slice_us > 0 ? begin + slice_us : INT64_MAX;
        uint64_t starts = 0;
        uint64_t pings = 0;
        const auto due = [begin](uint64_t number, uint64_t rate) {
            return begin + static_cast<int64_t>(number * 1'000'000 / rate);
        };
        // The round behind the end still sends what was due before it.
        for (bool is_over = false; !is_over || is_busy();) {
            const int64_t now = now_us();
            is_over = now >= end;
            if (now > end + patience_us) fail("requests were not answered within 20 s");
            if (now >= slice_end) {
                print();
                slice_end += slice_us;
            }
            const int64_t until = std::min(now, end - 1);
            for (; load_.starts > 0 && due(starts, load_.starts) <= until; ++starts) {
                tasks_.push_back({Kind::start, due(starts, load_.starts)});
            }
            for (; load_.pings > 0 && due(pings, load_.pings) <= until; ++pings) {
                tasks_.push_back({Kind::ping, due(pings, load_.pings)});
            }
            most_waiting_ = std::max(most_waiting_, tasks_.size());
            while (!tasks_.empty() && !idle_.empty()) {
                send(tasks_.front());
                tasks_.pop_front();
            }
            wait(1);
        }
    }

    // What came back since the last time.
    void print() {
        std::cout << "{\"most_waiting\":" << most_waiting_ << ",\"starts\":" << text(starts_)
                  << ",\"pings\":" << text(pings_) << "}" << std::endl;
        most_waiting_ = 0;
        starts_ = {};
        pings_ = {};
    }

  private:
    bool is_busy() const { return !tasks_.empty() || idle_.size() < connections_.size(); }

    static std::string text(Count& count) {
        auto& all = count.latencies_us;
        std::ranges::sort(all);
        const auto at = [&all](double share) {
            if (all.empty()) return std::string("0");
            const auto index = static_cast<size_t>(share * static_cast<double>(all.size() - 1));
            return std::to_string(all[index]);
        };
        return "{\"answered\":" + std::to_string(count.wanted_answers) +
               ",\"others\":" + std::to_string(count.others) + ",\"p50_us\":" + at(0.5) +
               ",\"p99_us\":" + at(0.99) + ",\"max_us\":" + at(1.0) + "}";
    }

    void connect(size_t index) {
        const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(load_.port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            fail(std::string("cannot connect: ") + std::strerror(errno));
        }
        const int yes = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = index;
        epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
        connections_[index].socket = socket;
    }

    std::string start_body() {
        const std::string number = std::to_string(opened_++);
        return R"({"playerTime":{"playhead":0,"ts":)" + std::to_string(epoch_ms_) +
               R"(},"eventType":"sessionStart","params":{"media.id":"asset-)" +
               std::to_string(opened_ % programmes) +
               R"(","media.name":"An episode of something","media.length":86400,)"
               R"("media.contentType":"vod","media.playerName":"sample-player",)"
               R"("media.channel":"channel","media.show":"Something",)"
               R"("analytics.trackingServer":"collect.example.net",)"
               R"("analytics.reportSuite":"bench","visitor.marketingCloudOrgId":"bench@example",)"
               R"("visitor.marketingCloudUserId":"4610584972)" +
               number + R"("}})";
    }

    std::string ping_of(Session& session) const {
        ++session.beats;
        const int64_t passed = session.beats * beat_ms;
        return request("/api/v1/sessions/" + session.id + "/events",
                       R"({"playerTime":{"playhead":)" + std::to_string(passed / 1000) +
                           R"(,"ts":)" + std::to_string(epoch_ms_ + passed) +
                           R"(},"eventType":"ping","params":{},"qoeData":{"media.qoe.bitrate":)"
                           R"(5000000}})");
    }

    void send(const Task& task) {
        Connection& connection = connections_[idle_.front()];
        idle_.pop_front();
        connection.task = task;
        std::string text;
        if (task.kind == Kind::start) {
            text = request("/api/v1/sessions", start_body());
        } else {
            text = ping_of(sessions_[next_session_++ % sessions_.size()]);
        }
        const ssize_t sent = ::send(connection.socket, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(text.size())) fail("a request could not be sent");
    }

    void wait(int most_ms) {
        std::array<epoll_event, 256> events;
        const int count =
            epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), most_ms);
        for (int i = 0; i < count; ++i) receive(events[static_cast<size_t>(i)].data.u64);
    }

    void receive(size_t index) {
        Connection& connection = connections_[index];
        std::array<char, 4096> bytes;
        const ssize_t size = recv(connection.socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (size <= 0) fail("the server closed a connection");
        connection.received.append(bytes.data(), static_cast<size_t>(size));
        const size_t head = connection.received.find("\r\n\r\n");
        if (head == std::string::npos) return;
        const std::string_view text = std::string_view(connection.received).substr(0, head + 2);
        const std::string_view length = header(text, "Content-Length: ");
        size_t body = 0;
        std::from_chars(length.data(), length.data() + length.size(), body);
        if (connection.received.size() < head + 4 + body) return;
        take(connection, text);
        connection.received.clear();
        idle_.push_back(index);
    }

    void take(const Connection& connection, std::string_view head) {
        const bool is_start = connection.task.kind == Kind::start;
        Count& count = is_start ? starts_ : pings_;
        count.latencies_us.push_back(now_us() - connection.task.due_us);
        const std::string_view status = head.substr(std::string_view("HTTP/1.1 ").size(), 3);
        if (status != (is_start ? "201" : "204")) {
            ++count.others;
            return;
        }
        ++count.wanted_answers;
        if (!is_start || (!is_opening_ && load_.slice_seconds == 0)) return;
        const std::string_view location = header(head, "Location: ");
        Session session{.id = std::string(location.substr(location.rfind('/') + 1))};
        if (is_opening_) {
            sessions_.push_back(std::move(session));
        } else if (!sessions_.empty()) {
            sessions_[oldest_session_++ % sessions_.size()] = std::move(session);
        }
    }

    const Load load_;
    const int epoll_;
    std::vector<Connection> connections_;
    std::deque<size_t> idle_;  // who waited longest first: the server closes what is never used
    std::deque<Task> tasks_;
    size_t most_waiting_ = 0;
    std::vector<Session> sessions_;
    size_t next_session_ = 0;
    size_t oldest_session_ = 0;
    uint64_t opened_ = 0;
    const int64_t epoch_ms_;
    bool is_opening_ = false;
    Count starts_;
    Count pings_;
};

Load load_from(int count, char** words) {
    const auto number = [](const char* word) { return std::strtoull(word, nullptr, 10); };
    return {.port = static_cast<uint16_t>(number(words[1])),
            .open = number(words[2]),
            .connections = number(words[3]),
            .starts = number(words[4]),
            .pings = number(words[5]),
            .seconds = static_cast<int64_t>(number(words[6])),
            .slice_seconds = count > 7 ? static_cast<int64_t>(number(words[7])) : 0};
}

}  // namespace

int main(int count, char** words) {
    constexpr int wanted = 7;
    if (count < wanted) fail("PORT OPEN CONNECTIONS STARTS PINGS SECONDS are wanted");
    const Load load = load_from(count, words);
    if (load.connections == 0) fail("CONNECTIONS must not be 0");
    if (load.pings > 0 && load.open == 0) fail("pings need sessions that are OPEN");
    Posting posting(load);
    posting.open();
    if (count > wanted + 1) posting.write_ids(words[wanted + 1]);
    std::cout << "open\n" << std::flush;
    std::string line;
    std::getline(std::cin, line);
    posting.run();
    posting.print();
    return 0;
}
