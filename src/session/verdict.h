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

    // Found by the examination (examination.h) in events that are right by themselves.
    many_duplicates = 64,
    ts_in_seconds = 65,
    ts_not_since_1970 = 66,
    ts_too_fine = 67,
    clock_off = 68,
    clock_step = 69,
    clock_set_back = 70,
    pings_of_one_stamp = 71,
    sent_late = 72,
    media_id_empty = 73,
    media_id_is_address = 74,
    length_unknown = 75,
    length_in_milliseconds = 76,
    live_length_not_a_day = 77,
    live_playhead_not_of_day = 78,
    content_type_is_format = 79,
    stream_type_unknown = 80,
    show_type_unknown = 81,
    authorized_by_any_text = 82,
    name_empty = 83,
    placeholder_value = 84,
    resumed_at_zero = 85,
    start_alone = 86,
    ended_at_once = 87,
    end_missing = 88,
    held_open_while_idle = 89,
    complete_missing = 90,
    complete_too_early = 91,
    complete_without_play = 92,
    completed_twice = 93,
    play_after_complete = 94,
    pings_after_complete = 95,
    session_longer_than_a_day = 96,
    playing_without_play = 97,
    no_play_after_preroll = 98,
    moving_while_paused = 99,
    moving_while_buffering = 100,
    pings_missing = 101,
    pings_stop_while_paused = 102,
    no_pings = 103,
    pings_too_fast = 104,
    play_repeated = 105,
    pause_and_buffer_alternate = 106,
    buffer_flapping = 107,
    playhead_in_milliseconds = 108,
    playhead_too_slow = 109,
    playhead_is_wall_clock = 110,
    playhead_negative = 111,
    playhead_beyond_length = 112,
    playhead_stands = 113,
    seek_forward_unreported = 114,
    seek_back_unreported = 115,
    break_never_closed = 116,
    content_in_break = 117,
    break_without_ads = 118,
    ad_never_ended = 119,
    ad_longer_than_length = 120,
    ad_completed_too_early = 121,
    ad_length_unknown = 122,
    ad_length_in_milliseconds = 123,
    ad_id_empty = 124,
    pod_index_reused = 125,
    pod_second_beyond_length = 126,
    play_before_ad = 127,
    play_before_preroll = 128,
    chapter_overlap = 129,
    chapter_never_ended = 130,
    chapter_length_unknown = 131,
    chapter_beyond_length = 132,
    chapter_index_reused = 133,
    state_never_ended = 134,
    state_flapping = 135,
    state_name_unusual = 136,
    bitrate_in_bits = 137,
    bitrate_in_megabits = 138,
    bitrate_not_positive = 139,
    bitrate_change_without_bitrate = 140,
    bitrate_unchanged = 141,
    dropped_frames_fall = 142,
    frames_per_second_unlikely = 143,
    time_to_start_in_seconds = 144,
    time_to_start_too_long = 145,
    error_without_id = 146,
    error_source_unknown = 147,
    error_in_a_loop = 148,
    metadata_dropped = 149,
    metadata_key_reserved = 150,
    metadata_value_empty = 151,
    mail_address_sent = 152,
};

// The codes of the fold are 0 to here; those of the examination begin with a number of their own,
// so that counting the verdicts of the fold stays as small as it is.
constexpr size_t fold_code_count = 21;
constexpr size_t first_mistake_code = 64;

// Who gives a code. A mistake never changes what became of the event: its outcome is `used`.
enum class Finder : uint8_t { fold, examination };

constexpr Finder finder_of(VerdictCode code) {
    const bool by_fold = static_cast<size_t>(code) < first_mistake_code;
    return by_fold ? Finder::fold : Finder::examination;
}

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
