// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <thread>

#include "base/counters.h"
#include "http/message.h"
#include "session/live_view.h"

namespace playhead::web {

// Answers GET /v1/live (docs/live.md): what is being watched, once as JSON, or with
// `Accept: text/event-stream` as server-sent events, one at once and one each second until the
// client leaves.
//
// Texts are made on a thread of its own, which waits for nothing else. Streams that ask the same
// share each answer. At most `most_streams` are open and `most_waiting` questions wait; one more is
// answered 503. Whoever reads too slowly is left (http::Stream).
class LiveFeed {
  public:
    static constexpr size_t most_streams = 64;
    static constexpr size_t most_waiting = 256;

    struct Sources {
        // Returns at once and calls `done` once, now or later, from any thread; or drops it when it
        // cannot take the question.
        std::function<void(const session::LiveQuestion& question,
                           std::function<void(session::LiveView)> done)>
            ask;

        std::function<int64_t()> monotonic_ms;
    };

    LiveFeed(Sources sources, base::Counters& counters);

    // Ends all streams; questions that still wait are answered 503.
    ~LiveFeed();

    LiveFeed(const LiveFeed&) = delete;
    LiveFeed& operator=(const LiveFeed&) = delete;

    // Of the request `query` is the part behind '?'. Any thread.
    void answer(const http::Request& request, std::string_view query, http::Responder responder);

  private:
    class Worker;

    std::shared_ptr<Worker> worker_;
    std::thread thread_;
};

}  // namespace playhead::web
