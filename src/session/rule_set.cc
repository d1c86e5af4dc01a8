// SPDX-License-Identifier: Apache-2.0
#include "session/rule_set.h"

#include <array>

namespace playhead::session {
namespace {

constexpr std::array<RuleDifference, 2> differences = {{
    {.decision = "D1",
     .question = "progress markers that a forward jump passes",
     .other_holds = &RuleSet::marks_jumps,
     .usual = "not set: a marker lies in played content",
     .other = "set at once, wherever the playhead moves forward over them after the content has "
              "started, also while it is paused or buffers"},
    {.decision = "D9",
     .question = "`pauseStart` while paused, `bufferStart` while buffering",
     .other_holds = &RuleSet::counts_repeats,
     .usual = "not counted: the counts are entries into the state",
     .other = "counted: the counts are events"},
}};

constexpr std::string_view page_head =
    "# Rule sets\n"
    "\n"
    "Where the sources of the metrics disagree, section 14 of the rules decides. Each set below is "
    "one whole\n"
    "set of decisions; its number stands in every row that was computed with it (`rule_set` in "
    "the\n"
    "[store](format/store.md), `ruleSet` in the answers). This page is written by\n"
    "`rule_sets_as_markdown()` from the tables in `src/session/rule_set.cc`, and a test keeps both "
    "equal.\n"
    "\n"
    "`session.rules` says which set holds for sessions that start from now on; a session keeps the "
    "set\n"
    "that it started with. `playhead recompute` computes the kept sessions again with another set "
    "and\n"
    "tells what differs, before anything is changed.\n"
    "\n";

}  // namespace

std::span<const RuleDifference> rule_differences() {
    return differences;
}

std::string rule_sets_as_markdown() {
    std::string page(page_head);
    page += "| number | name | what for |\n| --- | --- | --- |\n";
    for (const RuleSet& set : rule_sets) {
        page += "| " + std::to_string(set.number) + " | " + std::string(set.name) + " | " +
                std::string(set.purpose) + " |\n";
    }
    page += "\n| decision | question |";
    std::string rule = "\n| --- | --- |";
    for (const RuleSet& set : rule_sets) {
        page += " set " + std::to_string(set.number) + " |";
        rule += " --- |";
    }
    page += rule + "\n";
    for (const RuleDifference& each : differences) {
        page += "| " + std::string(each.decision) + " | " + std::string(each.question) + " |";
        for (const RuleSet& set : rule_sets) {
            page += " " + std::string(set.*each.other_holds ? each.other : each.usual) + " |";
        }
        page += "\n";
    }
    return page;
}

}  // namespace playhead::session
