// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace playhead::session {

// Bytes that someone owns, at most 4 GiB: a string without a place for short ones, half as large,
// with memory for what it holds and at most 31 bytes more.
class ByteBlock {
  public:
    std::string_view view() const { return {bytes_.get(), size_}; }

    void prefetch() const {
        constexpr size_t line = 64;
        for (size_t at = 0; at < size_; at += line) __builtin_prefetch(bytes_.get() + at);
    }

    void assign(std::string_view bytes) {
        const size_t wanted = rounded(bytes.size());
        if (wanted > capacity_ || 2 * wanted < capacity_) {
            bytes_ = std::make_unique_for_overwrite<char[]>(wanted);
            capacity_ = static_cast<uint32_t>(wanted);
        }
        std::memcpy(bytes_.get(), bytes.data(), bytes.size());
        size_ = static_cast<uint32_t>(bytes.size());
    }

    void append(std::string_view bytes) {
        if (size_ + bytes.size() > capacity_) {
            const size_t wanted = rounded(size_ + size_ / 8 + bytes.size());
            auto grown = std::make_unique_for_overwrite<char[]>(wanted);
            if (size_ > 0) std::memcpy(grown.get(), bytes_.get(), size_);
            bytes_ = std::move(grown);
            capacity_ = static_cast<uint32_t>(wanted);
        }
        std::memcpy(bytes_.get() + size_, bytes.data(), bytes.size());
        size_ += static_cast<uint32_t>(bytes.size());
    }

    size_t heap_bytes() const { return capacity_; }

  private:
    // The allocator gives multiples of 16 less its own 8 bytes.
    static size_t rounded(size_t bytes) { return (bytes + 8 + 31) / 32 * 32 - 8; }

    std::unique_ptr<char[]> bytes_;
    uint32_t size_ = 0;
    uint32_t capacity_ = 0;
};

}  // namespace playhead::session
