// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace playhead::http {

enum class Method : uint8_t { get, head, post, put, options, del, patch, other };

std::string_view name_of(Method method);

struct Header {
    std::string_view name;
    std::string_view value;
};

// One complete request. All views point into the connection's buffer and are valid only during
// Handler::handle; who needs more copies it. `body` is followed by at least `body_padding` readable
// bytes (of any value), as simdjson wants.
struct Request {
    Method method{};
    std::string_view method_name;  // as sent
    // As sent: path and query, for example "/a//b?c". Of "http://host/path" only "/path".
    std::string_view target;
    std::span<const Header> headers;
    std::string_view body;  // chunked bodies are already joined

    // The value of the first header of this name (compared without regard to case), or an empty
    // view.
    std::string_view header(std::string_view name) const;
};

constexpr size_t body_padding = 64;

// An answer. Status line, `Content-Length` (left out for 204 and 304; for HEAD the length that GET
// would have) and, where needed, `Connection` and `Date` are the server's; everything else is
// the handler's.
//
// `fixed_headers` and `headers` are complete lines, each ended by "\r\n"; both are sent, the fixed
// ones first. `fixed_headers` must point to memory that outlives the server (a constant), so that
// common answers need no copy.
struct Response {
    int status = 500;
    std::string_view fixed_headers;
    std::string headers;
    std::string body;
};

// Where answers go: the loop that has the connections, or a simulation that plays the clients. All
// functions are safe from any thread. An answer to a connection that is gone is dropped.
class Answerer {
  public:
    struct Answer {
        uint64_t connection = 0;
        uint64_t request = 0;
        Response response;
        bool abandoned = false;  // its Responder was destroyed unused
    };

    virtual ~Answerer() = default;

    virtual void answer(uint64_t connection, uint64_t request, Response&& response) = 0;

    // A Responder was destroyed unused: answers 500 and counts a bug.
    virtual void abandon(uint64_t connection, uint64_t request) = 0;

    // Many answers with one wake-up. `answers` is empty afterwards.
    virtual void answer_all(std::vector<Answer>& answers) = 0;
};

// The duty to answer one request: moved, used once, from any thread. Answers of one connection
// leave in the order of their requests, whatever the order of send(). A client that has gone is no
// error: the answer is dropped. A Responder that is destroyed unused answers 500 and counts a bug.
// Must not outlive the Server.
class Responder {
  public:
    Responder() = default;  // empty: nothing to answer
    Responder(std::shared_ptr<Answerer> answerer, uint64_t connection, uint64_t request);
    Responder(Responder&& other) noexcept;
    Responder& operator=(Responder&& other) noexcept;
    Responder(const Responder&) = delete;
    Responder& operator=(const Responder&) = delete;
    ~Responder();

    void send(Response response);

    explicit operator bool() const { return answerer_ != nullptr; }

  private:
    friend class Answers;

    std::shared_ptr<Answerer> answerer_;
    uint64_t connection_ = 0;
    uint64_t request_ = 0;
};

// Seam: what a server does with requests. Each loop thread has its own Handler, so that an
// implementation needs no lock for its own state. Never blocks: whatever takes time is handed on
// together with the Responder.
class Handler {
  public:
    virtual ~Handler() = default;

    virtual void handle(const Request& request, Responder responder) noexcept = 0;

    // All requests that one turn of the loop found have been handled: the moment to hand over
    // together what was gathered.
    virtual void turn_ended() noexcept {}
};

}  // namespace playhead::http
