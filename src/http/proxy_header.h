// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "http/address.h"

namespace playhead::http {

// What a proxy says before the first byte of a connection: the PROXY protocol, versions 1 (a line
// of text) and 2 (binary), as HAProxy's proxy-protocol.txt defines them.
struct ProxyHeader {
    // Of version 1, with its line end, as the protocol says.
    static constexpr size_t most_text_bytes = 107;
    // Of version 2, with all that follows the addresses. The protocol allows 65,551; who sends more
    // than this is refused.
    static constexpr size_t most_binary_bytes = 2048;

    enum class Outcome : uint8_t { incomplete, complete, refused };

    Outcome outcome = Outcome::incomplete;
    size_t size = 0;  // of a complete one: what follows belongs to the client
    // Nothing: the proxy speaks for itself (a check of health), or of a client without an address.
    std::optional<Address> client = {};
};

// Reads the header at the beginning of `bytes`, which are all that there are of a connection. Pure:
// however the bytes come, the outcome for the same beginning is the same. It is known after
// most_binary_bytes at the latest.
ProxyHeader read_proxy_header(std::string_view bytes);

}  // namespace playhead::http
