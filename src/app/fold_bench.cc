// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "app/fold_loop.h"
#include "event/record.h"
#include "journal/memory_journal.h"

namespace playhead::app {
namespace {

constexpr uint64_t viewers = 50'000;
constexpr int64_t pings = 20;

std::string body_of(const char* type, int64_t ts, int64_t playhead) {
    return R"({"playerTime":{"playhead":)" + std::to_string(playhead) + R"(,"ts":)" +
           std::to_string(ts) + R"(},"eventType":")" + type + R"(")";
}

std::string body_at(int64_t beat, int64_t ts) {
    if (beat == 1) return body_of("play", ts, 0) + "}";
    if (beat == pings - 1) return body_of("sessionEnd", ts, 10 * beat) + "}";
    if (beat > 0) return body_of("ping", ts, 10 * beat) + "}";
    return body_of("sessionStart", ts, 0) +
           R"(,"params":{"media.id":"a programme","media.length":3600,"media.contentType":"vod",)"
           R"("media.playerName":"player","media.channel":"channel","media.show":"Something",)"
           R"("analytics.trackingServer":"t","analytics.reportSuite":"suite",)"
           R"("visitor.marketingCloudOrgId":"organisation"}})";
}

// Viewers who ping every ten seconds, their pings spread evenly, until all have left.
std::unique_ptr<journal::MemoryJournal> made_journal() {
    auto journal = std::make_unique<journal::MemoryJournal>();
    std::string record;
    for (int64_t beat = 0; beat < pings; ++beat) {
        for (uint64_t viewer = 0; viewer < viewers; ++viewer) {
            const int64_t now = beat * 10'000 + static_cast<int64_t>(viewer * 10'000 / viewers);
            event::SessionId id;
            const uint64_t spread = (viewer + 1) * 0x9e3779b97f4a7c15ULL;
            for (size_t i = 0; i < 8; ++i) {
                id.bytes[i] = static_cast<uint8_t>(viewer >> (56 - 8 * i));
                id.bytes[8 + i] = static_cast<uint8_t>(spread >> (8 * i));
            }
            record.clear();
            event::encode({.kind = beat == 0 ? event::Record::Kind::session_start
                                             : event::Record::Kind::event,
                           .received_at = now,
                           .uptime_ms = now,
                           .session = id,
                           .body = body_at(beat, 1'700'000'000'000 + now)},
                          record);
            static_cast<void>(journal->append(record));
        }
    }
    static_cast<void>(journal->commit());
    return journal;
}

// Everything that understanding does with a record but the reading from the disk: decode it, decode
// its JSON, fold it, and make the row.
void fold_a_journal(benchmark::State& state) {
    const auto journal = made_journal();
    base::Signal signal;
    for (auto _ : state) {
        base::Counters counters;
        base::BoundedQueue<std::shared_ptr<const StoreBatch>> to_store(1);
        const auto reader = journal->reader();
        FoldLoop loop(
            {.journal = *reader, .to_store = to_store, .signal = signal, .counters = counters}, 0);
        std::vector<std::shared_ptr<const StoreBatch>> batches;
        while (*loop.step()) {
            batches.clear();
            if (to_store.try_pop_all(batches)) loop.stored(batches.back()->offset);
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(viewers) * pings);
}

BENCHMARK(fold_a_journal)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace playhead::app
