// SPDX-License-Identifier: Apache-2.0
#include "app/inspection.h"

#include <algorithm>
#include <string>
#include <utility>

#include "ingest/decoder.h"
#include "session/explain.h"

namespace playhead::app {
namespace {

using session::EventRow;
using session::History;
using session::PastEvent;

constexpr size_t questions_waiting = 64;

constexpr const char* too_large = "the events of this session are too large to be looked at";

// The events in the records of one session, in journal order.
class Past {
  public:
    explicit Past(std::vector<PastEvent>& events) : events_(events) {}

    bool add(const event::Record& record, uint64_t offset) {
        const session::Arrival arrival{.offset = offset,
                                       .received_at = record.received_at,
                                       .uptime_ms = record.uptime_ms,
                                       .session = record.session};
        if (record.kind != event::Record::Kind::batch) {
            if (!decoder_.decode_stored(record.body, event_)) return false;
            add(arrival, event_);
            return true;
        }
        origin_ = session::Origin::downloaded;
        return decoder_.decode_stored_batch(
            record.body, [this, &arrival](size_t, const event::Event& one) { add(arrival, one); });
    }

    session::Origin origin() const { return origin_; }

    size_t bytes() const { return bytes_; }

  private:
    void add(const session::Arrival& arrival, const event::Event& event) {
        events_.emplace_back(arrival, event);
        bytes_ += sizeof(PastEvent) + events_.back().heap_bytes();
    }

    std::vector<PastEvent>& events_;
    ingest::Decoder decoder_;
    event::Event event_;
    session::Origin origin_ = session::Origin::live;
    size_t bytes_ = 0;
};

}  // namespace

Inspection::Inspection(std::unique_ptr<journal::Reader> journal,
                       std::vector<session::RulesChange> changes)
    : journal_(std::move(journal)),
      changes_(std::move(changes)),
      questions_(questions_waiting),
      thread_([this] { run(); }) {
}

Inspection::~Inspection() {
    stopping_ = true;
    questions_.close();
    thread_.join();
}

void Inspection::events_of(session::SessionRow row, Done<std::vector<EventRow>> done) {
    ask({std::move(row),
         [done = std::move(done)](base::Result<History> history) {
             if (!history) return done(std::unexpected(history.error()));
             done(session::folded(*history).events);
         },
         {}});
}

void Inspection::explain(session::SessionRow row, Done<session::Explanation> done) {
    ask({std::move(row),
         [done = std::move(done)](base::Result<History> history) {
             if (!history) return done(std::unexpected(history.error()));
             done(session::explanation_of(*history));
         },
         {}});
}

void Inspection::record(session::SessionRow row, Done<web::Recording> done) {
    ask({std::move(row), {}, std::move(done)});
}

void Inspection::ask(Question question) {
    if (questions_.try_push(std::move(question))) return;
    const auto refused = base::fail(base::ErrorCode::full,
                                    "too many sessions are being looked at; try again in a second");
    // A question that is refused was not moved.
    // NOLINTNEXTLINE(bugprone-use-after-move)
    if (question.recorded) return question.recorded(refused);
    question.answer(refused);
}

void Inspection::run() {
    std::vector<Question> questions;
    while (questions_.pop_all(questions)) {
        for (Question& question : questions) {
            if (question.recorded) {
                question.recorded(read_as_sent(question.row));
                continue;
            }
            std::vector<PastEvent> events;
            question.answer(read(question.row, events));
        }
        questions.clear();
    }
}

// Hands over each record of the session. Stops with an error where one is not there, is not of this
// session, or is not taken.
base::Result<void> Inspection::each_record(const session::SessionRow& row, const Take& take) {
    for (const uint64_t offset : row.offsets) {
        if (stopping_) return base::fail(base::ErrorCode::stopped, "the server stops");
        const auto there = journal_->seek(offset);
        if (!there) return std::unexpected(there.error());
        const auto stored = journal_->next();
        if (!stored) return std::unexpected(stored.error());
        if (!*stored) return base::fail(base::ErrorCode::not_found, "the journal ends before it");
        const auto record = event::decode((*stored)->bytes);
        if (!record || record->session != row.id || !take(*record, offset)) {
            return base::fail(base::ErrorCode::damaged, "the journal record at offset " +
                                                            std::to_string(offset) +
                                                            " is not an event of this session");
        }
    }
    return {};
}

base::Result<web::Recording> Inspection::read_as_sent(const session::SessionRow& row) {
    web::Recording recording;
    recording.session = row.id.text();
    size_t bytes = 0;
    const auto taken = each_record(row, [&](const event::Record& record, uint64_t) {
        recording.is_downloaded = record.kind == event::Record::Kind::batch;
        bytes += record.body.size();
        if (bytes <= most_bytes) {
            recording.requests.push_back({record.received_at, std::string(record.body)});
        }
        return true;
    });
    if (!taken) return std::unexpected(taken.error());
    if (bytes > most_bytes) return base::fail(base::ErrorCode::invalid, too_large);
    return recording;
}

// The history looks into `events`.
base::Result<History> Inspection::read(const session::SessionRow& row,
                                       std::vector<PastEvent>& events) {
    Past past(events);
    const auto taken = each_record(row, [&past](const event::Record& record, uint64_t offset) {
        return past.bytes() > most_bytes || past.add(record, offset);
    });
    if (!taken) return std::unexpected(taken.error());
    if (past.bytes() > most_bytes) return base::fail(base::ErrorCode::invalid, too_large);
    if (events.empty()) return base::fail(base::ErrorCode::not_found, "the session has no events");
    History history;
    history.events = events;
    history.origin = past.origin();
    history.federated = row.is_federated;
    // Of an open session nothing but its own records is known here; what its reorder window holds
    // gets the verdict it would have now.
    if (row.close_reason == session::CloseReason::open) {
        history.open_at = events.back().arrival().uptime_ms;
    }
    put_rules(row, history);
    return history;
}

// The rules that the session met (ADR 0012). Those that changed behind its last event hold for it
// when it was still open then; of a closed session only its row tells that.
void Inspection::put_rules(const session::SessionRow& row, History& history) const {
    const auto from = [this](uint64_t offset) {
        return std::ranges::lower_bound(changes_, offset, {}, &session::RulesChange::offset);
    };
    const auto first = from(history.events.front().arrival().offset);
    if (first != changes_.begin()) history.rules = (first - 1)->rules;
    history.rules.rule_set = row.rule_set;
    history.changes.assign(first, changes_.end());
    if (row.close_reason == session::CloseReason::open || history.changes.empty()) return;
    const std::vector<bool> all(history.events.size(), true);
    history.changes.assign(first, from(history.events.back().arrival().offset));
    for (auto next = first + static_cast<std::ptrdiff_t>(history.changes.size());
         next != changes_.end(); ++next) {
        const session::SessionRow folded = session::row_from(history, all);
        if (folded.close_reason == row.close_reason && folded.close_ts == row.close_ts) return;
        history.changes.push_back(*next);
    }
}

}  // namespace playhead::app
