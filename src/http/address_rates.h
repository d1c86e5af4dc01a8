// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "http/address.h"

namespace playhead::http {

// How many requests an address (Address::counted) may make: so many a second, and as many at once
// after a quiet second. From any thread.
//
// Memory is fixed at the beginning, 32 bytes for each of `places`. An address has its place in one
// group of a few; when all of a group are taken, the one that asked longest ago is forgotten, as if
// it had been quiet. Whoever has many addresses gains by that no more than they give anyway.
class AddressRates {
  public:
    static constexpr size_t group = 8;
    static constexpr size_t default_places = 64 * 1024;

    // 1 to 1,000,000 a second, or 0: nothing is counted and all is allowed. `places` is a multiple
    // of `group`; `seed` decides who shares a group and is not to be guessed.
    AddressRates(int64_t per_second, size_t places, uint64_t seed);

    // Whether one more request is within the rate; only then it is counted.
    bool allow(const Address& address, int64_t now_ms);

  private:
    struct Place {
        Address address;
        int64_t paid_until_us = nobody;  // when all that was asked is within the rate
        int64_t asked_ms = nobody;
    };

    static constexpr int64_t nobody = -1;

    Place& place_of(const Address& counted);

    const int64_t cost_us_;  // of one request; 0: no limit
    const uint64_t seed_;
    std::mutex mutex_;
    std::vector<Place> places_;
};

}  // namespace playhead::http
