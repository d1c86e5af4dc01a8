// SPDX-License-Identifier: Apache-2.0
#include "app/late_store.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "store/duckdb_store.h"
#include "store/rewrite.h"

namespace playhead::app {

struct LateStore::Opened {
    store::DuckdbStore store;
    std::unique_ptr<store::Writer> writer;
    std::unique_ptr<store::Reader> reader;
    std::unique_ptr<store::Reports> reports;
    std::unique_ptr<store::SqlQuestions> sql;
};

namespace {

using session::SessionRow;

// What an operator can do about it.
base::Error advised(base::Error error) {
    switch (error.code) {
        case base::ErrorCode::busy:
            error.what += "; close the other program";
            break;
        case base::ErrorCode::full:
            error.what += "; make room";
            break;
        default:
            error.what +=
                "; if it does not mend itself, stop the server and make the store again from the "
                "journal: playhead rebuild";
    }
    return error;
}

std::unexpected<base::Error> away() {
    return base::fail(base::ErrorCode::busy, "the store is not open");
}

}  // namespace

template <class Asked>
base::Result<void> LateStore::Line<Asked>::ask(const std::function<Asked*()>& find,
                                               const Question& question) {
    const std::lock_guard one(one_);
    Asked* const asked = find();
    if (asked == nullptr) return away();
    note(asked);
    auto answered = question(*asked);
    note(nullptr);
    return answered;
}

template <class Asked>
void LateStore::Line<Asked>::interrupt() {
    const std::lock_guard lock(interrupting_);
    if (asked_ != nullptr) asked_->interrupt();
}

template <class Asked>
std::unique_lock<std::timed_mutex> LateStore::Line<Asked>::end() {
    constexpr std::chrono::milliseconds interrupts_again{20};
    while (!one_.try_lock_for(interrupts_again)) interrupt();
    return std::unique_lock(one_, std::adopt_lock);
}

template <class Asked>
void LateStore::Line<Asked>::note(Asked* asked) {
    const std::lock_guard lock(interrupting_);
    asked_ = asked;
}

// The header calls both from everywhere.
template class LateStore::Line<store::Reports>;
template class LateStore::Line<store::SqlQuestions>;

LateStore::LateStore(std::string path) : path_(std::move(path)) {
}

LateStore::~LateStore() = default;

base::Result<std::unique_ptr<LateStore::Opened>> LateStore::open(const std::string& path) {
    auto store = store::DuckdbStore::open(path, {});
    if (!store) return std::unexpected(store.error());
    auto writer = store->writer();
    if (!writer) return std::unexpected(writer.error());
    auto reader = store->reader();
    if (!reader) return std::unexpected(reader.error());
    auto reports = store->reports();
    if (!reports) return std::unexpected(reports.error());
    auto sql = store->sql_questions();
    if (!sql) return std::unexpected(sql.error());
    return std::make_unique<Opened>(*std::move(store), *std::move(writer), *std::move(reader),
                                    *std::move(reports), *std::move(sql));
}

base::Result<void> LateStore::ensure_open() {
    if (opened_) return {};
    auto opened = open(path_);
    if (!opened) return std::unexpected(advised(std::move(opened.error())));
    const auto offset = (*opened)->writer->offset();
    if (!offset) return std::unexpected(advised(offset.error()));
    if (*offset < known_offset_ || *offset > largest_offset_) {
        return base::fail(base::ErrorCode::damaged,
                          path_ + " has rows up to offset " + std::to_string(*offset) +
                              " of the journal, which is not the store that belongs here: stop the "
                              "server and put the right one back, or run playhead rebuild");
    }
    known_offset_ = *offset;
    const std::lock_guard lock(mutex_);
    opened_ = *std::move(opened);
    return {};
}

base::Result<void> LateStore::write(std::span<const SessionRow> rows, uint64_t offset) {
    return change(offset, [&](store::Writer& writer) { return writer.write(rows, offset); });
}

base::Result<void> LateStore::erase(const store::Erasure& erasure,
                                    std::span<const std::string> marks, uint64_t offset) {
    return change(offset,
                  [&](store::Writer& writer) { return writer.erase(erasure, marks, offset); });
}

base::Result<void> LateStore::finish_erasure(const std::string& id, int64_t finished_at,
                                             uint64_t offset) {
    return change(offset, [&](store::Writer& writer) {
        return writer.finish_erasure(id, finished_at, offset);
    });
}

base::Result<void> LateStore::change(
    uint64_t offset, const std::function<base::Result<void>(store::Writer&)>& write) {
    auto ready = ensure_open();
    if (!ready) return ready;
    // It may have come through although it failed.
    largest_offset_ = std::max(largest_offset_, offset);
    auto written = write(*opened_->writer);
    if (written) {
        known_offset_ = offset;
        return written;
    }
    close();
    return std::unexpected(advised(std::move(written.error())));
}

base::Result<store::Summed> LateStore::sum_up(int64_t now_ms) {
    const auto ready = ensure_open();
    if (!ready) return std::unexpected(ready.error());
    auto summed = opened_->writer->sum_up(now_ms);
    if (summed) return summed;
    close();
    return std::unexpected(advised(std::move(summed.error())));
}

void LateStore::close() {
    // Two open copies of one file would destroy it, so what is being answered must end first.
    const auto reports_ended = reports_line_.end();
    const auto sql_ended = sql_line_.end();
    const std::lock_guard lock(mutex_);
    opened_.reset();
}

base::Result<void> LateStore::rewrite() {
    auto ready = ensure_open();
    if (!ready) return ready;
    const std::string made = store::rewriting_path(path_);
    const auto copied = store::copy_rows(path_, made);
    // Whoever asks now waits. After a copy that failed the file is opened again too, for its lock.
    const auto reports_ended = reports_line_.end();
    const auto sql_ended = sql_line_.end();
    const std::lock_guard lock(mutex_);
    opened_.reset();
    const auto done = copied ? store::put_in_place(made, path_) : copied;
    auto opened = open(path_);
    if (!opened) return std::unexpected(advised(std::move(opened.error())));
    opened_ = *std::move(opened);
    return done;
}

base::Result<uint64_t> LateStore::offset() {
    const auto ready = ensure_open();
    if (!ready) return std::unexpected(ready.error());
    return opened_->writer->offset();
}

base::Result<void> LateStore::ask_reports(
    const std::function<base::Result<void>(store::Reports&)>& question) {
    const auto find = [this] {
        const std::lock_guard lock(mutex_);
        return opened_ ? opened_->reports.get() : nullptr;
    };
    return reports_line_.ask(find, question);
}

base::Result<void> LateStore::ask_sql(
    const std::function<base::Result<void>(store::SqlQuestions&)>& question) {
    const auto find = [this] {
        const std::lock_guard lock(mutex_);
        return opened_ ? opened_->sql.get() : nullptr;
    };
    return sql_line_.ask(find, question);
}

base::Result<std::optional<SessionRow>> LateStore::session(const event::SessionId& id) {
    const std::lock_guard lock(mutex_);
    if (!opened_) return away();
    return opened_->reader->session(id);
}

base::Result<std::vector<SessionRow>> LateStore::sessions(
    const session::SessionFilter& filter, const std::optional<event::SessionId>& before,
    size_t limit) {
    const std::lock_guard lock(mutex_);
    if (!opened_) return away();
    return opened_->reader->sessions(filter, before, limit);
}

base::Result<std::vector<SessionRow>> LateStore::sessions_with_details(
    const std::optional<event::SessionId>& before, size_t limit) {
    const std::lock_guard lock(mutex_);
    if (!opened_) return away();
    return opened_->reader->sessions_with_details(before, limit);
}

base::Result<std::vector<store::ViewerSession>> LateStore::sessions_of_viewer(std::string_view id,
                                                                              size_t limit) {
    const std::lock_guard lock(mutex_);
    if (!opened_) return away();
    return opened_->reader->sessions_of_viewer(id, limit);
}

base::Result<std::vector<store::Erasure>> LateStore::erasures() {
    const std::lock_guard lock(mutex_);
    if (!opened_) return away();
    return opened_->reader->erasures();
}

}  // namespace playhead::app
