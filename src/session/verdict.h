// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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

// Why. One table (verdict.cc) gives each code its name, outcome, sentence and the section of the
// rules that says so. Codes are stable: they are stored and shown; never rename or renumber one.
enum class VerdictCode : uint8_t {
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

constexpr size_t verdict_code_count = 21;

struct VerdictText {
    VerdictCode code{};
    Outcome outcome{};
    std::string_view name;     // stable, for example "ad_outside_break"
    std::string_view message;  // a sentence for people
    std::string_view rule;     // for example "metrics 6"
};

// The table's entry for this code.
const VerdictText& text_of(VerdictCode code);

// How many events got each verdict. Every event that is given to a session gets exactly one.
struct VerdictCounts {
    std::array<uint64_t, verdict_code_count> by_code{};

    void add(VerdictCode code) { ++by_code[static_cast<size_t>(code)]; }

    uint64_t of(VerdictCode code) const { return by_code[static_cast<size_t>(code)]; }

    uint64_t of(Outcome outcome) const;

    uint64_t total() const;

    VerdictCounts& operator+=(const VerdictCounts& other);
    bool operator==(const VerdictCounts&) const = default;
};

}  // namespace playhead::session
