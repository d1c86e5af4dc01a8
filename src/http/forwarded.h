// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

#include "http/address.h"
#include "http/message.h"

namespace playhead::http {

// The client's address by the header `Forwarded` (RFC 7239) of a request that came from a proxy
// that is believed: the last one that is not such a proxy's itself, because everything before it
// may be the client's invention. Nothing when there is none, it is hidden ("unknown", "_name") or
// what stands there is not well-formed. Several lines are one list.
std::optional<Address> forwarded_client(std::span<const Header> headers,
                                        std::span<const AddressRange> proxies);

}  // namespace playhead::http
