// SPDX-License-Identifier: Apache-2.0
#include "session/transition.h"

#include <array>
#include <string_view>

#include "base/check.h"

namespace playhead::session {
namespace {

using event::EventType;

// Sets of states and places, one bit each.
constexpr unsigned starting = 1U << 0;
constexpr unsigned playing = 1U << 1;
constexpr unsigned paused = 1U << 2;
constexpr unsigned buffering = 1U << 3;
constexpr unsigned completed = 1U << 4;
constexpr unsigned any = starting | playing | paused | buffering | completed;
constexpr unsigned in_content = 1U << 0;
constexpr unsigned in_break = 1U << 1;
constexpr unsigned in_ad = 1U << 2;
constexpr unsigned outside = in_content | in_break;
constexpr unsigned anywhere = outside | in_ad;

enum class NextPlace : uint8_t { same, content, ad_break, ad };

struct Rule {
    EventType event;
    unsigned players;
    unsigned places;
    NextPlayer player;
    NextPlace place;
    Action action;
    bool forgets_saved = false;
};

// metrics 3.3, one line per case. Every possible state has exactly one line for every event.
constexpr std::array<Rule, 35> rules = {{
    {EventType::session_start, any, anywhere, NextPlayer::same, NextPlace::same,
     Action::start_again},
    {EventType::play, any, in_content, NextPlayer::playing, NextPlace::same, Action::start_content},
    {EventType::play, any, in_break, NextPlayer::playing, NextPlace::same, Action::none},
    {EventType::play, any, in_ad, NextPlayer::playing, NextPlace::same, Action::none, true},
    {EventType::ping, any, anywhere, NextPlayer::same, NextPlace::same, Action::none},
    {EventType::buffer_start, any & ~buffering, outside, NextPlayer::buffering, NextPlace::same,
     Action::count_buffer},
    {EventType::buffer_start, any & ~buffering, in_ad, NextPlayer::buffering, NextPlace::same,
     Action::count_buffer, true},
    {EventType::buffer_start, buffering, outside, NextPlayer::same, NextPlace::same,
     Action::repeat_buffer},
    {EventType::buffer_start, buffering, in_ad, NextPlayer::same, NextPlace::same,
     Action::repeat_buffer, true},
    {EventType::pause_start, any & ~paused, outside, NextPlayer::paused, NextPlace::same,
     Action::count_pause},
    {EventType::pause_start, any & ~paused, in_ad, NextPlayer::paused, NextPlace::same,
     Action::count_pause, true},
    {EventType::pause_start, paused, outside, NextPlayer::same, NextPlace::same,
     Action::repeat_pause},
    {EventType::pause_start, paused, in_ad, NextPlayer::same, NextPlace::same, Action::repeat_pause,
     true},
    {EventType::bitrate_change, any, anywhere, NextPlayer::same, NextPlace::same,
     Action::count_bitrate_change},
    {EventType::error, any, anywhere, NextPlayer::same, NextPlace::same, Action::count_error},
    {EventType::ad_break_start, any, outside, NextPlayer::same, NextPlace::ad_break,
     Action::open_break},
    {EventType::ad_break_start, any, in_ad, NextPlayer::restored, NextPlace::ad_break,
     Action::open_break},
    {EventType::ad_break_complete, any, in_content, NextPlayer::same, NextPlace::same,
     Action::no_break},
    {EventType::ad_break_complete, any, in_break, NextPlayer::same, NextPlace::content,
     Action::close_break},
    {EventType::ad_break_complete, any, in_ad, NextPlayer::restored, NextPlace::content,
     Action::close_break},
    {EventType::ad_start, any, in_content, NextPlayer::same, NextPlace::same,
     Action::note_orphan_ad},
    {EventType::ad_start, any, in_break | in_ad, NextPlayer::playing, NextPlace::ad,
     Action::start_ad},
    {EventType::ad_complete, any, outside, NextPlayer::same, NextPlace::same, Action::no_ad},
    {EventType::ad_complete, any, in_ad, NextPlayer::restored, NextPlace::ad_break,
     Action::complete_ad},
    {EventType::ad_skip, any, outside, NextPlayer::same, NextPlace::same, Action::no_ad},
    {EventType::ad_skip, any, in_ad, NextPlayer::restored, NextPlace::ad_break, Action::skip_ad},
    {EventType::chapter_start, any, anywhere, NextPlayer::same, NextPlace::same,
     Action::start_chapter},
    {EventType::chapter_complete, any, anywhere, NextPlayer::same, NextPlace::same,
     Action::complete_chapter},
    {EventType::chapter_skip, any, anywhere, NextPlayer::same, NextPlace::same,
     Action::skip_chapter},
    {EventType::state_start, any, anywhere, NextPlayer::same, NextPlace::same, Action::start_state},
    {EventType::state_end, any, anywhere, NextPlayer::same, NextPlace::same, Action::end_state},
    {EventType::states_update, any, anywhere, NextPlayer::same, NextPlace::same,
     Action::update_states},
    {EventType::session_complete, any, outside, NextPlayer::completed, NextPlace::same,
     Action::complete_content},
    {EventType::session_complete, any, in_ad, NextPlayer::same, NextPlace::same,
     Action::complete_after_ad},
    {EventType::session_end, any, anywhere, NextPlayer::same, NextPlace::same, Action::end_session},
}};

using Column = std::array<Transition, event::event_type_count>;
using Table = std::array<std::array<Column, place_count>, player_count>;

constexpr Place place_after(NextPlace next, size_t now) {
    switch (next) {
        case NextPlace::content:
            return Place::content;
        case NextPlace::ad_break:
            return Place::ad_break;
        case NextPlace::ad:
            return Place::ad;
        case NextPlace::same:
            break;
    }
    return static_cast<Place>(now);
}

constexpr bool covers(const Rule& rule, size_t player, size_t place) {
    return (rule.players >> player & 1U) != 0 && (rule.places >> place & 1U) != 0;
}

constexpr size_t rules_for(size_t player, size_t place, size_t event) {
    size_t count = 0;
    for (const Rule& rule : rules) {
        const bool same_event = static_cast<size_t>(rule.event) == event;
        if (same_event && covers(rule, player, place)) ++count;
    }
    return count;
}

constexpr bool one_rule_per_cell() {
    for (size_t event = 0; event < event::event_type_count; ++event) {
        for (size_t cell = 0; cell < player_count * place_count; ++cell) {
            if (rules_for(cell / place_count, cell % place_count, event) != 1) return false;
        }
    }
    return true;
}

static_assert(one_rule_per_cell(), "every state has exactly one rule for every event");

constexpr bool order_is_kept() {
    for (size_t i = 1; i < rules.size(); ++i) {
        if (rules[i].event < rules[i - 1].event) return false;
    }
    return true;
}

static_assert(order_is_kept(), "the rules stand in the order of the event catalogue");

constexpr bool only_state_events_move_the_player() {
    for (const Rule& rule : rules) {
        const bool moves = rule.player != NextPlayer::same;
        const bool quiet = rule.event == EventType::ping || rule.event == EventType::error ||
                           rule.event == EventType::bitrate_change;
        if (moves && quiet) return false;
    }
    return true;
}

static_assert(only_state_events_move_the_player(),
              "pings and errors do not start or stop playback");

constexpr Table make_table() {
    Table table{};
    for (const Rule& rule : rules) {
        for (size_t cell = 0; cell < player_count * place_count; ++cell) {
            const size_t player = cell / place_count;
            const size_t place = cell % place_count;
            if (!covers(rule, player, place)) continue;
            table[player][place][static_cast<size_t>(rule.event)] = {
                rule.player, place_after(rule.place, place), rule.action, rule.forgets_saved};
        }
    }
    return table;
}

constexpr Table table = make_table();

constexpr std::array<std::string_view, player_count> player_names = {
    "starting", "playing", "paused", "buffering", "completed"};
constexpr std::array<std::string_view, place_count> place_names = {"content", "ad break", "ad"};
constexpr std::array<std::string_view, 6> next_player_names = {
    "", "playing", "paused", "buffering", "completed", "restored"};
constexpr std::array<std::string_view, 4> next_place_names = {"", "content", "ad break", "ad"};

struct ActionText {
    Action action;
    std::string_view sentence;
};

constexpr std::array<ActionText, action_count> action_texts = {{
    {Action::none, ""},
    {Action::start_again, "ignored: a session starts once"},
    {Action::start_content, "content start"},
    {Action::count_pause, "pause count + 1"},
    {Action::count_buffer, "buffer count + 1"},
    {Action::repeat_pause, "pause count + 1 in rule sets that count repeats"},
    {Action::repeat_buffer, "buffer count + 1 in rule sets that count repeats"},
    {Action::count_bitrate_change, "bitrate change count + 1"},
    {Action::count_error, "error count + 1, error id recorded"},
    {Action::open_break,
     "ignored if the same break is open; else ends a running ad as not completed and opens the "
     "break"},
    {Action::close_break, "ends a running ad as not completed, closes the break"},
    {Action::no_break, "ignored: no break is open"},
    {Action::note_orphan_ad, "ignored: an ad outside a break; no stall is looked for"},
    {Action::start_ad,
     "ignored if the same ad runs; else ends a running ad as not completed, starts the ad and "
     "saves "
     "the player state if it is not playing"},
    {Action::complete_ad, "ends the ad as completed"},
    {Action::skip_ad, "ends the ad as not completed"},
    {Action::no_ad, "ignored: no ad is running"},
    {Action::start_chapter,
     "ignored if a chapter with this index runs; else ends a running chapter as not completed and "
     "starts the chapter"},
    {Action::complete_chapter, "ends the chapter as completed; ignored if none is running"},
    {Action::skip_chapter, "ends the chapter as not completed; ignored if none is running"},
    {Action::start_state, "turns the player state on; ignored if it is on, or is an eleventh name"},
    {Action::end_state, "turns the player state off; ignored if it is not on"},
    {Action::update_states, "turns player states off, then others on"},
    {Action::complete_content, "completion flag on"},
    {Action::complete_after_ad, "completion flag on; the saved state becomes completed"},
    {Action::end_session,
     "ends a running ad and chapter as not completed, closes the break and the session"},
}};

constexpr bool actions_in_order() {
    for (size_t i = 0; i < action_texts.size(); ++i) {
        if (static_cast<size_t>(action_texts[i].action) != i) return false;
    }
    return true;
}

static_assert(actions_in_order(), "the sentences are indexed by Action");

template <size_t count>
std::string names_in(unsigned set, const std::array<std::string_view, count>& names) {
    if (set == (1U << count) - 1) return "any";
    std::string text;
    for (size_t i = 0; i < count; ++i) {
        if ((set >> i & 1U) == 0) continue;
        if (!text.empty()) text += ", ";
        text += names[i];
    }
    return text;
}

std::string line_of(const Rule& rule) {
    std::string line = "| `";
    line += name_of(rule.event);
    line += "` | " + names_in(rule.places, place_names);
    line += " | " + names_in(rule.players, player_names);
    line += " | ";
    line += next_place_names[static_cast<size_t>(rule.place)];
    line += " | ";
    line += next_player_names[static_cast<size_t>(rule.player)];
    line += " | ";
    line += action_texts[static_cast<size_t>(rule.action)].sentence;
    if (rule.forgets_saved) {
        line += line.back() == ' ' ? "" : "; ";
        line += "the saved state is forgotten, unless it is completed";
    }
    return line + " |\n";
}

constexpr std::string_view page_head =
    "# Session states\n"
    "\n"
    "How each event changes the state of a session: where the player is and what it does. This "
    "page\n"
    "is written by `transitions_as_markdown()` from the table in `src/session/transition.cc`, and "
    "a\n"
    "test keeps both equal. An empty cell means: as it was. An ignored event changes nothing "
    "else.\n"
    "`restored` is the state that the running ad interrupted, if it did; else as it was. A player\n"
    "that is starting or completed cannot be in an ad.\n"
    "\n"
    "| event | in | player is | then in | player becomes | effect |\n"
    "| --- | --- | --- | --- | --- | --- |\n";

}  // namespace

const Transition& transition(Player player, Place place, event::EventType type) {
    CHECK(is_state(player, place));
    return table[static_cast<size_t>(player)][static_cast<size_t>(place)]
                [static_cast<size_t>(type)];
}

std::string transitions_as_markdown() {
    std::string page(page_head);
    for (const Rule& rule : rules) page += line_of(rule);
    return page;
}

}  // namespace playhead::session
