// SPDX-License-Identifier: Apache-2.0
#include "app/forward/forward_loop.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/log.h"
#include "event/record.h"

namespace playhead::app {
namespace {

using Kind = event::Record::Kind;

constexpr size_t records_per_round = 512;
constexpr size_t none = 4;  // of the classes of answers

// Those that say: not taken, come again.
bool is_refused_for_now(const OtherBackEnd::Answer& answer) {
    using End = OtherBackEnd::Answer::End;
    return answer.end == End::not_reached ||
           (answer.end == End::answered && (answer.status == 429 || answer.status == 503));
}

bool is_failure(const OtherBackEnd::Answer& answer) {
    return answer.end != OtherBackEnd::Answer::End::answered || answer.status == 429 ||
           answer.status >= 500;
}

// The id in a Location, which may be a path or a whole URL.
std::string_view name_in(std::string_view location) {
    while (location.ends_with('/')) location.remove_suffix(1);
    const size_t slash = location.rfind('/');
    return slash == location.npos ? location : location.substr(slash + 1);
}

}  // namespace

ForwardLoop::ForwardLoop(const Parts& parts, Uptime uptime)
    : parts_(parts),
      uptime_(uptime),
      started_at_(parts.clock.wall_ms()),
      queue_(parts.limits),
      position_(parts.journal.end()),
      repeated_(parts.counters.counter(
          "playhead_forward_repeated_total", "",
          "Requests sent to the other back end once more, since it had not taken them")),
      unread_bytes_(parts.counters.counter(
          "playhead_forward_unread_bytes_total", "",
          "Journal bytes that retention removed before they were forwarded")),
      fallen_out_(parts.counters.counter(
          "playhead_forward_sessions_fallen_out_total", "",
          "Sessions whose id at the other back end was let go for that of another session")),
      answer_time_(parts.counters.histogram("playhead_forward_answer_seconds", "",
                                            "How long the other back end took to answer",
                                            base::Histogram::Unit::microseconds)) {
    constexpr std::array<std::string_view, 5> classes = {"2xx", "3xx", "4xx", "5xx", "none"};
    for (size_t i = 0; i < classes.size(); ++i) {
        answered_[i] = &parts.counters.counter(
            "playhead_forwarded_total", "answer=\"" + std::string(classes[i]) + "\"",
            "Requests sent to the other back end, by the class of its answer; none: no answer");
    }
    constexpr std::array<std::string_view, static_cast<size_t>(Skip::count)> reasons = {
        "behind", "before_start", "session_lost", "leads_here", "process_ended"};
    for (size_t i = 0; i < reasons.size(); ++i) {
        skipped_[i] = &parts.counters.counter(
            "playhead_forward_skipped_total", "reason=\"" + std::string(reasons[i]) + "\"",
            "Accepted requests that were not forwarded, by the reason");
    }
    parts.counters.gauge("playhead_forward_lag_seconds", "",
                         "How old the oldest request is that waits to be forwarded",
                         [this] { return static_cast<double>(lag_ms_) / 1000; });
    parts.counters.gauge("playhead_forward_sessions", "",
                         "Sessions that have an id at the other back end, or wait for one",
                         [this] { return static_cast<double>(sessions_); });
    parts.counters.gauge("playhead_forward_reachable", "",
                         "Whether the other back end takes requests: 1 or 0",
                         [this] { return is_reachable_ ? 1.0 : 0.0; });
}

void ForwardLoop::step(int64_t most_ms) {
    now_ms_ = uptime_.at(parts_.clock.monotonic_ms());
    read_journal();
    skip_what_is_late();
    send();
    answers_.clear();
    parts_.there.wait(wait_ms(most_ms), answers_);
    for (const Answer& answer : answers_) take(answer);
    queue_.forget_silent(now_ms_);
    note();
}

int64_t ForwardLoop::wait_ms(int64_t most_ms) const {
    if (!is_at_end_ && !cannot_read_ && queue_.has_room()) return 0;
    if (!is_away_ || parts_.there.under_way() > 0 || queue_.size() == 0) return most_ms;
    return std::clamp<int64_t>(next_attempt_ - parts_.clock.monotonic_ms(), 0, most_ms);
}

bool ForwardLoop::is_done() const {
    return queue_.size() == 0 && position_ == parts_.journal.end();
}

void ForwardLoop::read_journal() {
    for (size_t read = 0; read < records_per_round && queue_.has_room(); ++read) {
        const auto stored = parts_.journal.next();
        if (!stored) return go_on_behind(stored.error());
        cannot_read_ = false;
        is_at_end_ = !*stored;
        if (is_at_end_) {
            is_skipping_ = false;
            return;
        }
        take(**stored);
        position_ = (*stored)->next;
    }
}

// Nothing holds back what is too old to be kept, so a reader may stand where there is nothing any
// more.
void ForwardLoop::go_on_behind(const base::Error& error) {
    const uint64_t begin = parts_.journal_begin();
    if (begin > position_ && parts_.journal.seek(begin)) {
        unread_bytes_.add(begin - position_);
        base::log(base::Level::error, "forwarding goes on at offset " + std::to_string(begin) +
                                          " of the journal: " + std::to_string(begin - position_) +
                                          " bytes before it were removed by the retention");
        position_ = begin;
        return;
    }
    if (std::exchange(cannot_read_, true)) return;
    base::log(base::Level::error, "forwarding stands still, accepting goes on: " + error.what);
}

void ForwardLoop::take(const journal::Reader::Record& stored) {
    const auto record = event::decode(stored.bytes);
    if (!record || record->kind > Kind::batch) return;
    if (leads_here_) return skip(Skip::leads_here);
    if (is_skipping_) return skip(Skip::behind);
    const bool is_new = record->session.created_ms() >= started_at_;
    const bool is_taken = queue_.put({.kind = record->kind,
                                      .session = record->session,
                                      .uptime_ms = record->uptime_ms,
                                      .body = std::string(record->body)});
    if (!is_taken) skip(is_new ? Skip::session_lost : Skip::before_start);
}

void ForwardLoop::skip(Skip why, uint64_t requests) {
    skipped_[static_cast<size_t>(why)]->add(requests);
}

// All at once and not one by one: what is forwarded then is fresh again, and sessions that begin
// from then on are whole.
void ForwardLoop::skip_what_is_late() {
    const auto oldest = queue_.oldest_waiting_ms();
    if (!oldest || now_ms_ - *oldest <= parts_.lag_ms) return;
    base::Counter& behind = *skipped_[static_cast<size_t>(Skip::behind)];
    if (!std::exchange(was_skipping_, true)) {
        skipped_then_ = behind.value();
        base::log(base::Level::error, "forwarding is more than " +
                                          std::to_string(parts_.lag_ms / 1000) +
                                          " s behind: what waits is not forwarded, only counted");
    }
    behind.add(queue_.drop_waiting());
    is_skipping_ = true;
}

void ForwardLoop::send() {
    while (parts_.there.has_room()) {
        if (is_away_) {
            const bool may_try = parts_.clock.monotonic_ms() >= next_attempt_;
            if (!may_try || parts_.there.under_way() > 0) return;
        }
        const auto tag = queue_.next();
        if (!tag) return;
        is_asking_ = is_away_;
        parts_.there.post(*tag, queue_.path(*tag), queue_.request(*tag).body);
    }
}

void ForwardLoop::take(const Answer& answer) {
    count(answer);
    if (is_failure(answer)) {
        fail(answer);
    } else {
        succeed();
    }
    if (is_refused_for_now(answer)) {
        repeated_.add();
        queue_.put_back(answer.tag);
    } else if (queue_.request(answer.tag).kind == Kind::session_start) {
        take_start(answer);
    } else {
        queue_.finish(answer.tag);
    }
}

void ForwardLoop::count(const Answer& answer) {
    if (answer.end != Answer::End::answered) {
        answered_[none]->add();
        return;
    }
    const int kind = answer.status / 100 - 2;
    answered_[kind >= 0 && kind < 4 ? static_cast<size_t>(kind) : none]->add();
    answer_time_.record(static_cast<uint64_t>(answer.took_us));
}

void ForwardLoop::take_start(const Answer& answer) {
    const bool is_taken = answer.status / 100 == 2;
    const std::string_view name = name_in(answer.location);
    if (!is_taken || !ForwardQueue::is_name(name)) {
        if (is_taken && !std::exchange(missed_a_name_, true)) {
            base::log(base::Level::error,
                      "the other back end took a session and its answer has no Location with an "
                      "id: events of such sessions are not forwarded");
        }
        return skip(Skip::session_lost, queue_.forget(answer.tag));
    }
    const auto id = event::session_id_from(name);
    if (!id || !parts_.is_made_here(*id)) return queue_.name(answer.tag, name);
    // Otherwise each session would start another one, for ever.
    leads_here_ = true;
    skip(Skip::leads_here, queue_.forget(answer.tag) + queue_.drop_waiting());
    set_reason("forward.url leads to this server itself: nothing is forwarded until a restart");
    base::log(base::Level::error, reason());
}

void ForwardLoop::fail(const Answer& answer) {
    if (++failures_ < failures_until_away || leads_here_) return;
    const bool was_away = std::exchange(is_away_, true);
    // Of those that were under way when it went away, each fails.
    if (was_away && !std::exchange(is_asking_, false)) return;
    away_ms_ = was_away ? std::min(away_ms_ * 2, away_at_most_ms) : away_at_least_ms;
    next_attempt_ = parts_.clock.monotonic_ms() + away_ms_;
    if (was_away) return;
    set_reason("the other back end is away: events are accepted, and forwarded when it is back: " +
               (answer.end == Answer::End::answered
                    ? "it answers with status " + std::to_string(answer.status)
                    : answer.reason));
    base::log(base::Level::warning, reason());
    is_reachable_ = false;
}

void ForwardLoop::succeed() {
    failures_ = 0;
    if (std::exchange(is_away_, false)) {
        set_reason({});
        base::log(base::Level::info, "the other back end is back: forwarding goes on");
        is_reachable_ = true;
    }
    if (was_skipping_ && !is_skipping_) {
        was_skipping_ = false;
        const base::Counter& behind = *skipped_[static_cast<size_t>(Skip::behind)];
        base::log(base::Level::info, "forwarding is up to date again; not forwarded meanwhile: " +
                                         std::to_string(behind.value() - skipped_then_) +
                                         " requests");
    }
}

void ForwardLoop::end() {
    uint64_t left = queue_.size();
    skip(Skip::process_ended, left);
    while (true) {
        const auto stored = parts_.journal.next();
        if (!stored || !*stored) break;
        const auto record = event::decode((*stored)->bytes);
        if (!record || record->kind > Kind::batch) continue;
        skip(Skip::process_ended);
        ++left;
    }
    if (left == 0) return;
    base::log(base::Level::warning,
              "not forwarded when the server ended: " + std::to_string(left) + " requests");
}

void ForwardLoop::set_reason(std::string reason) {
    const std::lock_guard lock(mutex_);
    reason_ = std::move(reason);
}

std::string ForwardLoop::reason() const {
    const std::lock_guard lock(mutex_);
    return reason_;
}

void ForwardLoop::note() {
    lag_ms_ = std::max<int64_t>(now_ms_ - queue_.oldest_ms().value_or(now_ms_), 0);
    sessions_ = queue_.sessions();
    fallen_out_.add(queue_.fallen_out() - fallen_out_.value());
}

}  // namespace playhead::app
