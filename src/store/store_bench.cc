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

// A store with a hundred thousand sessions. Each benchmark makes its own: what lives until the end
// of the process would be closed after DuckDB's thread-local data are gone.
class FilledStore {
  public:
    static constexpr uint64_t rows = 100'000;

    FilledStore() : store_(DuckdbStore::open(folder_.path() + "/store.duckdb", {})) {
        CHECK(store_);
        const auto writer = store_->writer();
        CHECK(writer);
        constexpr uint64_t batch = 20'000;
        for (uint64_t first = 0; first < rows; first += batch) {
            std::vector<session::SessionRow> batch_rows;
            for (uint64_t i = first; i < first + batch; ++i) batch_rows.push_back(ordinary_row(i));
            CHECK((*writer)->write(batch_rows, first));
        }
    }

    std::unique_ptr<Reader> reader() {
        auto reader = store_->reader();
        CHECK(reader);
        return *std::move(reader);
    }

  private:
    ScratchFolder folder_;
    base::Result<DuckdbStore> store_;
};

// One session with its parts.
void read_session(benchmark::State& state) {
    FilledStore store;
    const auto reader = store.reader();
    uint64_t number = 0;
    for (auto _ : state) {
        number = (number + 7919) % FilledStore::rows;
        CHECK(*reader->session(sample_id(number)));
    }
}

// The newest page of this many sessions.
void read_newest_page(benchmark::State& state) {
    FilledStore store;
    const auto reader = store.reader();
    const auto limit = static_cast<size_t>(state.range(0));
    for (auto _ : state) CHECK(reader->sessions({}, std::nullopt, limit)->size() == limit);
}

// A fixed number of iterations, because finding one would fill a store for each try.
constexpr int reads = 100;

BENCHMARK(read_session)->Iterations(reads)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(read_newest_page)
    ->Arg(50)
    ->Arg(1000)
    ->Iterations(reads)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace playhead::store
