// SPDX-License-Identifier: Apache-2.0
#include "app/refusals.h"

#include <algorithm>

#include "base/bytes.h"

namespace playhead::app {

using ingest::Rejection;

Refusals since(const Refusals& before, const Refusals& now) {
    Refusals grown{};
    for (size_t i = 0; i < grown.size(); ++i) grown[i] = now[i] - before[i];
    return grown;
}

bool is_empty(const Refusals& refusals) {
    return std::ranges::all_of(refusals, [](uint64_t count) { return count == 0; });
}

bool carries_data(Rejection rejection) {
    return rejection != Rejection::unknown_path && rejection != Rejection::unknown_schema &&
           rejection != Rejection::wrong_method;
}

std::string encode_refusals(const Refusals& refusals) {
    std::string body(refusals.size() * sizeof(uint64_t), '\0');
    char* at = body.data();
    for (const uint64_t count : refusals) at = base::write_little(at, count);
    return body;
}

// A longer list is from a later version, a shorter one from an earlier: reasons are only added.
std::optional<Refusals> decode_refusals(std::string_view body) {
    Refusals refusals{};
    if (body.size() % sizeof(uint64_t) != 0 || body.size() > refusals.size() * sizeof(uint64_t)) {
        return std::nullopt;
    }
    for (size_t i = 0; i * sizeof(uint64_t) < body.size(); ++i) {
        refusals[i] = base::read_little<uint64_t>(body.data() + i * sizeof(uint64_t));
    }
    return refusals;
}

}  // namespace playhead::app
