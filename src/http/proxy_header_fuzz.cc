// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "http/proxy_header.h"

// Property: byte by byte the outcome is incomplete until it is known, at a byte that the limit
// allows, and from then on the same, whatever follows.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using playhead::http::ProxyHeader;
    using playhead::http::read_proxy_header;
    const std::string_view whole(reinterpret_cast<const char*>(data), size);
    const ProxyHeader last = read_proxy_header(whole);
    bool known = false;
    for (size_t seen = 0; seen <= size; ++seen) {
        const ProxyHeader header = read_proxy_header(whole.substr(0, seen));
        if (header.outcome == ProxyHeader::Outcome::incomplete) {
            CHECK(!known && seen < ProxyHeader::most_binary_bytes);
            continue;
        }
        known = true;
        CHECK(header.outcome == last.outcome && header.size == last.size);
        CHECK(header.client == last.client && header.size <= seen);
    }
    CHECK(known == (last.outcome != ProxyHeader::Outcome::incomplete));
    return 0;
}
