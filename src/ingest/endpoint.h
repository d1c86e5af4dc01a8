// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/counters.h"
#include "event/event.h"
#include "event/session_id.h"
#include "http/message.h"
#include "ingest/decoder.h"
#include "ingest/profile.h"
#include "ingest/rejection.h"
#include "ingest/route.h"
#include "ingest/submission.h"

namespace playhead::ingest {

// What the endpoints count; shared by all of them. received = handed_over + the sum of rejected,
// except for unknown_path, wrong_method and unknown_schema: such requests carry no data.
struct EndpointCounters {
    explicit EndpointCounters(base::Counters& counters);

    base::Counter& rejected(Rejection rejection) {
        return *by_rejection[static_cast<size_t>(rejection)];
    }

    base::Counter& received;     // requests with data: events, session starts, batches
    base::Counter& handed_over;  // valid, on their way to the journal
    std::array<base::Counter*, rejection_count> by_rejection{};
};

// Now, by both clocks of base::Clock.
struct Moment {
    int64_t wall_ms = 0;
    int64_t monotonic_ms = 0;
};

struct EndpointOptions {
    Profile profile = Profile::standard;
    std::string path_prefix;                 // see route()
    std::vector<std::string> report_suites;  // those that are taken; empty: all
    uint16_t shard = 0;                      // of new session ids
    // For new session ids. From the system unless given; a simulation gives its own.
    std::function<uint64_t()> random = {};
};

// The collection address of the Media Collection API (protocol sections 2 to 7): finds the route,
// judges the body, and hands what is valid to the journal's thread, which answers it. Everything
// that one request alone decides is answered here: 400, 404 for a path or a sid that is none, 405,
// 413, 415, schemas and preflights. One per loop thread, like any http::Handler; it never blocks.
//
// Bounds: see turn_submissions. A body of more than event::event_bytes, or of more than
// event::batch_bytes for a batch, gets 413.
class Endpoint final : public http::Handler {
  public:
    // Called at most once for each turn of the loop.
    using Now = std::function<Moment()>;

    // Takes a turn on, or gives false when there is no room; then the turn is untouched, and every
    // request in it is answered 503.
    using HandOver = std::function<bool(Turn&&)>;

    // `key` and `counters` outlive the endpoint.
    Endpoint(EndpointOptions options, const event::SessionIdKey& key, EndpointCounters& counters,
             Now now, HandOver hand_over);

    void handle(const http::Request& request, http::Responder responder) noexcept override;
    void turn_ended() noexcept override;

  private:
    // What a valid body means for the journal.
    struct Judged {
        event::Record::Kind kind{};
        event::SessionId session;
        event::EventType type{};
        int64_t ts = 0;
        int64_t playhead_ms = 0;
    };

    void collect(const http::Request& request, const Route& route, http::Responder responder);
    std::optional<Rejection> judge(const http::Request& request, const Route& route,
                                   Judged& judged);
    std::optional<Rejection> judge_event(std::string_view body, std::string_view sid,
                                         Judged& judged);
    std::optional<Rejection> judge_start(std::string_view body, Judged& judged);
    std::optional<Rejection> judge_batch(std::string_view body, Route::Kind route, Judged& judged);
    std::optional<Rejection> judge_suite(const event::Event& event, std::string_view where);

    void send_schema(const http::Request& request, const Route& route, http::Responder responder);
    void refuse(Rejection rejection, http::Responder responder);
    void gather(Judged judged, std::string_view body, http::Responder responder);
    void hand_over_turn();
    const Moment& moment();
    uint64_t random();

    const EndpointOptions options_;
    const event::SessionIdKey& key_;
    EndpointCounters& counters_;
    const Now now_;
    const HandOver hand_over_;

    Decoder decoder_;
    event::Event event_;
    Problems problems_;
    Turn turn_;
    std::optional<Moment> moment_;
    std::array<uint64_t, 512> random_{};  // fetched 4 KiB at a time
    size_t random_used_ = random_.size();
};

}  // namespace playhead::ingest
