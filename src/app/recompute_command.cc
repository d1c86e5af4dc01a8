// SPDX-License-Identifier: Apache-2.0
#include "app/recompute_command.h"

#include <iostream>
#include <limits>
#include <optional>
#include <string>

#include "app/data_folder.h"
#include "app/refold.h"
#include "app/refold_progress.h"
#include "base/posix_disk.h"

namespace playhead::app {
namespace {

struct Recomputed {
    Refolded refolded;
    Compared compared;
    std::optional<std::string> kept;  // name of the old store, when the second one was adopted
};

base::Result<void> make_room(base::Disk& disk, const RecomputeOptions& options,
                             const std::string& path) {
    if (options.to.empty()) return remove_store(disk, path);
    if (!disk.exists(path)) return {};
    return base::fail(base::ErrorCode::invalid,
                      path + " is there already: name a file that is not");
}

base::Result<store::DuckdbStore> open_first(base::Disk& disk, const std::string& path) {
    if (!disk.exists(path)) {
        return base::fail(base::ErrorCode::not_found,
                          "there is no store " + path +
                              " to compare with: playhead rebuild makes it from the journal");
    }
    auto store = store::DuckdbStore::open(path, {});
    if (store) return store;
    return base::fail(store.error().code,
                      store.error().what + ": playhead rebuild makes it again from the journal");
}

base::Result<Recomputed> recompute_store(base::Disk& disk, const RecomputeOptions& options,
                                         const std::string& path) {
    const auto lock = lock_stopped_folder(disk, options.data);
    if (!lock) return std::unexpected(lock.error());
    auto ready = make_room(disk, options, path);
    if (!ready) return std::unexpected(ready.error());
    Recomputed recomputed;
    {
        auto first = open_first(disk, options.data + "/store.duckdb");
        if (!first) return std::unexpected(first.error());
        const auto before = first->reader();
        if (!before) return std::unexpected(before.error());
        auto second =
            make_second_store(disk, options.data, path, options.rule_set, tell_progress());
        if (!second) return std::unexpected(second.error());
        auto compared = compare_and_carry_over(**before, *second);
        if (!compared) return std::unexpected(compared.error());
        recomputed.refolded = second->refolded;
        recomputed.compared = *std::move(compared);
    }
    if (!options.adopt) return recomputed;
    auto kept = replace_store(disk, options.data, path);
    if (!kept) return std::unexpected(kept.error());
    recomputed.kept = *std::move(kept);
    return recomputed;
}

void print(const StoreComparison::Total& total) {
    if (const auto* whole = std::get_if<int64_t>(&total)) {
        std::cout << *whole;
    } else if (const auto* real = std::get_if<double>(&total)) {
        std::cout << *real;
    } else {
        std::cout << "null";
    }
}

void print(const session::MetricText& text, const StoreComparison::MetricDifference& metric) {
    std::cout << "{\"metric\":\"" << text.key << "\",\"sessions\":" << metric.sessions
              << ",\"before\":";
    print(metric.before);
    std::cout << ",\"after\":";
    print(metric.after);
    std::cout << ",\"examples\":[";
    for (const event::SessionId& id : metric.examples) {
        std::cout << (&id == metric.examples.data() ? "\"" : ",\"") << id.text() << '"';
    }
    std::cout << "]}";
}

// Numbers, ids, and names that we gave: nothing here needs escaping.
void print(const RecomputeOptions& options, const Recomputed& recomputed) {
    const StoreComparison& stores = recomputed.compared.stores;
    std::cout.precision(std::numeric_limits<double>::max_digits10);
    std::cout << "{\"ruleSet\":" << options.rule_set
              << ",\"sessions\":{\"compared\":" << stores.compared
              << ",\"onlyBefore\":" << stores.only_before - recomputed.compared.not_kept
              << ",\"onlyAfter\":" << stores.only_after
              << ",\"notKept\":" << recomputed.compared.not_kept
              << "},\"damagedPlaces\":" << recomputed.refolded.damaged_places << ",\"metrics\":[";
    bool any = false;
    for (const session::MetricText& text : session::metric_texts()) {
        const auto& metric = stores.metrics[static_cast<size_t>(text.metric)];
        if (metric.sessions == 0) continue;
        if (any) std::cout << ',';
        any = true;
        print(text, metric);
    }
    std::cout << "],\"adopted\":" << (recomputed.kept ? "true" : "false") << ",\"kept\":";
    if (recomputed.kept) {
        std::cout << '"' << *recomputed.kept << "\"}\n";
    } else {
        std::cout << "null}\n";
    }
}

void advise(const RecomputeOptions& options, const Recomputed& recomputed,
            const std::string& path) {
    const std::string number = std::to_string(options.rule_set);
    if (!recomputed.kept) {
        std::cerr << "playhead: nothing was changed; the second store is " << path
                  << ", and --adopt puts it in place\n";
        return;
    }
    std::cerr << "playhead: the store now has the numbers of rule set " << number
              << ", the old one is " << options.data << '/' << *recomputed.kept
              << "; new sessions get the rule set that session.rules names, and a later "
                 "rebuild needs --rules "
              << number << " to give these numbers\n";
}

}  // namespace

int recompute(const RecomputeOptions& options) {
    base::PosixDisk disk;
    const std::string path = options.to.empty() ? options.data + "/store.rules-" +
                                                      std::to_string(options.rule_set) + ".duckdb"
                                                : options.to;
    const auto recomputed = recompute_store(disk, options, path);
    if (!recomputed) {
        std::cerr << "playhead: " << recomputed.error().what << '\n';
        return 1;
    }
    print(options, *recomputed);
    advise(options, *recomputed, path);
    return 0;
}

}  // namespace playhead::app
