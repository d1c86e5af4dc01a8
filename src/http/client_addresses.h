// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "http/address.h"
#include "http/address_census.h"
#include "http/address_rates.h"
#include "http/forwarded.h"
#include "http/message.h"

namespace playhead::http {

// Whose word tells where a client is, when its connection comes from a proxy that is believed.
enum class AddressSource : uint8_t {
    connection,      // nobody's: clients of a proxy have no address
    proxy_protocol,  // the proxy's, before the first byte (http/proxy_header.h)
    forwarded        // the proxy's, in each request (http/forwarded.h)
};

// What a server is to know of clients' addresses, and what each may have.
struct AddressRules {
    std::vector<AddressRange> proxies = {};  // that are believed, and never limited themselves
    AddressSource source = AddressSource::connection;
    size_t connections = 0;           // open at one time from one address; 0: no limit
    int64_t requests_per_second = 0;  // from one address, up to 1,000,000; 0: no limit
};

// Of a limit on connections: so many are held until they have read that there are too many (503),
// and those above are cut off.
constexpr size_t cut_off_at(size_t limit) {
    return limit > SIZE_MAX / 2 ? SIZE_MAX : limit + limit / 16 + 16;
}

// The rules, and what is counted for them. Lives with the loops of a server; from any thread.
class ClientAddresses {
  public:
    explicit ClientAddresses(AddressRules rules)
        : rules_(std::move(rules)),
          rates_(rules_.requests_per_second, AddressRates::default_places, random_seed()) {}

    const AddressRules& rules() const { return rules_; }

    bool is_proxy(const Address& address) const { return is_within(rules_.proxies, address); }

    // Counts one connection of a client; nothing where connections have no limit.
    AddressCensus::Place enter(const Address& client) {
        return rules_.connections > 0 ? census_.enter(client) : AddressCensus::Place();
    }

    // So many each address may have open, at most.
    size_t connections() const { return rules_.connections > 0 ? rules_.connections : SIZE_MAX; }

    // Who asks, by a request on a connection of a proxy; nothing when that is not to be known.
    std::optional<Address> client_behind(const Request& request) const {
        if (rules_.source != AddressSource::forwarded) return std::nullopt;
        const auto client = forwarded_client(request.headers, rules_.proxies);
        return client && !is_proxy(*client) ? client : std::nullopt;
    }

    bool allow_request(const Address& client, int64_t now_ms) {
        return rates_.allow(client, now_ms);
    }

    bool limits_requests() const { return rules_.requests_per_second > 0; }

  private:
    static uint64_t random_seed() {
        std::array<uint8_t, sizeof(uint64_t)> bytes{};
        base::random_bytes(bytes);
        return std::bit_cast<uint64_t>(bytes);
    }

    const AddressRules rules_;
    AddressCensus census_;
    AddressRates rates_;
};

}  // namespace playhead::http
