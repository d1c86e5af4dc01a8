// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "http/transcript.h"

// The first byte chooses how the rest is cut. Property: whole == cut so == byte by byte, and no
// more than the limits allow is ever kept.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using playhead::http::Limits;
    using playhead::http::Transcript;
    if (size < 1) return 0;
    const Limits limits{.header_bytes = 256, .headers = 5, .target_bytes = 40, .body_bytes = 64};
    const uint8_t* letters = data + 1;
    const std::string_view whole(reinterpret_cast<const char*>(letters), size - 1);

    Transcript at_once(limits);
    at_once.feed(whole);

    Transcript cut(limits);
    uint32_t random = data[0];
    for (size_t at = 0; at < whole.size();) {
        random = random * 1664525U + 1013904223U;
        const size_t piece = 1 + (random >> 24) % (1 + data[0] % 97U);
        cut.feed(whole.substr(at, piece));
        at += piece;
    }
    CHECK(cut.text() == at_once.text());

    Transcript bytewise(limits);
    bytewise.feed_bytewise(whole);
    CHECK(bytewise.text() == at_once.text());
    CHECK(bytewise.largest_kept() <= limits.header_bytes + limits.body_bytes);
    return 0;
}
