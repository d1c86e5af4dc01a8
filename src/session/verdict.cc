// SPDX-License-Identifier: Apache-2.0
#include "session/verdict.h"

#include "base/check.h"

namespace playhead::session {
namespace {

using Code = VerdictCode;

constexpr std::array<VerdictText, verdict_code_count> texts = {{
    {Code::used, Outcome::used, "used", "The event took effect.", "metrics 3.3"},
    {Code::reordered, Outcome::repaired, "reordered",
     "The event arrived after a later one and was put back in order within the reorder window.",
     "metrics 2.1"},
    {Code::clock_jump, Outcome::repaired, "clock_jump",
     "The player's clock jumped ahead; the time between the arrivals was used instead.",
     "metrics 2.2"},
    {Code::late_beyond_window, Outcome::late, "late_beyond_window",
     "The event is stamped before one that was already processed; it took effect at the time "
     "already reached.",
     "metrics 2.1"},
    {Code::exact_duplicate, Outcome::duplicate, "exact_duplicate",
     "The event equals one that was already processed.", "metrics 2.3"},
    {Code::after_close, Outcome::ignored, "after_close",
     "The session was closed before this event.", "metrics 2.4"},
    {Code::unknown_session, Outcome::ignored, "unknown_session", "No session with this id is open.",
     "protocol 12"},
    {Code::session_already_started, Outcome::ignored, "session_already_started",
     "The session has had its sessionStart.", "metrics 3.3"},
    {Code::ad_outside_break, Outcome::ignored, "ad_outside_break",
     "The ad started outside an ad break; its time is main content.", "metrics 6"},
    {Code::break_already_open, Outcome::ignored, "break_already_open",
     "A break with the same index and offset is open already.", "metrics 3.3"},
    {Code::break_not_open, Outcome::ignored, "break_not_open", "No ad break is open.",
     "metrics 3.3"},
    {Code::ad_already_running, Outcome::ignored, "ad_already_running",
     "The same ad at the same position runs already.", "metrics 3.3"},
    {Code::ad_not_running, Outcome::ignored, "ad_not_running", "No ad is running.", "metrics 3.3"},
    {Code::chapter_already_running, Outcome::ignored, "chapter_already_running",
     "The chapter with this index runs already.", "metrics 3.3"},
    {Code::chapter_not_running, Outcome::ignored, "chapter_not_running", "No chapter is running.",
     "metrics 3.3"},
    {Code::state_already_on, Outcome::ignored, "state_already_on",
     "The player state is on already.", "metrics 8"},
    {Code::state_not_on, Outcome::ignored, "state_not_on", "The player state is not on.",
     "metrics 8"},
    {Code::eleventh_state, Outcome::ignored, "eleventh_state",
     "The session has ten player states with other names.", "metrics 8"},
    {Code::empty_state_name, Outcome::ignored, "empty_state_name",
     "The name of the player state is empty.", "protocol 9.14"},
    {Code::no_states_named, Outcome::ignored, "no_states_named",
     "The update names no player state.", "protocol 9.16"},
    {Code::session_text_full, Outcome::ignored, "session_text_full",
     "The session has no room left for another name.", "protocol 2.7"},
}};

constexpr bool in_order() {
    for (size_t i = 0; i < texts.size(); ++i) {
        if (static_cast<size_t>(texts[i].code) != i) return false;
        if (texts[i].name.empty() || texts[i].message.empty() || texts[i].rule.empty())
            return false;
    }
    return true;
}

static_assert(in_order(), "the table is indexed by VerdictCode");

constexpr std::array<std::string_view, outcome_count> outcome_names = {
    "used", "ignored", "duplicate", "late", "repaired"};

}  // namespace

std::string_view name_of(Outcome outcome) {
    const auto index = static_cast<size_t>(outcome);
    CHECK(index < outcome_names.size());
    return outcome_names[index];
}

const VerdictText& text_of(VerdictCode code) {
    const auto index = static_cast<size_t>(code);
    CHECK(index < texts.size());
    return texts[index];
}

uint64_t VerdictCounts::of(Outcome outcome) const {
    uint64_t sum = 0;
    for (const VerdictText& text : texts) {
        if (text.outcome == outcome) sum += of(text.code);
    }
    return sum;
}

uint64_t VerdictCounts::total() const {
    uint64_t sum = 0;
    for (const uint64_t count : by_code) sum += count;
    return sum;
}

VerdictCounts& VerdictCounts::operator+=(const VerdictCounts& other) {
    for (size_t i = 0; i < by_code.size(); ++i) by_code[i] += other.by_code[i];
    return *this;
}

}  // namespace playhead::session
