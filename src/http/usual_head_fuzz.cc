// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "http/transcript.h"

// Property: what is read at once, where a usual head is read without the grammar, is what the
// grammar reads in the same bytes one by one.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using playhead::http::Limits;
    using playhead::http::Transcript;
    const Limits limits{
        .header_bytes = 1024, .headers = 12, .target_bytes = 200, .body_bytes = 256};
    const std::string_view whole(reinterpret_cast<const char*>(data), size);

    Transcript at_once(limits);
    at_once.feed(whole);

    Transcript bytewise(limits);
    bytewise.feed_bytewise(whole);
    CHECK(bytewise.text() == at_once.text());
    return 0;
}
