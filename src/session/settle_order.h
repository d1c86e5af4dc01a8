// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

namespace playhead::session {

// Sorts by `key`, keeps the order of equals and allocates nothing. For lists that are nearly in
// order: the cost is their length times how far elements are out of place.
template <typename T, typename Key>
void settle_order(std::vector<T>& list, Key key) {
    for (auto at = list.begin(); at != list.end(); ++at) {
        const auto place =
            std::ranges::upper_bound(list.begin(), at, std::invoke(key, *at), {}, key);
        std::rotate(place, at, at + 1);
    }
}

}  // namespace playhead::session
