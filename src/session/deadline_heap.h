// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace playhead::session {

// Numbers of entries, the one that is first by `Order::is_sooner(a, b)` on top.
// Order::place(number) is where an entry keeps its place in here, so that it can be taken out from
// the middle.
template <typename Order>
class DeadlineHeap {
  public:
    explicit DeadlineHeap(Order order) : order_(order) {}

    bool empty() const { return heap_.empty(); }

    uint32_t first() const { return heap_.front(); }

    void add(uint32_t number) {
        heap_.push_back(number);
        rise(heap_.size() - 1);
    }

    // The deadline of this entry is another one now.
    void moved(uint32_t number) {
        const size_t at = order_.place(number);
        rise(at);
        sink(order_.place(number));
    }

    void remove(uint32_t number) {
        const size_t at = order_.place(number);
        const uint32_t last = heap_.back();
        heap_.pop_back();
        if (last == number) return;
        put(at, last);
        moved(last);
    }

    size_t heap_bytes() const { return heap_.capacity() * sizeof(uint32_t); }

  private:
    void put(size_t at, uint32_t number) {
        heap_[at] = number;
        order_.place(number) = static_cast<uint32_t>(at);
    }

    void rise(size_t at) {
        const uint32_t number = heap_[at];
        while (at > 0 && order_.is_sooner(number, heap_[(at - 1) / 2])) {
            put(at, heap_[(at - 1) / 2]);
            at = (at - 1) / 2;
        }
        put(at, number);
    }

    void sink(size_t at) {
        const uint32_t number = heap_[at];
        while (2 * at + 1 < heap_.size()) {
            size_t child = 2 * at + 1;
            if (child + 1 < heap_.size() && order_.is_sooner(heap_[child + 1], heap_[child])) {
                ++child;
            }
            if (!order_.is_sooner(heap_[child], number)) break;
            put(at, heap_[child]);
            at = child;
        }
        put(at, number);
    }

    Order order_;
    std::vector<uint32_t> heap_;
};

}  // namespace playhead::session
