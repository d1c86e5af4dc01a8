// SPDX-License-Identifier: Apache-2.0
#include "app/snapshot.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "app/fold_loop.h"
#include "app/recovery.h"
#include "app/snapshot_loop.h"
#include "base/memory_disk.h"
#include "base/splitmix.h"
#include "event/record.h"
#include "journal/memory_journal.h"

namespace playhead::app {
namespace {

constexpr int64_t noon = 1'714'564'800'000;
constexpr std::chrono::milliseconds at_once{0};
const std::string folder = "data/snapshot";

std::string body_of(const char* type, int64_t ts, int64_t playhead, const char* params) {
    return R"({"playerTime":{"playhead":)" + std::to_string(playhead) + R"(,"ts":)" +
           std::to_string(ts) + R"(},"eventType":")" + type + R"(")" + params + "}";
}

constexpr const char* start_params =
    R"(,"params":{"media.id":"a programme","media.length":60,"media.contentType":"vod",)"
    R"("media.playerName":"p","media.channel":"c","analytics.trackingServer":"t",)"
    R"("analytics.reportSuite":"suite","visitor.marketingCloudOrgId":"organisation"})";

// A journal of viewers who come and go, a fold of it, and a disk for the snapshots.
class Snapshots : public testing::Test {
  protected:
    void write(event::Record::Kind kind, uint64_t session, int64_t after_ms,
               const std::string& body) {
        std::string record;
        event::SessionId id;
        id.bytes[5] = static_cast<uint8_t>(session);
        event::encode({.kind = kind,
                       .received_at = noon + after_ms,
                       .uptime_ms = after_ms,
                       .session = id,
                       .body = body},
                      record);
        ASSERT_TRUE(journal_.append(record));
        ASSERT_TRUE(journal_.commit());
    }

    // `records` more of viewers who play, ping, pause and leave.
    void write_records(size_t records) {
        for (size_t i = 0; i < records; ++i) {
            now_ += static_cast<int64_t>(random_.next() % 4'000);
            const uint64_t session = 1 + random_.next() % 6;
            const uint64_t what = random_.next() % 12;
            const auto playhead = static_cast<int64_t>(random_.next() % 60);
            if (what == 0) {
                write(event::Record::Kind::session_start, ++sessions_, now_,
                      body_of("sessionStart", noon + now_, 0, start_params));
            } else if (what == 1) {
                write(event::Record::Kind::tick, 0, now_, "");
            } else {
                const char* types[] = {"play",        "ping", "ping", "ping",       "pauseStart",
                                       "bufferStart", "ping", "ping", "sessionEnd", "play"};
                write(event::Record::Kind::event, sessions_ - session % (sessions_ + 1), now_,
                      body_of(types[what - 2], noon + now_, playhead, ""));
            }
        }
    }

    struct Process {
        base::Signal signal;
        base::Counters counters;
        base::BoundedQueue<std::shared_ptr<const StoreBatch>> to_store{1};
        std::unique_ptr<journal::Reader> reader;
        std::optional<SnapshotLoop> snapshots;
        std::optional<FoldLoop> fold;
        std::vector<session::SessionRow> rows;
    };

    // What the whole journal gives, with no snapshot and no crash.
    std::unique_ptr<Process> from_the_beginning() {
        auto process = std::make_unique<Process>();
        process->reader = journal_.reader();
        process->fold.emplace(FoldLoop::Parts{.journal = *process->reader,
                                              .to_store = process->to_store,
                                              .signal = process->signal,
                                              .counters = process->counters},
                              0);
        bool goes_on = true;
        while (goes_on) {
            goes_on = *process->fold->step();
            process->fold->flush();
            std::vector<std::shared_ptr<const StoreBatch>> batches;
            process->to_store.try_pop_all(batches);
            for (const auto& batch : batches) {
                process->rows.insert(process->rows.end(), batch->rows.begin(), batch->rows.end());
            }
        }
        return process;
    }

    // A start as in app/server.cc, with what the store has.
    std::unique_ptr<Process> start() {
        auto process = std::make_unique<Process>();
        process->reader = journal_.reader();
        auto state = newest_snapshot(disk_, folder, [this](const FoldState& found) {
            return found.offset <= stored_offset_;
        });
        begun_at_ = state ? state->offset : 0;
        if (state) {
            EXPECT_TRUE(process->reader->seek(state->offset));
        }
        process->snapshots.emplace(disk_, folder, process->signal, process->counters);
        process->snapshots->stored(stored_offset_);
        process->fold.emplace(FoldLoop::Parts{.journal = *process->reader,
                                              .to_store = process->to_store,
                                              .signal = process->signal,
                                              .counters = process->counters,
                                              .snapshots = &*process->snapshots,
                                              .pace = {.records = 50, .uptime_ms = INT64_MAX}},
                              stored_offset_, std::move(state));
        return process;
    }

    // The store's part: takes what was handed over.
    void store(Process& process) {
        std::vector<std::shared_ptr<const StoreBatch>> batches;
        process.to_store.try_pop_all(batches);
        for (const auto& batch : batches) {
            for (const session::SessionRow& row : batch->rows) stored_.push_back(row);
            stored_offset_ = batch->offset;
            process.fold->stored(batch->offset);
            process.snapshots->stored(batch->offset);
        }
    }

    void run(Process& process) {
        while (true) {
            const auto worked = process.fold->step();
            ASSERT_TRUE(worked);
            store(process);
            process.snapshots->step(at_once);
            if (!*worked && !process.fold->takes_snapshot()) break;
        }
    }

    void take_snapshot(Process& process) {
        process.fold->begin_snapshot();
        while (process.fold->takes_snapshot()) process.fold->go_on_with_snapshot();
        process.snapshots->step(at_once);
        store(process);
        process.snapshots->step(at_once);
    }

    static session::LiveCounts live_counts(const Process& process) {
        return process.fold->table().live().view({}, noon).counts;
    }

    std::vector<uint64_t> offsets() const { return *list_snapshots(disk_, folder); }

    base::MemoryDisk disk_;
    journal::MemoryJournal journal_;
    base::Splitmix random_{5};
    int64_t now_ = 0;
    uint64_t sessions_ = 0;
    uint64_t begun_at_ = 0;
    uint64_t stored_offset_ = 0;
    std::vector<session::SessionRow> stored_;
};

TEST_F(Snapshots, a_start_from_one_knows_what_a_start_from_the_beginning_knows) {
    write_records(700);
    auto first = start();
    run(*first);
    take_snapshot(*first);
    write_records(30);
    auto again = start();
    EXPECT_GT(begun_at_, 0U);
    run(*again);
    again->fold->flush();
    store(*again);
    const auto whole = from_the_beginning();
    EXPECT_EQ(again->fold->table().digest(), whole->fold->table().digest());
    EXPECT_EQ(live_counts(*again), live_counts(*whole));
    EXPECT_GT(live_counts(*again).sessions, 0U);
    EXPECT_EQ(again->fold->ledger().received(), whole->fold->ledger().received());
    EXPECT_EQ(again->fold->ledger().by_suite(), whole->fold->ledger().by_suite());
    EXPECT_EQ(again->fold->unaccounted(), 0);
    EXPECT_EQ(stored_, whole->rows);
}

TEST_F(Snapshots, crashes_at_any_moment_lose_and_double_no_row) {
    write_records(500);
    uint64_t from_snapshots = 0;
    for (uint64_t seed = 0; seed < 150; ++seed) {
        auto process = start();
        from_snapshots += begun_at_ > 0 ? 1 : 0;
        disk_.cut_power_after(random_.next() % 40);
        for (uint64_t steps = random_.next() % 30; steps > 0; --steps) {
            ASSERT_TRUE(process->fold->step());
            if (random_.next() % 2 == 0) store(*process);
            if (random_.next() % 2 == 0) process->snapshots->step(at_once);
        }
        process.reset();
        disk_.crash(seed);
        write_records(20);
    }
    EXPECT_GT(from_snapshots, 50U);
    auto last = start();
    run(*last);
    last->fold->flush();
    store(*last);
    const auto whole = from_the_beginning();
    EXPECT_EQ(last->fold->table().digest(), whole->fold->table().digest());
    EXPECT_EQ(live_counts(*last), live_counts(*whole));
    EXPECT_EQ(stored_, whole->rows);
}

TEST_F(Snapshots, one_gets_its_name_when_the_store_has_what_it_does_not_carry) {
    write_records(40);
    auto process = start();
    while (*process->fold->step()) continue;
    process->fold->begin_snapshot();
    while (process->fold->takes_snapshot()) process->fold->go_on_with_snapshot();
    process->snapshots->step(at_once);
    EXPECT_TRUE(offsets().empty());
    EXPECT_FALSE(process->snapshots->begin());
    store(*process);
    process->snapshots->step(at_once);
    EXPECT_EQ(offsets(), std::vector<uint64_t>{process->fold->position()});
    EXPECT_TRUE(process->snapshots->begin());
}

TEST_F(Snapshots, the_last_two_are_kept) {
    auto process = start();
    for (int i = 0; i < 4; ++i) {
        write_records(10);
        run(*process);
        take_snapshot(*process);
        EXPECT_EQ(offsets().size(), i == 0 ? 1U : 2U);
        EXPECT_EQ(offsets().back(), process->fold->position());
        EXPECT_EQ(process->snapshots->oldest(), offsets().front());
    }
}

TEST_F(Snapshots, nothing_new_makes_no_new_one) {
    write_records(10);
    auto process = start();
    run(*process);
    take_snapshot(*process);
    process->fold->begin_snapshot();
    EXPECT_FALSE(process->fold->takes_snapshot());
}

TEST_F(Snapshots, a_changed_byte_or_a_cut_is_noticed_and_the_one_before_is_used) {
    write_records(30);
    auto process = start();
    run(*process);
    take_snapshot(*process);
    const uint64_t older = offsets().back();
    write_records(10);
    run(*process);
    take_snapshot(*process);
    const std::string path = snapshot_path(folder, offsets().back());
    const std::string whole = disk_.content(path);
    for (size_t i = 0; i < whole.size(); ++i) {
        const char changed = static_cast<char>(whole[i] ^ (1 << i % 8));
        disk_.overwrite(path, i, std::string_view(&changed, 1));
        ASSERT_FALSE(read_snapshot(disk_, path)) << i;
        disk_.overwrite(path, i, std::string_view(whole).substr(i, 1));
    }
    ASSERT_TRUE(read_snapshot(disk_, path));
    auto file = disk_.open(path, base::Disk::Open::existing);
    for (size_t size = whole.size(); size > 0; --size) {
        ASSERT_TRUE((*file)->resize(size - 1));
        ASSERT_FALSE(read_snapshot(disk_, path)) << size;
    }
    start();
    EXPECT_EQ(begun_at_, older);
}

TEST_F(Snapshots, a_full_disk_is_counted_and_the_next_one_is_tried) {
    write_records(40);
    auto process = start();
    disk_.set_capacity(20);
    run(*process);
    take_snapshot(*process);
    EXPECT_TRUE(offsets().empty());
    EXPECT_EQ(process->counters.counter("playhead_snapshot_failures_total", "", "").value(), 1U);
    disk_.set_capacity(1 << 20);
    write_records(5);
    run(*process);
    take_snapshot(*process);
    EXPECT_EQ(offsets().size(), 1U);
}

TEST_F(Snapshots, no_record_is_folded_while_one_is_taken) {
    write_records(60);
    auto process = start();
    run(*process);
    write_records(20);
    ASSERT_TRUE(process->fold->step());
    write_records(20);
    process->fold->begin_snapshot();
    ASSERT_TRUE(process->fold->takes_snapshot());
    const uint64_t position = process->fold->position();
    ASSERT_TRUE(process->fold->step());
    EXPECT_EQ(process->fold->position(), position);
    bool answered = false;
    ASSERT_TRUE(process->fold->ask([&](const FoldLoop&) { answered = true; }));
    run(*process);
    EXPECT_TRUE(answered);
    EXPECT_EQ(process->fold->position(), process->reader->end());
}

TEST_F(Snapshots, admission_from_one_answers_as_from_the_beginning) {
    write_records(400);
    auto process = start();
    run(*process);
    take_snapshot(*process);
    write_records(50);
    const auto state = newest_snapshot(disk_, folder, [](const FoldState&) { return true; });
    ASSERT_TRUE(state);
    session::Admission whole{session::Rules()};
    session::Admission restored{session::Rules()};
    const auto all = recover(*journal_.reader(), whole);
    const auto rest = recover(*journal_.reader(), restored, *state);
    ASSERT_TRUE(all);
    ASSERT_TRUE(rest);
    EXPECT_LT(rest->records, all->records);
    EXPECT_EQ(rest->uptime_ms, all->uptime_ms);
    EXPECT_EQ(rest->rules, all->rules);
    for (uint8_t session = 0; session <= sessions_ + 1; ++session) {
        event::SessionId id;
        id.bytes[5] = session;
        for (const int64_t later : {0, 4'000, 400'000, 700'000, 90'000'000}) {
            EXPECT_EQ(restored.judge(id, now_ + later, event::EventType::ping, now_ + later, 70),
                      whole.judge(id, now_ + later, event::EventType::ping, now_ + later, 70))
                << int{session} << " " << later;
        }
    }
}

}  // namespace
}  // namespace playhead::app
