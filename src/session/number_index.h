// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace playhead::session {

// Finds numbers (of a Slab) by the hash of what they stand for: open addressing, half of each hash
// beside its number, so that a search hardly ever looks at another thing. At most three quarters
// full.
class NumberIndex {
  public:
    // The number with this hash for which `is_it` is true.
    template <typename IsIt>
    std::optional<uint32_t> find(uint64_t hash, IsIt is_it) const {
        if (slots_.empty()) return std::nullopt;
        const uint32_t part = part_of(hash);
        for (size_t at = part & mask();; at = (at + 1) & mask()) {
            const Slot& slot = slots_[at];
            if (slot.number == none) return std::nullopt;
            if (slot.part == part && is_it(slot.number)) return slot.number;
        }
    }

    // Fetches from memory where find() will begin.
    void prefetch(uint64_t hash) const {
        if (!slots_.empty()) __builtin_prefetch(&slots_[part_of(hash) & mask()]);
    }

    // It must not be in here.
    void add(uint64_t hash, uint32_t number) {
        if (4 * (size_ + 1) > 3 * slots_.size()) grow();
        put({part_of(hash), number});
        ++size_;
    }

    // It must be in here.
    void remove(uint64_t hash, uint32_t number) {
        size_t hole = part_of(hash) & mask();
        while (slots_[hole].number != number) hole = (hole + 1) & mask();
        for (size_t at = (hole + 1) & mask(); slots_[at].number != none; at = (at + 1) & mask()) {
            // What lies behind may fill the hole unless it belongs behind it.
            const size_t distance = (at - (slots_[at].part & mask())) & mask();
            if (distance < ((at - hole) & mask())) continue;
            slots_[hole] = slots_[at];
            hole = at;
        }
        slots_[hole] = Slot();
        --size_;
    }

    size_t heap_bytes() const { return slots_.capacity() * sizeof(Slot); }

  private:
    static constexpr uint32_t none = UINT32_MAX;

    struct Slot {
        uint32_t part = 0;
        uint32_t number = none;
    };

    static uint32_t part_of(uint64_t hash) {
        return static_cast<uint32_t>((hash * 0x9e3779b97f4a7c15ULL) >> 32);
    }

    size_t mask() const { return slots_.size() - 1; }

    void put(const Slot& slot) {
        size_t at = slot.part & mask();
        while (slots_[at].number != none) at = (at + 1) & mask();
        slots_[at] = slot;
    }

    void grow() {
        std::vector<Slot> old(slots_.empty() ? 16 : 2 * slots_.size());
        old.swap(slots_);
        for (const Slot& slot : old) {
            if (slot.number != none) put(slot);
        }
    }

    std::vector<Slot> slots_;  // a power of two
    size_t size_ = 0;
};

}  // namespace playhead::session
