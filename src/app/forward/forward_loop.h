// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "app/forward/forward_queue.h"
#include "app/forward/other_back_end.h"
#include "app/uptime.h"
#include "base/clock.h"
#include "base/counters.h"
#include "base/histogram.h"
#include "journal/journal.h"

namespace playhead::app {

// Copies every accepted body to the other back end: one thread's whole life. Reads the journal
// behind the commit, as the fold does, so that accepting knows nothing of it (docs/adr/0025).
//
// What certainly was not taken there (no connection, 429, 503) is sent again; all else once. While
// the other side is away, one request at a time asks whether it is back, at most every
// `away_at_most_ms`.
//
// It is never more than `lag_ms` behind: when it would be, everything that waits and all that the
// journal holds by then is skipped. What is not forwarded is counted, with the reason.
class ForwardLoop {
  public:
    static constexpr int64_t away_at_least_ms = 500;
    static constexpr int64_t away_at_most_ms = 30'000;
    // So many failures in a row, and the other side is away.
    static constexpr int failures_until_away = 3;

    // Why a request is not forwarded.
    enum class Skip : uint8_t {
        behind,         // more than lag_ms old
        before_start,   // its session began before forwarding did
        session_lost,   // its session has no name there: its start failed, or it fell out
        leads_here,     // the other back end turned out to be this server
        process_ended,  // the server was stopped before
        count,
    };

    struct Parts {
        journal::Reader& journal;  // stands where forwarding begins
        OtherBackEnd& there;
        const base::Clock& clock;
        base::Counters& counters;
        // Where the journal begins by now; any thread.
        std::function<uint64_t()> journal_begin;
        // Whether this server made that id.
        std::function<bool(const event::SessionId&)> is_made_here;
        int64_t lag_ms = 300'000;
        ForwardQueue::Limits limits = {};
    };

    // `uptime`: as of the records that will be written.
    ForwardLoop(const Parts& parts, Uptime uptime);

    // One bounded round. Waits at most so long when there is nothing to do.
    void step(int64_t most_ms);

    // Whether all that the journal holds is answered or skipped.
    bool is_done() const;

    // Skips what is left.
    void end();

    // Why nothing is forwarded at this time, as a sentence; empty when it is. Any thread.
    std::string reason() const;

  private:
    using Answer = OtherBackEnd::Answer;

    void read_journal();
    void take(const journal::Reader::Record& stored);
    void go_on_behind(const base::Error& error);
    void skip(Skip why, uint64_t requests = 1);
    void skip_what_is_late();
    void send();
    void take(const Answer& answer);
    void count(const Answer& answer);
    void take_start(const Answer& answer);
    void fail(const Answer& answer);
    void succeed();
    void set_reason(std::string reason);
    void note();
    int64_t wait_ms(int64_t most_ms) const;

    Parts parts_;
    Uptime uptime_;
    const int64_t started_at_;  // wall clock
    ForwardQueue queue_;
    std::vector<Answer> answers_;
    uint64_t position_;
    int64_t now_ms_ = 0;      // uptime
    bool is_at_end_ = false;  // of the journal
    bool is_skipping_ = false;
    bool was_skipping_ = false;  // and nothing was taken there since
    bool cannot_read_ = false;
    bool leads_here_ = false;
    bool missed_a_name_ = false;
    uint64_t skipped_then_ = 0;  // when the skipping began
    int failures_ = 0;           // in a row
    bool is_away_ = false;
    bool is_asking_ = false;    // whether it is back: one request is under way
    int64_t away_ms_ = 0;       // between two attempts
    int64_t next_attempt_ = 0;  // monotonic
    mutable std::mutex mutex_;
    std::string reason_;  // under mutex_

    std::array<base::Counter*, 5> answered_{};  // 2xx to 5xx, none
    std::array<base::Counter*, static_cast<size_t>(Skip::count)> skipped_{};
    base::Counter& repeated_;
    base::Counter& unread_bytes_;
    base::Counter& fallen_out_;
    base::Histogram& answer_time_;
    std::atomic<int64_t> lag_ms_{0};
    std::atomic<size_t> sessions_{0};
    std::atomic<bool> is_reachable_{true};
};

}  // namespace playhead::app
