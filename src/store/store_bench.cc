// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "base/check.h"
#include "store/duckdb_store.h"
#include "store/sample_rows.h"
#include "store/scratch_folder.h"

namespace playhead::store {
namespace {

using sample::ordinary_row;
using sample::sample_id;

// Rows a second, one commit per batch of this size, into a store that grows.
void write_batches(benchmark::State& state) {
    const auto batch = static_cast<uint64_t>(state.range(0));
    const ScratchFolder folder;
    auto store = DuckdbStore::open(folder.path() + "/store.duckdb", {});
    CHECK(store);
    const auto writer = store->writer();
    CHECK(writer);
    uint64_t next = 0;
    std::vector<session::SessionRow> rows;
    for (auto _ : state) {
        state.PauseTiming();
        rows.clear();
        for (uint64_t i = 0; i < batch; ++i) rows.push_back(ordinary_row(next++));
        state.ResumeTiming();
        CHECK((*writer)->write(rows, next));
    }
    state.SetItemsProcessed(static_cast<int64_t>(next));
}

BENCHMARK(write_batches)
    ->RangeMultiplier(8)
    ->Range(1, 32'768)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

constexpr uint64_t stored = 300'000;

DuckdbStore& filled_store() {
    static const ScratchFolder folder;
    static base::Result<DuckdbStore> store = [] {
        auto made = DuckdbStore::open(folder.path() + "/store.duckdb", {});
        CHECK(made);
        const auto writer = made->writer();
        CHECK(writer);
        constexpr uint64_t batch = 20'000;
        for (uint64_t first = 0; first < stored; first += batch) {
            std::vector<session::SessionRow> rows;
            for (uint64_t i = first; i < first + batch; ++i) rows.push_back(ordinary_row(i));
            CHECK((*writer)->write(rows, first));
        }
        return made;
    }();
    return *store;
}

// One session with its parts, out of 300,000.
void read_session(benchmark::State& state) {
    const auto reader = filled_store().reader();
    CHECK(reader);
    uint64_t number = 0;
    for (auto _ : state) {
        number = (number + 7919) % stored;
        CHECK(*(*reader)->session(sample_id(number)));
    }
}

BENCHMARK(read_session)->UseRealTime()->Unit(benchmark::kMillisecond);

// The newest page of this many sessions, out of 300,000.
void read_newest_page(benchmark::State& state) {
    const auto reader = filled_store().reader();
    CHECK(reader);
    const auto limit = static_cast<size_t>(state.range(0));
    for (auto _ : state) CHECK((*reader)->sessions(std::nullopt, limit)->size() == limit);
}

BENCHMARK(read_newest_page)->Arg(50)->Arg(1000)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace playhead::store
