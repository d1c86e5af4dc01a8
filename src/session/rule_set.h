// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace playhead::session {

// Where the sources of the metrics disagree, metrics 14 decides. A rule set is one whole set of
// such decisions; its number stands in every row that was computed with it. Numbers are never given
// anew: a rule that changes what is published gets a set of its own.
struct RuleSet {
    int64_t number = 0;
    std::string_view name;
    std::string_view purpose;

    bool marks_jumps = false;     // D1
    bool counts_repeats = false;  // D9
};

// A decision on which rule sets differ. `other` is the reading of the sets whose member is true.
struct RuleDifference {
    std::string_view decision;  // its number in metrics 14
    std::string_view question;
    bool RuleSet::* other_holds;
    std::string_view usual;
    std::string_view other;
};

// All of them, in the order of their numbers.
constexpr std::array<RuleSet, 2> rule_sets = {{
    {.number = 1, .name = "as decided", .purpose = "every decision of metrics 14"},
    {.number = 2,
     .name = "older reports",
     .purpose = "for who must compare with reports that counted every event and every jump",
     .marks_jumps = true,
     .counts_repeats = true},
}};

constexpr int64_t first_rule_set = rule_sets.front().number;
constexpr int64_t last_rule_set = rule_sets.back().number;

std::span<const RuleDifference> rule_differences();

constexpr bool is_rule_set(int64_t number) {
    return number >= first_rule_set && number <= last_rule_set;
}

// The set of this number, which must be one.
constexpr const RuleSet& rule_set_numbered(int64_t number) {
    return rule_sets[static_cast<size_t>(number - first_rule_set)];
}

constexpr bool rule_sets_are_found_by_number() {
    for (int64_t number = first_rule_set; number <= last_rule_set; ++number) {
        if (rule_set_numbered(number).number != number) return false;
    }
    return true;
}

static_assert(rule_sets_are_found_by_number());

// All of them as the page docs/rule-sets.md.
std::string rule_sets_as_markdown();

}  // namespace playhead::session
