// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "http/response.h"

namespace playhead::http {

// What the outputs of a loop's connections share: buffers that are in no use, and the answers that
// are the same for all. Outlives them. Not thread-safe.
class OutputPool {
  public:
    // The bytes of an answer that has nothing of its own, on a connection that stays open. They
    // stay where they are as long as the pool. Empty for any other answer, and for a new one
    // when most_common are known.
    std::string_view common_bytes(const Response& response, Framing framing);

    // `buffer` must be empty; it has room for an ordinary answer then.
    void lend(std::string& buffer);

    // Leaves `buffer` empty and without memory. It is lent again, unless it has grown beyond
    // small_bytes or most_spares wait already.
    void take_back(std::string& buffer);

    static constexpr size_t most_common = 16;
    static constexpr size_t most_spares = 256;

  private:
    struct Common {
        int status = 0;
        std::string_view fixed_headers;
        std::string bytes;  // too long to lie in the string itself, so it stays when that moves
    };

    std::vector<Common> common_;
    std::vector<std::string> spares_;
};

// The bytes that a connection still has to send. It has memory only while there are some, and none
// of its own for a common answer that waits alone, which is what most have.
class Output {
  public:
    explicit Output(OutputPool& pool) : pool_(pool) {}

    ~Output() { clear(); }

    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    void add(const Response& response, Framing framing);
    void add(std::string_view bytes);

    // Valid until the next call that is not const.
    std::string_view unsent() const {
        return common_.empty() ? std::string_view(own_).substr(sent_) : common_;
    }

    size_t size() const { return unsent().size(); }

    bool empty() const { return size() == 0; }

    // So many of the unsent bytes are sent.
    void sent(size_t bytes);

    // Nothing is to be sent any more.
    void clear();

    // The memory that it has.
    size_t capacity() const { return has_buffer() ? own_.capacity() : 0; }

  private:
    // Below this a string has no buffer of the pool.
    static constexpr size_t least_buffer = 64;

    bool has_buffer() const { return own_.capacity() >= least_buffer; }

    std::string& own();

    OutputPool& pool_;
    std::string_view common_;  // what is unsent of a common answer; nothing else is unsent then
    std::string own_;          // the first `sent_` bytes are sent
    size_t sent_ = 0;
};

}  // namespace playhead::http
