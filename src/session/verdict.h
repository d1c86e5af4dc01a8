// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace playhead::session {

// What became of one event of a session.
//   used       it did what its type says
//   ignored    it arrived well, but in a state in which it means nothing
//   duplicate  it equals an event that was already processed
//   late       it took effect, but at a time later than its own stamp
//   repaired   it took effect, after its order or its time was put right
enum class Outcome : uint8_t { used, ignored, duplicate, late, repaired };

constexpr size_t outcome_count = 5;

std::string_view name_of(Outcome outcome);

// Why. One table (verdict_texts.cc) gives each code its texts. Codes are stable: they are stored
// and shown; never rename or renumber one, only append.
enum class VerdictCode : uint8_t {
    // Given by the fold: each event gets exactly one.
    used = 0,
    reordered = 1,
    clock_jump = 2,
    late_beyond_window = 3,
    exact_duplicate = 4,
    after_close = 5,
    unknown_session = 6,
    session_already_started = 7,
    ad_outside_break = 8,
    break_already_open = 9,
    break_not_open = 10,
    ad_already_running = 11,
    ad_not_running = 12,
    chapter_already_running = 13,
    chapter_not_running = 14,
    state_already_on = 15,
    state_not_on = 16,
    eleventh_state = 17,
    empty_state_name = 18,
    no_states_named = 19,
    session_text_full = 20,
};

// The codes of the fold are 0 to here.
constexpr size_t fold_code_count = 21;

// What part of an integration a code is about; the headings of docs/verdicts.md.
enum class Subject : uint8_t {
    arrival,
    clock,
    session,
    content,
    playback,
    playhead,
    ads,
    chapters,
    states,
    quality,
    metadata,
};

constexpr size_t subject_count = 11;

struct VerdictText {
    VerdictCode code{};
    Outcome outcome{};
    Subject subject{};
    std::string_view name;     // stable, for example "ad_outside_break"
    std::string_view message;  // a sentence for people: what happened, and what it does to numbers
    std::string_view rule;     // for example "metrics 6"
    std::string_view remedy;   // what to change in the player; empty for `used`
};

// The table's entry for this code.
const VerdictText& text_of(VerdictCode code);

// The whole table, by number.
std::span<const VerdictText> verdict_texts();

// The table as the page docs/verdicts.md.
std::string verdicts_as_markdown();

// How many events got each verdict of the fold. Every event that is given to a session gets exactly
// one.
struct VerdictCounts {
    std::array<uint64_t, fold_code_count> by_code{};

    void add(VerdictCode code) { ++by_code[static_cast<size_t>(code)]; }

    uint64_t of(VerdictCode code) const { return by_code[static_cast<size_t>(code)]; }

    uint64_t of(Outcome outcome) const;

    uint64_t total() const;

    VerdictCounts& operator+=(const VerdictCounts& other);
    bool operator==(const VerdictCounts&) const = default;
};

}  // namespace playhead::session
