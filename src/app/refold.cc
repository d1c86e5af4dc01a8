// SPDX-License-Identifier: Apache-2.0
#include "app/refold.h"

#include <algorithm>
#include <vector>

#include "app/fold_loop.h"
#include "journal/file_journal.h"
#include "journal/past_damage.h"

namespace playhead::app {
namespace {

// Rounds of the fold between two writes: a transaction costs milliseconds whatever is in it.
constexpr int rounds_per_write = 64;
constexpr size_t rows_per_write = 256;  // of those that are carried over

base::Result<void> put(store::Writer& into, const StoreBatch& batch) {
    return batch.erasure ? put_erasure(into, batch) : into.write(batch.rows, batch.offset);
}

// Of erasures of which the journal says nothing any more.
base::Result<void> carry_over_erasures(store::Reader& before, SecondStore& second) {
    const auto all = before.erasures();
    if (!all) return std::unexpected(all.error());
    base::Result<void> done;
    for (const store::Erasure& one : *all) {
        if (done) done = second.writer->erase(one, {}, second.refolded.end);
        if (done && one.finished_at) {
            done = second.writer->finish_erasure(one.id, *one.finished_at, second.refolded.end);
        }
    }
    return done;
}

}  // namespace

base::Result<Refolded> refold(std::unique_ptr<journal::Reader> journal, store::Writer& into,
                              std::optional<int64_t> rule_set, const RefoldProgress& progress) {
    Refolded done;
    journal::PastDamage reader(std::move(journal),
                               [&done](const journal::Damage&) { ++done.damaged_places; });
    const auto first = reader.next();
    if (!first) return std::unexpected(first.error());
    done.first = *first ? (*first)->offset : reader.end();
    if (*first) {
        const auto back = reader.seek(done.first);
        if (!back) return std::unexpected(back.error());
    }

    base::BoundedQueue<std::shared_ptr<const StoreBatch>> to_store(1);
    base::Signal signal;
    base::Counters counters;
    FoldLoop fold({.journal = reader,
                   .to_store = to_store,
                   .signal = signal,
                   .counters = counters,
                   .rule_set = rule_set},
                  0);
    const auto write_waiting = [&]() -> base::Result<void> {
        std::vector<std::shared_ptr<const StoreBatch>> batches;
        to_store.try_pop_all(batches);
        for (const auto& batch : batches) {
            const auto written = put(into, *batch);
            if (!written) return written;
            done.sessions += batch->rows.size();
            fold.stored(batch->offset);
        }
        return {};
    };
    bool goes_on = true;
    while (goes_on) {
        for (int round = 0; round < rounds_per_write && goes_on; ++round) {
            const auto worked = fold.step();
            if (!worked) return std::unexpected(worked.error());
            goes_on = *worked;
        }
        const auto written = write_waiting();
        if (!written) return std::unexpected(written.error());
        progress(fold.position(), reader.end());
        // A round also does nothing when too many rows wait.
        goes_on = goes_on || !fold.caught_up();
    }
    bool is_flushed = false;
    while (!is_flushed) {
        is_flushed = fold.flush();
        const auto written = write_waiting();
        if (!written) return std::unexpected(written.error());
    }
    done.end = std::max(fold.position(), done.first);
    done.records = counters.counter("playhead_records_folded_total", "", "").value();
    done.unreadable = counters.counter("playhead_records_undecodable_total", "", "").value();
    return done;
}

base::Result<SecondStore> make_second_store(base::Disk& disk, const std::string& folder,
                                            const std::string& path,
                                            std::optional<int64_t> rule_set,
                                            const RefoldProgress& progress) {
    auto journal = journal::open_read_only(disk, folder + "/journal");
    if (!journal) return std::unexpected(journal.error());
    auto store = store::DuckdbStore::open(path, {});
    if (!store) return std::unexpected(store.error());
    auto writer = store->writer();
    if (!writer) return std::unexpected(writer.error());
    auto reader = store->reader();
    if (!reader) return std::unexpected(reader.error());
    const auto refolded = refold(*std::move(journal), **writer, rule_set, progress);
    if (!refolded) return std::unexpected(refolded.error());
    return SecondStore{.store = *std::move(store),
                       .writer = *std::move(writer),
                       .reader = *std::move(reader),
                       .refolded = *refolded};
}

base::Result<Compared> compare_and_carry_over(store::Reader& before, SecondStore& second) {
    Compared compared;
    std::vector<session::SessionRow> waiting;
    const auto write = [&]() -> base::Result<void> {
        const auto written = second.writer->write(waiting, second.refolded.end);
        waiting.clear();
        return written;
    };
    auto found = compare_stores(
        before, *second.reader, [&](const session::SessionRow& row) -> base::Result<void> {
            if (row.offsets.empty() || row.offsets.front() < second.refolded.first) {
                ++compared.not_kept;
            }
            waiting.push_back(row);
            if (waiting.size() < rows_per_write) return {};
            return write();
        });
    if (!found) return std::unexpected(found.error());
    compared.stores = *std::move(found);
    auto written = write();
    if (written) written = carry_over_erasures(before, second);
    if (!written) return std::unexpected(written.error());
    return compared;
}

}  // namespace playhead::app
