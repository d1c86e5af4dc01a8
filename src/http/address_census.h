// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <utility>

#include "http/address.h"

namespace playhead::http {

// How many connections each address has (Address::counted). As many entries as connections, at
// most, so that Options::connections bounds it. From any thread.
class AddressCensus {
  public:
    // One connection that is counted until this is destroyed; empty: none. Not longer than the
    // census.
    class Place {
      public:
        Place() = default;

        Place(Place&& other) noexcept
            : census_(std::exchange(other.census_, nullptr)),
              address_(other.address_),
              others_(other.others_) {}

        Place& operator=(Place&& other) noexcept {
            std::swap(census_, other.census_);
            std::swap(address_, other.address_);
            std::swap(others_, other.others_);
            return *this;
        }

        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

        ~Place() {
            if (census_ != nullptr) census_->leave(address_);
        }

        // How many there were already.
        size_t others() const { return others_; }

      private:
        friend class AddressCensus;

        AddressCensus* census_ = nullptr;
        Address address_;
        size_t others_ = 0;
    };

    Place enter(const Address& address);

    // Addresses with a connection.
    size_t size() const;

  private:
    void leave(const Address& counted);

    mutable std::mutex mutex_;
    std::map<Address, size_t> counts_;
};

}  // namespace playhead::http
