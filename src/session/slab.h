// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace playhead::session {

// Things known by a number of 32 bits, which stays theirs until they are removed. Half the size of
// pointers, and nothing of an allocator's beside each. A number that became free is given again.
template <typename T>
class Slab {
  public:
    // A T as made without arguments.
    uint32_t add() {
        if (free_.empty()) {
            if (used_ % block == 0) blocks_.push_back(std::make_unique<T[]>(block));
            return used_++;
        }
        const uint32_t number = free_.back();
        free_.pop_back();
        return number;
    }

    void remove(uint32_t number) {
        (*this)[number] = T();
        free_.push_back(number);
    }

    T& operator[](uint32_t number) { return blocks_[number / block][number % block]; }

    const T& operator[](uint32_t number) const { return blocks_[number / block][number % block]; }

    // Every number that was ever given is smaller.
    uint32_t numbers() const { return used_; }

    size_t size() const { return used_ - free_.size(); }

    size_t heap_bytes() const {
        return blocks_.size() * block * sizeof(T) + free_.capacity() * sizeof(uint32_t);
    }

  private:
    static constexpr uint32_t block = 1024;

    std::vector<std::unique_ptr<T[]>> blocks_;
    std::vector<uint32_t> free_;
    uint32_t used_ = 0;
};

}  // namespace playhead::session
