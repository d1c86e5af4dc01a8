// SPDX-License-Identifier: Apache-2.0
#include "app/report_source.h"

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <utility>

#include "base/stopwatch.h"

namespace playhead::app {
namespace {

constexpr size_t sessions_at_once = 100;
constexpr std::chrono::seconds fold_answers_within{5};

// What the fold says, on its thread, to this question.
template <class T>
base::Result<T> ask(FoldLoop& fold, std::function<T(const FoldLoop&)> question) {
    // The question may be answered when nobody waits any more.
    const auto answer = std::make_shared<std::promise<T>>();
    auto future = answer->get_future();
    const bool is_asked = fold.ask([answer, question = std::move(question)](const FoldLoop& asked) {
        answer->set_value(question(asked));
    });
    if (!is_asked || future.wait_for(fold_answers_within) != std::future_status::ready) {
        return base::fail(base::ErrorCode::busy, "the open sessions could not be asked in time");
    }
    return future.get();
}

// Open sessions, newest first. With the last of them comes what closed and is not stored yet, so
// that what closes while the pieces are asked for is there or in the store.
struct Piece {
    uint64_t offset = 0;
    std::vector<session::SessionRow> open;
    bool is_last = false;
    std::vector<std::shared_ptr<const StoreBatch>> unstored;
};

Piece piece_of(const FoldLoop& fold, const std::optional<event::SessionId>& before) {
    Piece piece{.offset = fold.position(),
                .open = fold.table().newest_with_details(before, sessions_at_once),
                .is_last = false,
                .unstored = {}};
    piece.is_last = piece.open.size() < sessions_at_once;
    if (piece.is_last) piece.unstored = fold.unstored_batches();
    return piece;
}

base::Result<void> copy(const Piece& piece, store::Reports& reports) {
    const auto added = reports.add_open_sessions(piece.open);
    if (!added) return added;
    for (const auto& batch : piece.unstored) {
        const auto replaced = reports.replace_open_sessions(batch->rows);
        if (!replaced) return replaced;
    }
    return {};
}

}  // namespace

ReportSource::ReportSource(LateStore& store, FoldLoop& fold, const base::Clock& clock,
                           base::Counters& counters)
    : store_(store),
      fold_(fold),
      clock_(clock),
      time_(counters.histogram("playhead_report_seconds", "",
                               "How long a report took, with the copy of open sessions before it",
                               base::Histogram::Unit::microseconds)) {
}

base::Result<std::vector<store::Objection>> ReportSource::object_to(
    const store::Question& question) {
    base::Result<std::vector<store::Objection>> objections;
    const auto asked = store_.ask_reports([&](store::Reports& reports) -> base::Result<void> {
        objections = reports.object_to(question);
        return {};
    });
    if (!asked) return std::unexpected(asked.error());
    return objections;
}

base::Result<store::Report> ReportSource::answer(const store::Question& question) {
    const base::Stopwatch watch;
    base::Result<store::Report> report;
    const auto asked = store_.ask_reports([&](store::Reports& reports) -> base::Result<void> {
        if (is_copy_due(reports)) {
            const auto copied = copy_sessions(reports);
            if (!copied) return copied;
        }
        report = reports.answer(question);
        return {};
    });
    if (!asked) return std::unexpected(asked.error());
    time_.record(static_cast<uint64_t>(watch.microseconds()));
    return report;
}

bool ReportSource::is_copy_due(const store::Reports& reports) const {
    if (!reports.open_offset()) return true;
    if (*reports.open_offset() == fold_.position()) return false;
    if (copied_ <= few_sessions) return true;
    constexpr int64_t us_in_ms = 1'000;
    const int64_t serves_ms = static_cast<int64_t>(copied_) * serves_us / us_in_ms;
    return clock_.monotonic_ms() - copied_at_ms_ >= serves_ms;
}

base::Result<void> ReportSource::copy_sessions(store::Reports& reports) {
    const auto begun = reports.begin_open_sessions();
    if (!begun) return begun;
    copied_ = 0;
    std::optional<uint64_t> offset;
    std::optional<event::SessionId> before;
    while (true) {
        const auto piece =
            ask<Piece>(fold_, [before](const FoldLoop& fold) { return piece_of(fold, before); });
        if (!piece) return std::unexpected(piece.error());
        if (!offset) offset = piece->offset;
        const auto copied = copy(*piece, reports);
        if (!copied) return copied;
        copied_ += piece->open.size();
        if (piece->is_last) break;
        before = piece->open.back().id;
    }
    reports.end_open_sessions(*offset);
    copied_at_ms_ = clock_.monotonic_ms();
    return {};
}

}  // namespace playhead::app
