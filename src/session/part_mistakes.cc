// SPDX-License-Identifier: Apache-2.0
#include "session/part_mistakes.h"

#include <algorithm>

#include "session/text.h"

namespace playhead::session {
namespace {

using Code = VerdictCode;
using event::EventType;
using event::Parameter;

constexpr double ms_in_second = 1'000;

// Chapters of a view whose offset is remembered; later ones are not compared.
constexpr size_t most_chapters = 1'024;

// A viewer who turns something on ten times in a minute is a listener that fires twice.
constexpr size_t flapping_starts = 10;
constexpr int64_t flapping_ms = 60'000;

// Names that every report can show (protocol D-44).
constexpr size_t longest_name = 64;

bool is_plain(char c) {
    return (c >= '0' && c <= '9') || (lower_case(c) >= 'a' && lower_case(c) <= 'z') || c == '_' ||
           c == '.';
}

double number_of(const event::Event& event, Parameter name) {
    const event::ParameterValue* value = event.param(name);
    return value == nullptr ? 0 : value->number;
}

std::string_view name_in(const event::Event& event) {
    const event::ParameterValue* name = event.param(Parameter::media_state_name);
    return name == nullptr ? std::string_view{} : name->text;
}

std::string key_of(std::string_view name) {
    std::string key(name);
    std::ranges::transform(key, key.begin(), lower_case);
    return key;
}

}  // namespace

void PartMistakes::see(const Look& look, Findings& findings) {
    if (!look.took_effect()) return;
    see_chapter(look, findings);
    if (look.is(EventType::state_start)) start_state(name_in(look.details), look, findings);
    if (look.is(EventType::state_end)) end_state(name_in(look.details));
    if (!look.is(EventType::states_update)) return;
    for (const std::string_view name : look.details.states_end) end_state(name);
    for (const std::string_view name : look.details.states_start) {
        start_state(name, look, findings);
    }
}

void PartMistakes::see_chapter(const Look& look, Findings& findings) {
    if (look.is(EventType::chapter_complete) || look.is(EventType::chapter_skip)) chapter_.reset();
    if (!look.is(EventType::chapter_start)) return;
    if (chapter_) findings.add(look.event, Code::chapter_overlap);
    chapter_ = look.event;
    const double offset = number_of(look.details, Parameter::media_chapter_offset);
    const double length = number_of(look.details, Parameter::media_chapter_length);
    if (length <= 0) findings.add(look.event, Code::chapter_length_unknown);
    const event::ParameterValue* index = look.details.param(Parameter::media_chapter_index);
    if (index != nullptr && offsets_.size() < most_chapters) {
        const auto [known, is_new] = offsets_.emplace(index->integer, offset);
        if (!is_new && known->second != offset) {
            findings.add(look.event, Code::chapter_index_reused);
        }
    }
    const double whole = static_cast<double>(look.content.length_ms) / ms_in_second;
    // A twentieth for chapters that were cut by hand.
    if (whole > 0 && offset + std::max(0.0, length) > whole * 1.05) {
        findings.add_once(look.event, Code::chapter_beyond_length);
    }
}

void PartMistakes::start_state(std::string_view name, const Look& look, Findings& findings) {
    if (!look.machine.state_on(name)) return;
    if (name.size() > longest_name || !std::ranges::all_of(name, is_plain)) {
        findings.add_once(look.event, Code::state_name_unusual);
    }
    State& state = states_.try_emplace(key_of(name), State{.event = look.event}).first->second;
    state.starts.push_back(look.after.ts);
    if (state.starts.size() < flapping_starts) return;
    if (look.after.ts - state.starts.front() <= flapping_ms) {
        findings.add_once(look.event, Code::state_flapping);
    }
    state.starts.pop_front();
}

void PartMistakes::end_state(std::string_view name) {
    const auto state = states_.find(key_of(name));
    if (state != states_.end()) state->second.was_ended = true;
}

// A state or chapter may be on when a viewer leaves. What the player had the occasion to end, and
// never did, it does not know how to end.
void PartMistakes::end(const Ending& ending, Findings& findings) {
    if (chapter_ && ending.row.is_completed) {
        findings.add(*chapter_, Code::chapter_never_ended);
    }
    if (ending.row.close_reason != CloseReason::session_end) return;
    for (const auto& [name, state] : states_) {
        if (!state.was_ended) findings.add(state.event, Code::state_never_ended);
    }
}

}  // namespace playhead::session
