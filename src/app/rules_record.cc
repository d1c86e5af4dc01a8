// SPDX-License-Identifier: Apache-2.0
#include "app/rules_record.h"

#include <cstdint>

#include "base/bytes.h"

namespace playhead::app {
namespace {

constexpr size_t numbers = 7;
constexpr size_t numbers_before_rule_sets = 6;  // then set 1 held

}  // namespace

std::string encode_rules(const session::Rules& rules) {
    std::string body(numbers * sizeof(int64_t), '\0');
    char* at = body.data();
    at = base::write_little(at, rules.inactivity_ms);
    at = base::write_little(at, rules.idle_ms);
    at = base::write_little(at, rules.reorder_ms);
    at = base::write_little(at, rules.end_grace_ms);
    at = base::write_little(at, rules.tombstone_ms);
    at = base::write_little(at, static_cast<int64_t>(rules.max_sessions));
    base::write_little(at, rules.rule_set);
    return body;
}

std::optional<session::Rules> decode_rules(std::string_view body) {
    const size_t given = body.size() / sizeof(int64_t);
    if (body.size() % sizeof(int64_t) != 0) return std::nullopt;
    if (given != numbers && given != numbers_before_rule_sets) return std::nullopt;
    const auto number = [body](size_t index) {
        return base::read_little<int64_t>(body.data() + index * sizeof(int64_t));
    };
    for (size_t i = 0; i < given; ++i) {
        if (number(i) < 0) return std::nullopt;
    }
    if (number(5) == 0) return std::nullopt;
    const int64_t rule_set = given == numbers ? number(6) : session::first_rule_set;
    if (!session::is_rule_set(rule_set)) return std::nullopt;
    return session::Rules{.inactivity_ms = number(0),
                          .idle_ms = number(1),
                          .reorder_ms = number(2),
                          .end_grace_ms = number(3),
                          .tombstone_ms = number(4),
                          .max_sessions = static_cast<size_t>(number(5)),
                          .rule_set = rule_set};
}

}  // namespace playhead::app
