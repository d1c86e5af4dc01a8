// SPDX-License-Identifier: Apache-2.0
#include "app/commit_loop.h"

#include <chrono>

#include "base/canary.h"
#include "base/log.h"
#include "base/stopwatch.h"
#include "event/record.h"
#include "ingest/answer.h"
#include "ingest/rejection.h"

namespace playhead::app {
namespace {

constexpr std::chrono::milliseconds tick_interval{1000};

base::Counter& outcome(base::Counters& counters, std::string_view label) {
    return counters.counter("playhead_submissions_total", label,
                            "Valid requests by what became of them before the journal");
}

}  // namespace

CommitLoop::CommitLoop(const Parts& parts, Uptime uptime)
    : parts_(parts),
      uptime_(uptime),
      last_record_uptime_ms_(uptime.latest()),
      last_refusals_uptime_ms_(uptime.latest()),
      accepted_(outcome(parts.counters, "outcome=\"accepted\"")),
      unknown_(outcome(parts.counters, "outcome=\"unknown_session\"")),
      closed_(outcome(parts.counters, "outcome=\"closed_session\"")),
      full_(outcome(parts.counters, "outcome=\"journal_full\"")),
      commits_(parts.counters.counter("playhead_journal_commits_total", "",
                                      "Batches made durable with one sync each")),
      commit_time_(parts.counters.histogram("playhead_journal_commit_seconds", "",
                                            "How long a commit took that requests waited for",
                                            base::Histogram::Unit::microseconds)),
      commit_events_(parts.counters.histogram("playhead_journal_commit_requests", "",
                                              "Requests that one commit made durable",
                                              base::Histogram::Unit::count)),
      waits_(parts.counters.histogram(
          "playhead_request_wait_seconds", "",
          "From when a valid request was there until it was durable and its answer queued",
          base::Histogram::Unit::microseconds)) {
}

base::Result<bool> CommitLoop::step() {
    turns_.clear();
    // What is still held without room when the queue closes is answered 500: nobody knows yet
    // whether it will be found on disk.
    if (!parts_.turns.pop_all_within(turns_, tick_interval)) {
        if (auto done = finish(); !done) return std::unexpected(done.error());
        return false;
    }
    was_refused_ = false;
    was_appended_ = false;
    if (holds_) {
        if (auto done = commit(); !done) return std::unexpected(done.error());
    }
    for (ingest::Turn& turn : turns_) take(turn);
    if (!holds_) {
        // Also under traffic that is only refused, which leaves no record.
        const int64_t uptime_ms = uptime_.at(parts_.clock.monotonic_ms());
        take_own_records(uptime_ms);
        if (tick_is_due(uptime_ms)) tick(uptime_ms);
        if (uptime_ms - last_refusals_uptime_ms_ >= tick_interval.count()) {
            record_refusals(uptime_ms);
        }
        if (auto done = commit(); !done) return std::unexpected(done.error());
    }
    note_room();
    return true;
}

bool CommitLoop::put(OwnRecord&& record) {
    if (!own_.try_push(std::move(record))) return false;
    // Wakes the loop. Where there is no room for an empty turn it is awake.
    static_cast<void>(parts_.turns.try_push(ingest::Turn()));
    return true;
}

void CommitLoop::take_own_records(int64_t uptime_ms) {
    taken_.clear();
    if (!own_.try_pop_all(taken_)) return;
    for (OwnRecord& own : taken_) {
        const auto offset = append(own, uptime_ms);
        if (offset) {
            own_done_.push_back([done = std::move(own.done), offset = *offset] { done(offset); });
        } else {
            own.done(std::unexpected(offset.error()));
        }
    }
}

base::Result<uint64_t> CommitLoop::append(const OwnRecord& own, int64_t uptime_ms) {
    if (own.seals) {
        if (const auto sealed = parts_.journal.seal(); !sealed) {
            return std::unexpected(sealed.error());
        }
    }
    record_.clear();
    event::encode({.kind = own.kind,
                   .received_at = parts_.clock.wall_ms(),
                   .uptime_ms = uptime_ms,
                   .session = {},
                   .body = own.body},
                  record_);
    const auto offset = parts_.journal.append(record_);
    if (!offset) return offset;
    last_record_uptime_ms_ = uptime_ms;
    was_appended_ = true;
    if (own.is_erased) parts_.admission.erase(own.is_erased);
    return offset;
}

base::Result<void> CommitLoop::finish() {
    own_.close();
    if (holds_) return {};
    take_own_records(uptime_.at(parts_.clock.monotonic_ms()));
    record_refusals(uptime_.at(parts_.clock.monotonic_ms()));
    return commit();
}

Refusals CommitLoop::refused() const {
    Refusals total = parts_.refused_before ? parts_.refused_before() : Refusals{};
    for (size_t i = 0; i < total.size(); ++i) {
        if (!carries_data(static_cast<ingest::Rejection>(i))) total[i] = 0;
    }
    total[static_cast<size_t>(ingest::Rejection::unknown_session)] += unknown_.value();
    total[static_cast<size_t>(ingest::Rejection::closed_session)] += closed_.value();
    total[static_cast<size_t>(ingest::Rejection::overloaded)] += full_.value();
    return total;
}

void CommitLoop::record_refusals(int64_t uptime_ms) {
    last_refusals_uptime_ms_ = uptime_ms;
    const Refusals total = refused();
    const Refusals grown = since(recorded_, total);
    if (is_empty(grown)) return;
    const std::string body = encode_refusals(grown);
    record_.clear();
    event::encode({.kind = event::Record::Kind::refusals,
                   .received_at = parts_.clock.wall_ms(),
                   .uptime_ms = uptime_ms,
                   .session = {},
                   .body = body},
                  record_);
    // Without room they are recorded later.
    if (parts_.journal.append(record_)) recorded_ = total;
}

base::Result<void> CommitLoop::commit() {
    if constexpr (PLAYHEAD_CANARY(answers_before_the_sync)) answers_.send();
    const base::Stopwatch watch;
    const auto end = parts_.journal.commit();
    const int64_t commit_us = watch.microseconds();
    holds_ = !end && end.error().code == base::ErrorCode::full;
    if (holds_) return {};
    if (!end) return std::unexpected(end.error());
    commits_.add();
    accepted_.add(pending_);
    answers_.send();
    if (pending_ > 0) measure(commit_us);
    last_commit_ = {.requests = pending_,
                    .took = std::chrono::microseconds(commit_us),
                    .after_last = std::chrono::microseconds(since_commit_.microseconds())};
    since_commit_ = base::Stopwatch();
    pending_ = 0;
    for (const auto& done : own_done_) done();
    own_done_.clear();
    parts_.committed.raise();
    return {};
}

// Of what was read in one turn all came at the same time, so that one look at the clock does for
// the whole commit.
void CommitLoop::measure(int64_t commit_us) {
    commit_time_.record(static_cast<uint64_t>(commit_us));
    commit_events_.record(pending_);
    const int64_t now = parts_.clock.monotonic_ms();
    for (const Arrival& arrival : arrivals_) {
        waits_.record(static_cast<uint64_t>(now - arrival.monotonic_ms) * 1000, arrival.requests);
    }
    arrivals_.clear();
}

// A round that appended nothing says nothing about the room.
void CommitLoop::note_room() {
    const bool has_none = holds_ || was_refused_;
    if (!has_none && !was_appended_) return;
    if (has_room_.exchange(!has_none) == !has_none) return;
    if (has_none) {
        base::log(
            base::Level::error,
            "no room for the journal: new requests are answered 503 until there is some; what "
            "was accepted is safe");
    } else {
        base::log(base::Level::info, "there is room for the journal: accepting goes on");
    }
}

void CommitLoop::refuse(ingest::Submission& submission) {
    was_refused_ = true;
    full_.add();
    submission.responder.send(ingest::rejected(ingest::Rejection::overloaded));
}

void CommitLoop::take(ingest::Turn& turn) {
    const size_t before = pending_;
    judged_next_.clear();
    for (const ingest::Submission& submission : turn.submissions) {
        judged_next_.push_back(&submission.session);
    }
    parts_.admission.expect(judged_next_);
    for (ingest::Submission& submission : turn.submissions) {
        take(submission,
             std::string_view(turn.bodies).substr(submission.body_offset, submission.body_size));
    }
    if (pending_ > before) {
        arrivals_.push_back({turn.submissions.front().monotonic_ms, pending_ - before});
    }
}

void CommitLoop::take(ingest::Submission& submission, std::string_view body) {
    if (holds_) return refuse(submission);
    const int64_t uptime_ms = uptime_.at(submission.monotonic_ms);
    if (!is_admitted(submission, body, uptime_ms)) return;
    record_.clear();
    event::encode({.kind = submission.kind,
                   .received_at = submission.received_at,
                   .uptime_ms = uptime_ms,
                   .session = submission.session,
                   .body = body},
                  record_);
    if (!parts_.journal.append(record_)) return refuse(submission);
    was_appended_ = true;
    // Only now: what is not in the journal must not have happened for admission either.
    note_arrival(submission, uptime_ms);
    answers_.add(std::move(submission.responder),
                 submission.kind == event::Record::Kind::event
                     ? ingest::accepted_event()
                     : ingest::created_session(submission.session));
    ++pending_;
}

void CommitLoop::note_arrival(const ingest::Submission& submission, int64_t uptime_ms) {
    last_record_uptime_ms_ = uptime_ms;
    owes_tick_ = true;
    if (submission.kind == event::Record::Kind::session_start) {
        parts_.admission.open(submission.session, uptime_ms, submission.playhead_ms);
    } else if (submission.kind == event::Record::Kind::batch) {
        parts_.admission.open_closed(submission.session, uptime_ms);
    } else {
        parts_.admission.arrived();
    }
}

bool CommitLoop::is_admitted(ingest::Submission& submission, std::string_view body,
                             int64_t uptime_ms) {
    if (submission.kind != event::Record::Kind::event) return true;
    switch (parts_.admission.judge(submission.session, uptime_ms, submission.type, submission.ts,
                                   submission.playhead_ms)) {
        case session::Answer::accepted:
            return true;
        case session::Answer::unknown:
            unknown_.add();
            reject(submission, body, ingest::Rejection::unknown_session);
            return false;
        case session::Answer::closed:
            closed_.add();
            reject(submission, body, ingest::Rejection::closed_session);
            return false;
    }
    return false;
}

void CommitLoop::reject(ingest::Submission& submission, std::string_view body,
                        ingest::Rejection reason) {
    submission.responder.send(ingest::rejected(reason));
    if (!parts_.quarantine) return;
    parts_.quarantine({.reason = reason,
                       .received_at = submission.received_at,
                       .session = submission.session,
                       .body = std::string(body)});
}

bool CommitLoop::tick_is_due(int64_t uptime_ms) const {
    return (owes_tick_ || !has_room_) &&
           uptime_ms - last_record_uptime_ms_ >= tick_interval.count();
}

void CommitLoop::tick(int64_t uptime_ms) {
    last_record_uptime_ms_ = uptime_ms;
    parts_.admission.advance(uptime_ms);
    const bool is_last = parts_.admission.sessions() == 0;
    record_.clear();
    event::encode({.kind = event::Record::Kind::tick,
                   .received_at = parts_.clock.wall_ms(),
                   .uptime_ms = uptime_ms,
                   .session = {},
                   .body = {}},
                  record_);
    // A journal without room loses nothing by a missing tick: time goes on with the next record.
    if (parts_.journal.append(record_)) {
        was_appended_ = true;
        owes_tick_ = !is_last;
    } else {
        was_refused_ = true;
    }
}

}  // namespace playhead::app
