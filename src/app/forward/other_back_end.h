// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace playhead::app {

// The back end that bodies are copied to: posts them over kept connections, each with one request
// at a time, and tells what came back. The only place that knows libcurl. One thread.
//
// HTTP/1.1, with TLS 1.2 or later when the address says https; the certificate must be that of the
// host. Follows no redirect and uses no proxy, whatever the environment says. A request on a kept
// connection that turns out to be closed, without a byte of an answer, goes out once more on a new
// one, as it does in browsers.
class OtherBackEnd {
  public:
    static constexpr size_t connections_max = 1'024;
    static constexpr size_t location_bytes_max = 1'024;  // a longer header is as none

    struct Options {
        std::string url = {};  // ForwardUrl::base
        std::string authorities =
            {};                   // PEM file of who may sign its certificate; empty: the system's
        size_t connections = 16;  // 1 to connections_max
        int64_t connect_ms = 5'000;
        int64_t answer_ms = 10'000;  // from the beginning of the request to the end of the answer
    };

    struct Answer {
        // Not reached: the request was certainly not sent. Lost: nobody knows whether it was taken.
        enum class End : uint8_t { answered, not_reached, lost };

        uint64_t tag = 0;
        End end = End::lost;
        int status = 0;
        std::string location;  // header of the answer
        std::string reason;    // a sentence, when it was not answered
        int64_t took_us = 0;
    };

    // Connects to nobody yet. Error `invalid` when the file of authorities cannot be read.
    static base::Result<std::unique_ptr<OtherBackEnd>> open(const Options& options);

    OtherBackEnd(const OtherBackEnd&) = delete;
    OtherBackEnd& operator=(const OtherBackEnd&) = delete;

    // What is under way is given up.
    ~OtherBackEnd();

    // Whether post() can take another request.
    bool has_room() const { return under_way() < options_.connections; }

    size_t under_way() const;

    // Sends a JSON body to a path behind the address. The answer with this tag comes from wait().
    // `body` must stay where it is until then.
    void post(uint64_t tag, std::string_view path, std::string_view body);

    // Waits for something to happen, at most this long, and adds the answers.
    void wait(int64_t most_ms, std::vector<Answer>& answers);

  private:
    struct Transfer;
    struct State;

    OtherBackEnd(const Options& options, std::unique_ptr<State> state);

    std::unique_ptr<Transfer> make_transfer() const;
    void take_answers(std::vector<Answer>& answers);

    const Options options_;
    const std::unique_ptr<State> state_;
};

}  // namespace playhead::app
