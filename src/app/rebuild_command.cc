// SPDX-License-Identifier: Apache-2.0
#include "app/rebuild_command.h"

#include <iostream>
#include <utility>

#include "app/data_folder.h"
#include "app/refold.h"
#include "app/refold_progress.h"
#include "base/posix_disk.h"

namespace playhead::app {
namespace {

struct Rebuilt {
    Refolded refolded;
    uint64_t carried_over = 0;
    std::string kept;  // name of the old store
};

// Rows of sessions that the journal no longer holds. What cannot be read is told and left behind.
uint64_t carry_over(const std::string& old_store, SecondStore& second) {
    auto before = store::DuckdbStore::open(old_store, {});
    auto reader = before ? before->reader() : std::unexpected(before.error());
    auto compared = reader ? compare_and_carry_over(**reader, second)
                           : base::Result<Compared>(std::unexpected(reader.error()));
    if (compared) return compared->stores.only_before;
    std::cerr << "playhead: the journal begins at offset " << second.refolded.first
              << "; sessions of before it were only in the old store, which cannot be read: "
              << compared.error().what << '\n';
    return 0;
}

base::Result<Rebuilt> rebuild_store(const std::string& data, std::optional<int64_t> rule_set) {
    base::PosixDisk disk;
    const auto lock = lock_stopped_folder(disk, data);
    if (!lock) return std::unexpected(lock.error());
    const std::string old_store = data + "/store.duckdb";
    const std::string path = data + "/store.new.duckdb";
    const auto removed = remove_store(disk, path);
    if (!removed) return std::unexpected(removed.error());
    Rebuilt rebuilt;
    {
        auto second = make_second_store(disk, data, path, rule_set, tell_progress());
        if (!second) return std::unexpected(second.error());
        rebuilt.refolded = second->refolded;
        if (second->refolded.first > 0 && disk.exists(old_store)) {
            rebuilt.carried_over = carry_over(old_store, *second);
        }
    }
    auto kept = replace_store(disk, data, path);
    if (!kept) return std::unexpected(kept.error());
    rebuilt.kept = *std::move(kept);
    return rebuilt;
}

// Numbers and names that we gave: nothing here needs escaping.
void print(const Rebuilt& rebuilt) {
    const Refolded& refolded = rebuilt.refolded;
    std::cout << "{\"sessions\":" << refolded.sessions
              << ",\"carriedOver\":" << rebuilt.carried_over << ",\"records\":" << refolded.records
              << ",\"unreadable\":" << refolded.unreadable << ",\"first\":" << refolded.first
              << ",\"end\":" << refolded.end << ",\"damagedPlaces\":" << refolded.damaged_places
              << ",\"kept\":";
    if (rebuilt.kept.empty()) {
        std::cout << "null}\n";
    } else {
        std::cout << '"' << rebuilt.kept << "\"}\n";
    }
}

}  // namespace

int rebuild(const std::string& data, std::optional<int64_t> rule_set) {
    const auto rebuilt = rebuild_store(data, rule_set);
    if (!rebuilt) {
        std::cerr << "playhead: " << rebuilt.error().what << '\n';
        return 1;
    }
    print(*rebuilt);
    return 0;
}

}  // namespace playhead::app
