// SPDX-License-Identifier: Apache-2.0
#include "http/address_rates.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "base/check.h"
#include "base/splitmix.h"

namespace playhead::http {
namespace {

constexpr int64_t second_us = 1'000'000;

}  // namespace

AddressRates::AddressRates(int64_t per_second, size_t places, uint64_t seed)
    : cost_us_(per_second > 0 ? second_us / per_second : 0), seed_(seed) {
    CHECK(per_second <= second_us && places > 0 && places % group == 0);
    if (cost_us_ > 0) places_.resize(places);
}

bool AddressRates::allow(const Address& address, int64_t now_ms) {
    if (cost_us_ == 0) return true;
    const int64_t now_us = now_ms * 1000;
    const std::lock_guard lock(mutex_);
    Place& place = place_of(address.counted());
    place.asked_ms = now_ms;
    const int64_t paid_until_us = std::max(place.paid_until_us, now_us) + cost_us_;
    if (paid_until_us > now_us + second_us) return false;
    place.paid_until_us = paid_until_us;
    return true;
}

AddressRates::Place& AddressRates::place_of(const Address& counted) {
    uint64_t mixed = seed_;
    for (size_t at = 0; at < counted.bytes.size(); at += sizeof mixed) {
        uint64_t half = 0;
        std::memcpy(&half, counted.bytes.data() + at, sizeof half);
        mixed = base::Splitmix(mixed ^ half).next();
    }
    const size_t first = mixed % (places_.size() / group) * group;
    const std::span<Place> near(places_.data() + first, group);
    const auto found = std::ranges::find_if(near, [&](const Place& place) {
        return place.asked_ms != nobody && place.address == counted;
    });
    if (found != near.end()) return *found;
    Place& oldest = *std::ranges::min_element(near, {}, &Place::asked_ms);
    oldest = {.address = counted};
    return oldest;
}

}  // namespace playhead::http
