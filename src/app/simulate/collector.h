// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <netdb.h>

#include "base/clock.h"
#include "base/error.h"
#include "http/descriptor.h"

namespace playhead::app {

// The other end of the simulated players: posts bodies to one server over kept connections, each
// with one request at a time, and tells what came back. As the real SDKs it gives up after five
// seconds and never repeats a request. One thread.
class Collector {
  public:
    static constexpr int64_t patience_ms = 5'000;
    static constexpr size_t most_connections = 1'024;

    struct Reply {
        enum class End : uint8_t { answered, timed_out, failed };

        uint64_t tag = 0;
        End end = End::failed;
        int status = 0;
        std::string location;  // header of the answer
        int64_t took_ms = 0;
    };

    // `url` is http://HOST[:PORT][/PREFIX]; the host is looked up once, here. `clock` outlives it.
    static base::Result<std::unique_ptr<Collector>> make(const std::string& url,
                                                         const base::Clock& clock);

    // Whether post() can take another request.
    bool has_room() const { return under_way_ < connection_limit_; }

    size_t under_way() const { return under_way_; }

    // Sends a body to a path behind the prefix. The reply with this tag comes from wait().
    void post(uint64_t tag, std::string_view path, std::string_view body);

    // Waits for something to happen, at most this long, and adds the replies. True when `also`, a
    // descriptor, can be read.
    bool wait(int most_ms, int also, std::vector<Reply>& replies);

  private:
    struct Connection {
        http::Descriptor socket;
        bool is_busy = false;
        uint64_t tag = 0;
        int64_t since = 0;  // monotonic ms
        std::string unsent;
        std::string received;
    };

    explicit Collector(const base::Clock& clock) : clock_(clock) {}

    bool open(Connection& connection, size_t index);
    static bool send(Connection& connection);
    void receive(Connection& connection, size_t index);
    bool take_answer(Connection& connection, size_t index);
    void finish(Connection& connection, size_t index, Reply reply);
    void expire();

    const base::Clock& clock_;
    std::unique_ptr<addrinfo, void (*)(addrinfo*)> address_{nullptr, freeaddrinfo};
    std::string host_;
    std::string prefix_;
    size_t connection_limit_ = 0;
    http::Descriptor poll_;
    std::vector<Connection> connections_;
    std::vector<size_t> idle_;  // the last used one is at the end
    size_t under_way_ = 0;
    int64_t last_expiry_ = 0;
    std::vector<Reply> replies_;
};

}  // namespace playhead::app
