// SPDX-License-Identifier: Apache-2.0
#include "session/verdict.h"

#include <algorithm>

#include "base/check.h"

namespace playhead::session {
namespace {

constexpr std::array<std::string_view, outcome_count> outcome_names = {
    "used", "ignored", "duplicate", "late", "repaired"};

constexpr std::array<std::string_view, subject_count> subject_names = {
    "Arrival", "Clock",    "The session",   "The content",        "Playback", "Playhead",
    "Ads",     "Chapters", "Player states", "Quality and errors", "Metadata"};

constexpr std::string_view page_head =
    "# Verdicts\n"
    "\n"
    "Every event of a session has a verdict: what became of it, why, and what to change in the "
    "player.\n"
    "This page is written by `verdicts_as_markdown()` from the table in "
    "`src/session/verdict_texts.cc`,\n"
    "and a test keeps both equal. The rule is the section of the metrics or of the protocol that "
    "says so.\n"
    "The link of a code leads to a session that shows it.\n";

// These have no session in tests/golden; src/session/golden_test.cc says why.
constexpr std::array not_in_golden = {VerdictCode::used, VerdictCode::unknown_session,
                                      VerdictCode::session_already_started,
                                      VerdictCode::session_text_full};

std::string code_cell(const VerdictText& text) {
    const std::string name(text.name);
    std::string shown = "`" + name + "`";
    if (std::ranges::find(not_in_golden, text.code) != not_in_golden.end()) return shown;
    std::string file = name;
    std::ranges::replace(file, '_', '-');
    return "[" + shown + "](../tests/golden/" + file + ".json)";
}

std::string line_of(const VerdictText& text) {
    std::string line = "| " + code_cell(text) + " | ";
    line += name_of(text.outcome);
    for (const std::string_view cell : {text.message, text.rule, text.remedy}) {
        line += " | ";
        line += cell;
    }
    return line + " |\n";
}

std::string section_of(Subject subject) {
    std::string lines;
    for (const VerdictText& text : verdict_texts()) {
        if (text.subject == subject) lines += line_of(text);
    }
    if (lines.empty()) return lines;
    std::string section = "\n## ";
    section += subject_names[static_cast<size_t>(subject)];
    section += "\n\n| code | outcome | what happened | rule | what to change |\n";
    section += "| --- | --- | --- | --- | --- |\n";
    return section + lines;
}

}  // namespace

std::string_view name_of(Outcome outcome) {
    const auto index = static_cast<size_t>(outcome);
    CHECK(index < outcome_names.size());
    return outcome_names[index];
}

std::string verdicts_as_markdown() {
    std::string page(page_head);
    for (size_t i = 0; i < subject_count; ++i) page += section_of(static_cast<Subject>(i));
    return page;
}

uint64_t VerdictCounts::of(Outcome outcome) const {
    uint64_t sum = 0;
    for (size_t code = 0; code < by_code.size(); ++code) {
        if (text_of(static_cast<VerdictCode>(code)).outcome == outcome) sum += by_code[code];
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
