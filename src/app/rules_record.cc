// SPDX-License-Identifier: Apache-2.0
#include "app/rules_record.h"

#include <cstdint>

#include "base/bytes.h"

namespace playhead::app {
namespace {

constexpr size_t numbers = 6;

}  // namespace

std::string encode_rules(const session::Rules& rules) {
    std::string body(numbers * sizeof(int64_t), '\0');
    char* at = body.data();
    at = base::write_little(at, rules.inactivity_ms);
    at = base::write_little(at, rules.idle_ms);
    at = base::write_little(at, rules.reorder_ms);
    at = base::write_little(at, rules.end_grace_ms);
    at = base::write_little(at, rules.tombstone_ms);
    base::write_little(at, static_cast<int64_t>(rules.max_sessions));
    return body;
}

std::optional<session::Rules> decode_rules(std::string_view body) {
    if (body.size() != numbers * sizeof(int64_t)) return std::nullopt;
    const auto number = [body](size_t index) {
        return base::read_little<int64_t>(body.data() + index * sizeof(int64_t));
    };
    for (size_t i = 0; i < numbers; ++i) {
        if (number(i) < 0) return std::nullopt;
    }
    return session::Rules{.inactivity_ms = number(0),
                          .idle_ms = number(1),
                          .reorder_ms = number(2),
                          .end_grace_ms = number(3),
                          .tombstone_ms = number(4),
                          .max_sessions = static_cast<size_t>(number(5))};
}

}  // namespace playhead::app
