// SPDX-License-Identifier: Apache-2.0
#include "http/address_census.h"

#include "base/check.h"

namespace playhead::http {

AddressCensus::Place AddressCensus::enter(const Address& address) {
    Place place;
    place.census_ = this;
    place.address_ = address.counted();
    const std::lock_guard lock(mutex_);
    place.others_ = counts_[place.address_]++;
    return place;
}

size_t AddressCensus::size() const {
    const std::lock_guard lock(mutex_);
    return counts_.size();
}

void AddressCensus::leave(const Address& counted) {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(counted);
    CHECK(found != counts_.end());
    if (--found->second == 0) counts_.erase(found);
}

}  // namespace playhead::http
