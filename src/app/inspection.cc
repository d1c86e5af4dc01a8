// SPDX-License-Identifier: Apache-2.0
#include "app/inspection.h"

#include <optional>

#include "event/record.h"
#include "ingest/decoder.h"
#include "session/fold.h"

namespace playhead::app {
namespace {

constexpr size_t questions_waiting = 64;

// Feeds the records of one session, in journal order, to a fold.
class Refold {
  public:
    explicit Refold(const session::Rules& rules) : rules_(rules) {}

    bool add(const event::Record& record, uint64_t offset) {
        arrival_ = {.offset = offset,
                    .received_at = record.received_at,
                    .uptime_ms = record.uptime_ms,
                    .session = record.session};
        if (record.kind != event::Record::Kind::batch) {
            if (!decoder_.decode_stored(record.body, event_)) return false;
            add(event_, session::Origin::live);
            return true;
        }
        return decoder_.decode_stored_batch(record.body, [this](size_t, const event::Event& one) {
            add(one, session::Origin::downloaded);
        });
    }

    std::vector<session::EventRow> events(bool is_closed) {
        if (!fold_) return {};
        // Of an open session nothing but its own records is known here; what its reorder window
        // holds gets the verdict it would have now.
        return is_closed ? fold_->finish().events : fold_->at(arrival_.uptime_ms).events;
    }

  private:
    void add(const event::Event& event, session::Origin origin) {
        if (fold_) {
            fold_->add(arrival_, event);
        } else {
            fold_.emplace(rules_, arrival_, event, origin, false);
        }
    }

    const session::Rules& rules_;
    ingest::Decoder decoder_;
    event::Event event_;
    session::Arrival arrival_;
    std::optional<session::Fold> fold_;
};

}  // namespace

Inspection::Inspection(std::unique_ptr<journal::Reader> journal, const session::Rules& rules)
    : journal_(std::move(journal)),
      rules_(rules),
      questions_(questions_waiting),
      thread_([this] { run(); }) {
}

Inspection::~Inspection() {
    stopping_ = true;
    questions_.close();
    thread_.join();
}

void Inspection::events_of(session::SessionRow row, Done done) {
    Question question{std::move(row), std::move(done)};
    if (questions_.try_push(std::move(question))) return;
    // A question that is refused was not moved.
    // NOLINTNEXTLINE(bugprone-use-after-move)
    question.done(base::fail(base::ErrorCode::full,
                             "too many sessions are being looked at; try again in a second"));
}

void Inspection::run() {
    std::vector<Question> questions;
    while (questions_.pop_all(questions)) {
        for (Question& question : questions) question.done(fold(question.row));
        questions.clear();
    }
}

base::Result<std::vector<session::EventRow>> Inspection::fold(const session::SessionRow& row) {
    session::Rules rules = rules_;
    rules.rule_set = row.rule_set;
    Refold refold(rules);
    for (const uint64_t offset : row.offsets) {
        if (stopping_) return base::fail(base::ErrorCode::stopped, "the server stops");
        const auto there = journal_->seek(offset);
        if (!there) return std::unexpected(there.error());
        const auto stored = journal_->next();
        if (!stored) return std::unexpected(stored.error());
        if (!*stored) return base::fail(base::ErrorCode::not_found, "the journal ends before it");
        const auto record = event::decode((*stored)->bytes);
        if (!record || record->session != row.id || !refold.add(*record, offset)) {
            return base::fail(base::ErrorCode::damaged, "the journal record at offset " +
                                                            std::to_string(offset) +
                                                            " is not an event of this session");
        }
    }
    return refold.events(row.close_reason != session::CloseReason::open);
}

}  // namespace playhead::app
