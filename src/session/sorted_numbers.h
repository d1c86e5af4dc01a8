// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <vector>

namespace playhead::session {

// Numbers of entries in the order of a key, in sorted parts of at most `part` each: about five
// bytes an entry. `key_of(number)` must not change while the number is in here. Keys that come in
// order, as ids do nearly, fill the parts.
template <typename KeyOf>
class SortedNumbers {
  public:
    explicit SortedNumbers(KeyOf key_of) : key_of_(key_of) {}

    void add(uint32_t number) {
        if (parts_.empty()) {
            parts_.push_back({number});
            return;
        }
        auto at = part_with(parts_, key_of_(number));
        if (at->size() == part) {
            // The last part is left full: what comes next lies behind it.
            const bool is_next = at + 1 == parts_.end() && key_of_(at->back()) < key_of_(number);
            const auto half = at->begin() + static_cast<std::ptrdiff_t>(is_next ? part : part / 2);
            std::vector<uint32_t> upper(half, at->end());
            at->erase(half, at->end());
            at->shrink_to_fit();
            at = std::prev(parts_.insert(at + 1, std::move(upper)));
            if (is_next || !(key_of_(number) < key_of_((at + 1)->front()))) ++at;
        }
        at->insert(std::ranges::lower_bound(*at, key_of_(number), {}, std::cref(key_of_)), number);
    }

    void remove(uint32_t number) {
        const auto at = part_with(parts_, key_of_(number));
        at->erase(std::ranges::lower_bound(*at, key_of_(number), {}, std::cref(key_of_)));
        if (at->size() > part / 4) return;
        // What is nearly empty joins the next one.
        if (at + 1 != parts_.end() && at->size() + (at + 1)->size() <= part / 2) {
            (at + 1)->insert((at + 1)->begin(), at->begin(), at->end());
            at->clear();
        }
        if (at->empty()) {
            parts_.erase(at);
        } else if (at->capacity() > 2 * at->size()) {
            at->shrink_to_fit();
        }
    }

    // All, smallest key first.
    template <typename Each>
    void for_each(Each each) const {
        for (const auto& numbers : parts_) {
            for (const uint32_t number : numbers) each(number);
        }
    }

    // Largest key first, from the largest that is smaller than `before` (null: from the largest),
    // until `each` says false.
    template <typename Key, typename Each>
    void for_each_down(const Key* before, Each each) const {
        if (parts_.empty()) return;
        auto numbers = before == nullptr ? std::prev(parts_.end()) : part_with(parts_, *before);
        auto end = before == nullptr
                       ? numbers->end()
                       : std::ranges::lower_bound(*numbers, *before, {}, std::cref(key_of_));
        while (true) {
            while (end != numbers->begin()) {
                if (!each(*--end)) return;
            }
            if (numbers == parts_.begin()) return;
            end = (--numbers)->end();
        }
    }

    size_t heap_bytes() const {
        size_t bytes = parts_.capacity() * sizeof(std::vector<uint32_t>);
        for (const auto& numbers : parts_) bytes += numbers.capacity() * sizeof(uint32_t);
        return bytes;
    }

  private:
    static constexpr size_t part = 512;

    // The last part whose first key is not behind this one; the first part when there is none.
    template <typename Parts, typename Key>
    auto part_with(Parts& parts, const Key& key) const {
        const auto first_key = [this](const std::vector<uint32_t>& numbers) -> const Key& {
            return key_of_(numbers.front());
        };
        const auto behind = std::ranges::upper_bound(parts, key, {}, first_key);
        return behind == parts.begin() ? behind : std::prev(behind);
    }

    KeyOf key_of_;
    std::vector<std::vector<uint32_t>> parts_;  // none of them empty
};

}  // namespace playhead::session
