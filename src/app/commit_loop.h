// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/quarantine.h"
#include "app/refusals.h"
#include "app/uptime.h"
#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/counters.h"
#include "base/error.h"
#include "base/signal.h"
#include "base/stopwatch.h"
#include "http/answers.h"
#include "http/message.h"
#include "ingest/submission.h"
#include "journal/journal.h"
#include "session/admission.h"

namespace playhead::app {

// Accepting, second half: one thread's whole life. Takes every turn that waits, asks admission
// about each submission in order, appends what is accepted, syncs once, and only then answers.
// While one sync runs, and for a while after one that many waited for (pause()), the next turns
// gather in the queue: that is the group commit (ADR 0027).
//
// When nothing was written for a second and sessions are open, a tick goes into the journal, so
// that the fold closes silent sessions at the same record in every replay.
//
// What was refused is written into the journal too, once a second and in the end, so that the
// ledger outlives the process.
//
// Without room on the disk, new submissions are answered 503 at once and everything else goes on;
// what was taken already waits until it is durable, and is answered then. A tick tries each second
// whether there is room again.
//
// The server's own records (an erasure) go in between the turns, in order with them.
//
// Bounds: what waits, and once more as much while it is worked on (the limit of the queue).
class CommitLoop {
  public:
    // Limited by memory and not by turns: while one sync is slow, a turn may hold one request only,
    // and each turn that is refused is lost data.
    using Queue = base::BoundedQueue<ingest::Turn, ingest::TurnBytes>;

    struct Parts {
        journal::Writer& journal;
        session::Admission& admission;
        Queue& turns;
        base::Signal& committed;  // raised after each commit
        const base::Clock& clock;
        base::Counters& counters;
        // What was refused before it came here: totals of this process, from any thread. Empty:
        // nothing ever is.
        std::function<Refusals()> refused_before = {};
        // Gets each event that is refused for its session; must not wait. Empty: none are kept.
        std::function<void(RefusedEvent)> quarantine = {};
    };

    CommitLoop(const Parts& parts, Uptime uptime);

    // A record of the server itself.
    struct OwnRecord {
        event::Record::Kind kind{};
        std::string body;
        // What was before it will be rewritten, and its sessions do not exist from here on.
        bool seals = false;
        std::function<bool(const event::SessionId&)> is_erased = {};
        // Called once on this loop's thread, when it is durable or cannot be: with its offset.
        std::function<void(base::Result<uint64_t>)> done;
    };

    // Own records that may wait.
    static constexpr size_t own_waiting = 64;

    // False when too many wait or the process ends; it is then untouched. Any thread.
    bool put(OwnRecord&& record);

    // One bounded round; waits up to a second for something to do. False when the queue is closed
    // and empty. An error is final: what is on disk is unknown, and the process must end.
    base::Result<bool> step();

    // What comes between one step and the next. Nothing but the cost of a commit and the time of an
    // answer depends on it.
    struct Pause {
        // How long requests should gather; what is left of longest_rest then may pass while the
        // server's loops are handing over more.
        std::chrono::microseconds rest{0};
        // How long the loops may let requests gather before they read them.
        std::chrono::microseconds gathering{0};
    };

    // With so many open connections. The loop's thread.
    Pause pause(size_t connections) const { return pause_after(last_commit_, connections); }

    struct Commit {
        size_t requests = 0;
        std::chrono::microseconds took{0};
        std::chrono::microseconds after_last{0};  // from the end of the one before to its end
    };

    // From so many requests in one commit on, the next one is worth a rest.
    static constexpr size_t many_requests = 5;
    // A crowd is so many within longest_rest, and less than a quarter of the connections: most of
    // them can still ask.
    static constexpr int64_t crowd = 64;
    static constexpr std::chrono::microseconds shortest_rest{250};
    static constexpr std::chrono::microseconds longest_rest{1000};

    // The longest in a crowd, else as long as the commit took, within these two. In a crowd the
    // loops gather as well, for as long as the shortest.
    static constexpr Pause pause_after(const Commit& commit, size_t connections) {
        if (commit.requests < many_requests) return {};
        const int64_t within_longest = static_cast<int64_t>(commit.requests) *
                                       longest_rest.count() /
                                       std::max<int64_t>(1, commit.after_last.count());
        const bool is_crowd =
            within_longest >= crowd && within_longest < static_cast<int64_t>(connections / 4);
        if (is_crowd) return {.rest = longest_rest, .gathering = shortest_rest};
        return {.rest = std::clamp(commit.took, shortest_rest, longest_rest)};
    }

    // Requests that this process has made durable. Any thread.
    uint64_t accepted() const { return accepted_.value(); }

    // All requests with data that this process has refused, here or before. Any thread.
    Refusals refused() const;

    // Whether the journal took what it was given last. Any thread.
    bool has_room() const { return has_room_; }

  private:
    base::Result<void> commit();
    base::Result<void> finish();
    void record_refusals(int64_t uptime_ms);
    void note_room();
    void measure(int64_t commit_us);
    void take_own_records(int64_t uptime_ms);
    base::Result<uint64_t> append(const OwnRecord& own, int64_t uptime_ms);
    void refuse(ingest::Submission& submission);
    void take(ingest::Turn& turn);
    void take(ingest::Submission& submission, std::string_view body);
    bool is_admitted(ingest::Submission& submission, std::string_view body, int64_t uptime_ms);
    void reject(ingest::Submission& submission, std::string_view body, ingest::Rejection reason);
    void note_arrival(const ingest::Submission& submission, int64_t uptime_ms);
    bool tick_is_due(int64_t uptime_ms) const;
    void tick(int64_t uptime_ms);

    Parts parts_;
    Uptime uptime_;
    base::BoundedQueue<OwnRecord> own_{own_waiting};
    std::vector<OwnRecord> taken_;                 // in this round
    std::vector<std::function<void()>> own_done_;  // with the next commit
    std::vector<ingest::Turn> turns_;
    http::Answers answers_;  // of what the next commit makes durable
    size_t pending_ = 0;     // how many
    Commit last_commit_;
    base::Stopwatch since_commit_;

    struct Arrival {
        int64_t monotonic_ms = 0;
        size_t requests = 0;
    };

    std::vector<Arrival> arrivals_;  // of the answers, a turn each
    std::vector<const event::SessionId*> judged_next_;
    std::string record_;
    int64_t last_record_uptime_ms_;
    int64_t last_refusals_uptime_ms_;
    Refusals recorded_{};        // what of refused() is in the journal
    bool owes_tick_ = true;      // until one has closed the last session
    bool holds_ = false;         // what was appended finds no room; nothing more is taken
    bool was_refused_ = false;   // something in this round, for lack of room
    bool was_appended_ = false;  // something in this round
    std::atomic<bool> has_room_{true};
    base::Counter& accepted_;
    base::Counter& unknown_;
    base::Counter& closed_;
    base::Counter& full_;
    base::Counter& commits_;
    base::Histogram& commit_time_;
    base::Histogram& commit_events_;
    base::Histogram& waits_;
};

}  // namespace playhead::app
