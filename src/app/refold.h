// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/store_comparison.h"
#include "base/disk.h"
#include "base/error.h"
#include "journal/journal.h"
#include "store/duckdb_store.h"
#include "store/store.h"

namespace playhead::app {

struct Refolded {
    uint64_t records = 0;
    uint64_t unreadable = 0;    // records that this version cannot read, left out
    uint64_t sessions = 0;      // rows of closed sessions
    journal::Offset first = 0;  // of the first record that is kept
    journal::Offset end = 0;    // behind the last one: the offset of the store
    uint64_t damaged_places = 0;
};

// How far it is; called about once for each megabyte of the journal.
using RefoldProgress = std::function<void(journal::Offset done, journal::Offset end)>;

// The kept journal of a stopped server, folded once more into an empty store: by the rules that the
// journal says, or by `rule_set` when it is given. The same loop as the server's, on the caller's
// thread; memory as the server's fold. Goes on behind damage. Error: the journal cannot be read, or
// the store refuses a write.
base::Result<Refolded> refold(std::unique_ptr<journal::Reader> journal, store::Writer& into,
                              std::optional<int64_t> rule_set, const RefoldProgress& progress);

// A store beside the first one of a data folder, made from the kept journal.
struct SecondStore {
    store::DuckdbStore store;
    std::unique_ptr<store::Writer> writer;
    std::unique_ptr<store::Reader> reader;
    Refolded refolded;
};

// `path`: where the store is made; nothing may be there.
base::Result<SecondStore> make_second_store(base::Disk& disk, const std::string& folder,
                                            const std::string& path,
                                            std::optional<int64_t> rule_set,
                                            const RefoldProgress& progress);

struct Compared {
    StoreComparison stores;
    uint64_t not_kept = 0;  // of stores.only_before: their first record is no longer kept
};

// Compares the store that was there with the second one, and carries the sessions that only the
// first one has over into the second, as they are: what the journal no longer holds is not lost.
base::Result<Compared> compare_and_carry_over(store::Reader& before, SecondStore& second);

}  // namespace playhead::app
