// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "http/parser.h"

namespace playhead::http {

// Received bytes that are not handled yet, and the parser that has looked at the first of them.
// Behind the bytes there are always body_padding more that may be read.
//
// A loop has one for all connections that have nothing left over between two turns, which is the
// common case; a connection has its own only while a request is half received.
class Intake {
  public:
    Intake(const Limits& limits, size_t capacity);

    Parser& parser() { return parser_; }

    const Parser& parser() const { return parser_; }

    std::span<char> bytes() { return {bytes_.get() + begin_, end_ - begin_}; }

    bool empty() const { return begin_ == end_; }

    size_t size() const { return end_ - begin_; }

    size_t capacity() const { return capacity_; }

    // Where to receive to. When little is free, the buffer grows: to twice its size, but not beyond
    // what the message is known to need if that is known.
    std::span<char> room();

    // So many bytes were received into room().
    void received(size_t size) { end_ += size; }

    // The message of so many bytes is handled; the next one begins.
    void handled(size_t size);

    // Only the first `size` bytes are still wanted.
    void keep(size_t size) { end_ = begin_ + size; }

    // Takes over the bytes and the state of the parser of `other`, which is then empty.
    void take(Intake& other);

    // Forgets everything; as new but for the size of the buffer.
    void clear();

  private:
    void move_to(size_t capacity);

    Parser parser_;
    std::unique_ptr<char[]> bytes_;
    size_t capacity_ = 0;
    size_t begin_ = 0;
    size_t end_ = 0;
};

}  // namespace playhead::http
