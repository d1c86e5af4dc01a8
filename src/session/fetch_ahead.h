// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "event/session_id.h"
#include "session/number_index.h"
#include "session/slab.h"

namespace playhead::session {

// So many sessions are fetched at the same time, about what a core can wait for at once.
constexpr size_t sessions_at_once = 16;

// Fetches from memory what finding and touching these sessions will read, for sessions_at_once of
// them at the same time: with many sessions nothing of one is in a cache, and one after the other
// each would wait four times, for its place in the index, its entry, its neighbours in the order of
// arrivals, and what `fetch_more(entry)` adds. Changes nothing; ids that are not here do no harm.
template <typename Entry, typename FetchMore>
void fetch_ahead(const NumberIndex& index, const Slab<Entry>& entries,
                 std::span<const event::SessionId* const> ids, FetchMore fetch_more) {
    const std::hash<event::SessionId> hash_of;
    const auto fetch_entry = [](const Entry& entry) {
        constexpr size_t line = 64;
        const char* const bytes = reinterpret_cast<const char*>(&entry);
        for (size_t at = 0; at < sizeof(Entry); at += line) __builtin_prefetch(bytes + at, 1);
        __builtin_prefetch(bytes + sizeof(Entry) - 1, 1);
    };
    while (!ids.empty()) {
        const auto group = ids.first(std::min(ids.size(), sessions_at_once));
        ids = ids.subspan(group.size());
        std::array<const Entry*, sessions_at_once> found;
        size_t count = 0;
        for (const event::SessionId* id : group) index.prefetch(hash_of(*id));
        for (const event::SessionId* id : group) {
            const auto number = index.find(hash_of(*id), [](uint32_t) { return true; });
            if (!number) continue;
            const Entry& entry = entries[*number];
            fetch_entry(entry);
            found[count++] = &entry;
        }
        for (const Entry* entry : std::span(found).first(count)) {
            for (const Entry* neighbour : {entry->older, entry->newer}) {
                if (neighbour != nullptr) fetch_entry(*neighbour);
            }
            fetch_more(*entry);
        }
    }
}

}  // namespace playhead::session
