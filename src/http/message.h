// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
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

// What both ends of a Stream know of each other.
struct StreamState {
    std::atomic<bool> open{true};      // the client still takes something
    std::atomic<size_t> under_way{0};  // bytes given to send() that its loop has not taken
    static constexpr size_t most_under_way = size_t{1} << 20;
};

// True until the client of a request has closed its side of the connection or lost it.
using Presence = std::shared_ptr<const std::atomic<bool>>;

// Where answers go: the loop that has the connections, or a simulation that plays the clients. All
// functions are safe from any thread. An answer to a connection that is gone is dropped.
class Answerer {
  public:
    // Whole, or a part of an answer that goes on: its head and first bytes, further bytes (of the
    // body of `response`), its end.
    enum class Part : uint8_t { whole, begin, more, end };

    struct Answer {
        uint64_t connection = 0;
        uint64_t request = 0;
        Response response;
        bool abandoned = false;  // its Responder was destroyed unused
        Part part = Part::whole;
        std::shared_ptr<StreamState> stream = {};  // of a part
    };

    virtual ~Answerer() = default;

    virtual void answer(uint64_t connection, uint64_t request, Response&& response) = 0;

    // A Responder was destroyed unused: answers 500 and counts a bug.
    virtual void abandon(uint64_t connection, uint64_t request) = 0;

    // Many answers with one wake-up. `answers` is empty afterwards.
    virtual void answer_all(std::vector<Answer>& answers) = 0;

    // For the thread that handles a request of this connection, while it does. Who does not know
    // when a client leaves leaves it as it is: all are there for ever.
    virtual Presence presence(uint64_t connection);

    // Not Part::whole. Who has no streams leaves it as it is: they are closed from the beginning.
    virtual void answer_part(Answer&& part) { part.stream->open = false; }
};

// An answer that goes on until one side ends it: made by Responder::begin, moved, used by one
// thread at a time. Destroyed, it ends the answer, and the connection closes when all is sent. Must
// not outlive the Server.
class Stream {
  public:
    Stream() = default;  // empty
    Stream(std::shared_ptr<Answerer> answerer, uint64_t connection, uint64_t request,
           std::shared_ptr<StreamState> state);
    Stream(Stream&& other) noexcept = default;
    Stream& operator=(Stream&& other) noexcept;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream();

    // Gives the client more. False when these bytes and all later ones are dropped: the client has
    // left, it reads too slowly (Options::unsent_bytes, unsent_ms), or the server stops.
    bool send(std::string bytes);

    // As send() would say now. Must not be empty.
    bool is_open() const { return state_->open; }

  private:
    void pass(Answerer::Part part, std::string bytes);

    std::shared_ptr<Answerer> answerer_;
    uint64_t connection_ = 0;
    uint64_t request_ = 0;
    std::shared_ptr<StreamState> state_;
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

    // Answers with a head and a body that goes on; not to HEAD. It has no Content-Length and ends
    // with the connection, so no later request of this connection is answered; a client that closes
    // its side has left.
    Stream begin(Response head);

    // For a handler that hands on what is long to answer: who answers it can see whether somebody
    // still waits. Within Handler::handle only. Must not be empty.
    Presence presence() const { return answerer_->presence(connection_); }

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
