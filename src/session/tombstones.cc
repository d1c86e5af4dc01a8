// SPDX-License-Identifier: Apache-2.0
#include "session/tombstones.h"

namespace playhead::session {
namespace {

// Numbers begin again at zero behind it; there are never so many tombstones at a time.
constexpr uint32_t number_mask = (uint32_t{1} << 31) - 1;

uint64_t hash_of(const event::SessionId& id) {
    return std::hash<event::SessionId>{}(id);
}

}  // namespace

bool Tombstones::add(const Buried& buried) {
    const uint64_t hash = hash_of(buried.id);
    if (number_of(hash, buried.id)) return false;
    buried_.push_back(buried);
    index(buried_.size() - 1);
    return true;
}

std::optional<int64_t> Tombstones::closed_at(const event::SessionId& id) const {
    const auto number = number_of(hash_of(id), id);
    if (!number) return std::nullopt;
    return numbered(*number).closed_at;
}

void Tombstones::forget_oldest() {
    index_.remove(hash_of(buried_.front().id), first_);
    buried_.pop_front();
    first_ = (first_ + 1) & number_mask;
}

void Tombstones::erase(const std::function<bool(const event::SessionId&)>& is_erased) {
    if (std::erase_if(buried_, [&](const Buried& one) { return is_erased(one.id); }) == 0) return;
    // Those behind an erased one have other numbers now.
    index_ = NumberIndex();
    for (size_t position = 0; position < buried_.size(); ++position) index(position);
}

std::optional<uint32_t> Tombstones::number_of(uint64_t hash, const event::SessionId& id) const {
    return index_.find(hash, [&](uint32_t number) { return numbered(number).id == id; });
}

const Buried& Tombstones::numbered(uint32_t number) const {
    return buried_[(number - first_) & number_mask];
}

void Tombstones::index(size_t position) {
    index_.add(hash_of(buried_[position].id),
               static_cast<uint32_t>(first_ + position) & number_mask);
}

}  // namespace playhead::session
