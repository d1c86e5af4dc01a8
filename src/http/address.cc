// SPDX-License-Identifier: Apache-2.0
#include "http/address.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace playhead::http {
namespace {

constexpr std::array<uint8_t, 12> four_in_six = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int four_begins_at = 96;

// Of "/24", counted from the first bit of the whole.
std::optional<int> prefix_of(std::string_view text, bool four) {
    int number = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const int begin = four ? four_begins_at : 0;
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (!whole || number < 0 || number > Address::bits - begin) return std::nullopt;
    return begin + number;
}

}  // namespace

Address Address::from_four(const std::array<uint8_t, 4>& bytes) {
    Address address;
    const auto behind = std::ranges::copy(four_in_six, address.bytes.begin()).out;
    std::ranges::copy(bytes, behind);
    return address;
}

std::optional<Address> Address::from(std::string_view text) {
    char ended[INET6_ADDRSTRLEN] = {};
    if (text.size() >= sizeof ended || text.find('\0') != text.npos) return std::nullopt;
    std::ranges::copy(text, ended);
    std::array<uint8_t, 4> four{};
    if (inet_pton(AF_INET, ended, four.data()) == 1) return from_four(four);
    Address six;
    if (inet_pton(AF_INET6, ended, six.bytes.data()) == 1) return six;
    return std::nullopt;
}

Address Address::of(const sockaddr_storage& peer) {
    Address address;
    if (peer.ss_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, &peer, sizeof four);
        return from_four(std::bit_cast<std::array<uint8_t, 4>>(four.sin_addr));
    }
    if (peer.ss_family == AF_INET6) {
        sockaddr_in6 six{};
        std::memcpy(&six, &peer, sizeof six);
        std::memcpy(address.bytes.data(), &six.sin6_addr, address.bytes.size());
    }
    return address;
}

bool Address::is_four() const {
    return std::equal(four_in_six.begin(), four_in_six.end(), bytes.begin());
}

Address Address::network(int kept) const {
    Address network;
    const auto whole = static_cast<size_t>(kept / 8);
    std::copy_n(bytes.begin(), whole, network.bytes.begin());
    if (const int rest = kept % 8; rest > 0) {
        network.bytes[whole] = static_cast<uint8_t>(bytes[whole] & (0xff00 >> rest));
    }
    return network;
}

base::Result<AddressRange> AddressRange::from(std::string_view text) {
    const auto refuse = [&](const char* why) {
        return base::fail(base::ErrorCode::invalid, "\"" + std::string(text) + "\" " + why);
    };
    const size_t slash = text.find('/');
    const auto address = Address::from(text.substr(0, slash));
    if (!address) return refuse("is not an address or a range like 192.0.2.0/24");
    AddressRange range;
    if (slash != text.npos) {
        const auto prefix = prefix_of(text.substr(slash + 1), address->is_four());
        if (!prefix) return refuse("has no length of a prefix behind the slash");
        range.prefix_ = *prefix;
    }
    range.first_ = address->network(range.prefix_);
    if (range.first_ != *address) return refuse("has bits set behind its prefix");
    return range;
}

}  // namespace playhead::http
