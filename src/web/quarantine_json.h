// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session/row.h"

namespace playhead::web {

// A refused event that was kept.
struct QuarantineItem {
    uint64_t offset = 0;  // its place in the quarantine
    std::string_view reason;
    int64_t received_at = 0;  // wall clock, ms since the epoch
    event::SessionId session;
    std::string body;  // as it arrived
};

struct QuarantinePage {
    std::vector<QuarantineItem> items;  // oldest first
    std::optional<uint64_t> next;       // the cursor, when there are more behind
};

// One list of the contract. Of a body that is not UTF-8, what is wrong is replaced.
std::string quarantine_json(const QuarantinePage& page);

}  // namespace playhead::web
