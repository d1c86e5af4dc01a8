// SPDX-License-Identifier: Apache-2.0
#include "http/intake.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace playhead::http {
namespace {

constexpr size_t least_room = 2048;

std::unique_ptr<char[]> make_bytes(size_t capacity) {
    auto bytes = std::make_unique_for_overwrite<char[]>(capacity + body_padding);
    std::memset(bytes.get() + capacity, 0, body_padding);
    return bytes;
}

}  // namespace

Intake::Intake(const Limits& limits, size_t capacity)
    : parser_(limits), bytes_(make_bytes(capacity)), capacity_(capacity) {
}

std::span<char> Intake::room() {
    if (empty()) begin_ = end_ = 0;
    const size_t used = end_ - begin_;
    const size_t missing = parser_.missing();
    const size_t wanted = missing > 0 ? std::min(missing, least_room) : least_room;
    if (capacity_ - end_ < wanted) {
        size_t capacity = capacity_;
        if (capacity - used < wanted) capacity = std::max(2 * capacity, used + wanted);
        if (missing > 0) capacity = std::max(capacity_, std::min(capacity, used + missing));
        move_to(capacity);
    }
    return {bytes_.get() + end_, capacity_ - end_};
}

void Intake::move_to(size_t capacity) {
    const size_t used = end_ - begin_;
    if (capacity == capacity_) {
        std::memmove(bytes_.get(), bytes_.get() + begin_, used);
    } else {
        auto larger = make_bytes(capacity);
        std::memcpy(larger.get(), bytes_.get() + begin_, used);
        bytes_ = std::move(larger);
        capacity_ = capacity;
    }
    begin_ = 0;
    end_ = used;
}

void Intake::handled(size_t size) {
    begin_ += size;
    CHECK(begin_ <= end_);
    parser_.next();
}

void Intake::take(Intake& other) {
    CHECK(empty());
    const std::span<char> from = other.bytes();
    if (from.size() > capacity_) move_to(from.size());
    begin_ = 0;
    end_ = from.size();
    std::memcpy(bytes_.get(), from.data(), from.size());
    std::swap(parser_, other.parser_);
    other.clear();
}

void Intake::clear() {
    begin_ = end_ = 0;
    parser_.next();
}

}  // namespace playhead::http
