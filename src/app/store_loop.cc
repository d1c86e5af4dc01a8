// SPDX-License-Identifier: Apache-2.0
#include "app/store_loop.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/log.h"
#include "base/stopwatch.h"

namespace playhead::app {
namespace {

constexpr std::chrono::milliseconds first_pause{500};
constexpr std::chrono::milliseconds longest_pause{5000};
constexpr std::chrono::milliseconds longest_rest{1000};
constexpr std::chrono::milliseconds looks_for_days{10'000};
constexpr int rest_factor = 4;

}  // namespace

StoreLoop::StoreLoop(store::Writer& writer, Queue& queue, std::function<void(uint64_t)> stored,
                     const base::Clock& clock, base::Counters& counters)
    : writer_(writer),
      queue_(queue),
      stored_(std::move(stored)),
      clock_(clock),
      pause_(first_pause),
      rows_(counters.counter("playhead_rows_stored_total", "",
                             "Closed sessions written to the store")),
      failures_(counters.counter("playhead_store_failures_total", "",
                                 "Tries to reach the store or to write that failed")),
      sum_time_(counters.histogram("playhead_store_sum_seconds", "",
                                   "How long it took to sum up a day without or by one dimension",
                                   base::Histogram::Unit::microseconds)),
      write_time_(counters.histogram("playhead_store_write_seconds", "",
                                     "How long a transaction of the store took that wrote rows",
                                     base::Histogram::Unit::microseconds)),
      write_rows_(counters.histogram("playhead_store_write_rows", "",
                                     "Rows in one transaction of the store",
                                     base::Histogram::Unit::count)) {
}

bool StoreLoop::step() {
    if (!reached_ && !reach()) {
        pause();
        return !hurried_;
    }
    batches_.clear();
    const std::chrono::milliseconds waits =
        has_summed_ ? std::chrono::milliseconds(0) : looks_for_days;
    if (!queue_.pop_all_within(batches_, waits)) return false;
    const int64_t begin = clock_.monotonic_ms();
    if (!write_all()) return false;
    const std::chrono::milliseconds took(clock_.monotonic_ms() - begin);
    rest(std::min(rest_factor * took, longest_rest));
    return true;
}

bool StoreLoop::write_all() {
    const Work work(progress_);
    for (const auto& batch : batches_) {
        while (!write(*batch)) {
            if (hurried_) return false;
            pause();
            progress_.go_on();
        }
        progress_.go_on();
    }
    do_jobs();
    progress_.go_on();
    sum_up();
    return true;
}

bool StoreLoop::ask(std::function<void()> job) {
    if (!jobs_.try_push(std::move(job))) return false;
    // Wakes the loop; a queue without room has woken it.
    static_cast<void>(queue_.try_push(std::make_shared<const StoreBatch>()));
    return true;
}

void StoreLoop::do_jobs() {
    taken_.clear();
    if (hurried_ || !jobs_.try_pop_all(taken_)) return;
    for (const auto& job : taken_) job();
}

void StoreLoop::sum_up() {
    has_summed_ = false;
    if (hurried_) return;
    const base::Stopwatch watch;
    const auto summed = writer_.sum_up(clock_.wall_ms());
    if (!note(summed ? base::Result<void>() : std::unexpected(summed.error()))) return pause();
    left_to_sum_ = summed->left;
    has_summed_ = summed->has_summed;
    if (has_summed_) sum_time_.record(static_cast<uint64_t>(watch.microseconds()));
}

void StoreLoop::hurry() {
    hurried_ = true;
    hurry_.raise();
}

void StoreLoop::rest(std::chrono::milliseconds time) {
    if (!hurried_ && time.count() > 0) hurry_.wait(time);
}

void StoreLoop::pause() {
    rest(pause_);
    pause_ = std::min(2 * pause_, longest_pause);
}

std::string StoreLoop::reason() const {
    const std::lock_guard lock(mutex_);
    return reason_;
}

bool StoreLoop::reach() {
    const Work work(progress_);
    const auto stored = writer_.offset();
    if (!stored) return note(std::unexpected(stored.error()));
    reached_ = true;
    stored_(*stored);
    return note({});
}

bool StoreLoop::write(const StoreBatch& batch) {
    return note(write_what_is_missing(batch));
}

base::Result<void> StoreLoop::write_what_is_missing(const StoreBatch& batch) {
    const auto stored = writer_.offset();
    if (!stored) return std::unexpected(stored.error());
    if (*stored >= batch.offset) {
        stored_(*stored);
        return {};
    }
    if (batch.erasure) {
        const auto done = put_erasure(writer_, batch);
        if (done) stored_(batch.offset);
        return done;
    }
    std::vector<session::SessionRow> missing;
    std::span<const session::SessionRow> rows = batch.rows;
    if (std::ranges::any_of(batch.closed_by, [&](uint64_t offset) { return offset < *stored; })) {
        for (size_t i = 0; i < rows.size(); ++i) {
            if (batch.closed_by[i] >= *stored) missing.push_back(rows[i]);
        }
        rows = missing;
    }
    const base::Stopwatch watch;
    const auto done = writer_.write(rows, batch.offset);
    if (!done) return done;
    rows_.add(rows.size());
    if (!rows.empty()) {
        write_time_.record(static_cast<uint64_t>(watch.microseconds()));
        write_rows_.record(rows.size());
    }
    stored_(batch.offset);
    return {};
}

// Gives whether it was done.
bool StoreLoop::note(const base::Result<void>& done) {
    {
        const std::lock_guard lock(mutex_);
        reason_ = done ? std::string() : done.error().what;
    }
    if (done) {
        pause_ = first_pause;
        if (failing_.exchange(false)) base::log(base::Level::info, "the store takes rows again");
        return true;
    }
    failures_.add();
    if (!failing_.exchange(true)) {
        base::log(base::Level::error,
                  "the store takes no rows, they are kept in the journal and written as soon as it "
                  "does: " +
                      done.error().what);
    }
    return false;
}

}  // namespace playhead::app
