// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <sys/socket.h>

#include "base/error.h"

namespace playhead::http {

// Where a connection comes from, without its port. IPv4 is kept as ::ffff:a.b.c.d, so that an
// address is the same whether it came to a socket of IPv4 or of both.
struct Address {
    static constexpr int bits = 128;

    std::array<uint8_t, 16> bytes{};

    // All zero for another family than IPv4 and IPv6.
    static Address of(const sockaddr_storage& peer);

    // "192.0.2.7" or "2001:db8::1", without brackets, port or zone; nothing for anything else.
    static std::optional<Address> from(std::string_view text);

    // Of the four bytes of an IPv4 address, most significant first.
    static Address from_four(const std::array<uint8_t, 4>& bytes);

    bool is_four() const;

    // The first `kept` bits, the others zero.
    Address network(int kept) const;

    // What limits count by: one customer of an IPv6 network has 2^64 addresses, so those are taken
    // by their first 64 bits.
    Address counted() const { return is_four() ? *this : network(64); }

    auto operator<=>(const Address&) const = default;
};

// Addresses that begin alike.
class AddressRange {
  public:
    // "192.0.2.7", "192.0.2.0/24", "2001:db8::/32". Error `invalid` says what is wrong; also when
    // bits behind the prefix are set, for then something else was meant.
    static base::Result<AddressRange> from(std::string_view text);

    bool contains(const Address& address) const { return address.network(prefix_) == first_; }

  private:
    Address first_;
    int prefix_ = Address::bits;
};

// In one of the ranges at least.
inline bool is_within(std::span<const AddressRange> ranges, const Address& address) {
    return std::ranges::any_of(ranges,
                               [&](const AddressRange& range) { return range.contains(address); });
}

}  // namespace playhead::http
