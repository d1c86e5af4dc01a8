// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "http/message.h"
#include "http/refusal.h"

namespace playhead::http {

// How large one request may be. At a limit the request is still good, above it it is refused.
struct Limits {
    size_t header_bytes = 16 * 1024;  // request line and headers: 431 (414 in the target)
    size_t headers = 100;             // lines: 431
    size_t target_bytes = 4096;       // 414
    size_t body_bytes = size_t{16} * 1024 * 1024;  // joined: 413, before the body is read
};

// Bytes to requests: HTTP/1.0 and HTTP/1.1 (RFC 9112), grammar by llhttp in its strict mode, and
// stricter than it where two readers of the same bytes could disagree about where a request ends.
// What most clients send is read without it (usual_head.h), with the same result.
//
// No I/O. The bytes stay with the caller, who passes all of a message that are there, beginning
// with its first; the parser looks at each once, at those of a head up to twice. However the bytes
// are cut, the requests and refusals are the same. Memory is taken once, at construction (about 50
// bytes for each of Limits::headers).
//
// An object serves one connection at a time and is not thread-safe; it may be moved between calls.
class Parser {
  public:
    enum class Outcome : uint8_t { incomplete, complete, refused };

    explicit Parser(const Limits& limits);
    ~Parser();
    Parser(Parser&& other) noexcept;
    Parser& operator=(Parser&& other) noexcept;

    // `bytes` is what there is of the message; body_padding bytes behind it are readable. The first
    // kept() bytes are those of the last call (they may have moved), what follows is new. Chunked
    // bodies are joined in place, so bytes may change.
    //   incomplete: keep the first kept() bytes, add more behind them, call again
    //   complete:   request() is valid until the next call or until the bytes move; the next
    //   message
    //               begins at size(); call next() before it
    //   refused:    refusal() says why; the connection can only be closed
    Outcome parse(std::span<char> bytes);

    const Request& request() const;
    Refusal refusal() const;
    size_t kept() const;
    size_t size() const;

    // Of the complete request: whether the client expects the connection to stay open.
    bool keep_alive() const;

    // Whether a message has begun, that is, anything but empty lines has come.
    bool begun() const;

    // Of an incomplete message: the head is complete and good, and the client waits for
    // "100 Continue" before it sends the body.
    bool wants_continue() const;

    // Of an incomplete message: how much is missing for certain, 0 when that is not known.
    size_t missing() const;

    // Forgets the message; ready for the next.
    void next();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace playhead::http
