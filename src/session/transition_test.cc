// SPDX-License-Identifier: Apache-2.0
#include "session/transition.h"

#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace playhead::session {
namespace {

using event::EventType;

TEST(Transition, the_page_in_docs_shows_the_table) {
    std::ifstream file("docs/session-states.md");
    std::stringstream page;
    page << file.rdbuf();
    EXPECT_EQ(page.str(), transitions_as_markdown())
        << "write the page again: session_test --gtest_filter=*prints_the_page*";
}

TEST(Transition, prints_the_page) {
    const std::string page = transitions_as_markdown();
    std::ofstream(testing::TempDir() + "session-states.md") << page;
    EXPECT_NE(page.find("| `sessionEnd` | any | any |"), std::string::npos);
}

TEST(Transition, every_state_event_leads_where_the_rules_say) {
    struct Case {
        EventType event;
        Player from;
        Place place;
        NextPlayer to;
        Action action;
        bool forgets;
    };

    const Case cases[] = {
        {EventType::play, Player::starting, Place::content, NextPlayer::playing,
         Action::start_content, false},
        {EventType::play, Player::paused, Place::ad_break, NextPlayer::playing, Action::none,
         false},
        {EventType::play, Player::paused, Place::ad, NextPlayer::playing, Action::none, true},
        {EventType::pause_start, Player::playing, Place::content, NextPlayer::paused,
         Action::count_pause, false},
        {EventType::pause_start, Player::paused, Place::ad, NextPlayer::same, Action::repeat_pause,
         true},
        {EventType::buffer_start, Player::paused, Place::content, NextPlayer::buffering,
         Action::count_buffer, false},
        {EventType::ping, Player::starting, Place::content, NextPlayer::same, Action::none, false},
        {EventType::error, Player::playing, Place::content, NextPlayer::same, Action::count_error,
         false},
        {EventType::session_complete, Player::playing, Place::ad, NextPlayer::same,
         Action::complete_after_ad, false},
        {EventType::session_complete, Player::playing, Place::content, NextPlayer::completed,
         Action::complete_content, false},
    };
    for (const Case& wanted : cases) {
        const Transition& found = transition(wanted.from, wanted.place, wanted.event);
        EXPECT_EQ(found.player, wanted.to) << name_of(wanted.event);
        EXPECT_EQ(found.action, wanted.action) << name_of(wanted.event);
        EXPECT_EQ(found.forgets_saved, wanted.forgets) << name_of(wanted.event);
        EXPECT_EQ(found.place, wanted.place) << name_of(wanted.event);
    }
}

TEST(Transition, ad_events_lead_from_place_to_place) {
    const auto place_after = [](EventType event, Place from) {
        return transition(Player::playing, from, event).place;
    };
    EXPECT_EQ(place_after(EventType::ad_break_start, Place::content), Place::ad_break);
    EXPECT_EQ(place_after(EventType::ad_break_start, Place::ad), Place::ad_break);
    EXPECT_EQ(place_after(EventType::ad_start, Place::content), Place::content);
    EXPECT_EQ(place_after(EventType::ad_start, Place::ad_break), Place::ad);
    EXPECT_EQ(place_after(EventType::ad_complete, Place::ad), Place::ad_break);
    EXPECT_EQ(place_after(EventType::ad_skip, Place::ad_break), Place::ad_break);
    EXPECT_EQ(place_after(EventType::ad_break_complete, Place::ad), Place::content);
}

TEST(TransitionDeathTest, content_that_has_not_started_cannot_be_in_an_ad) {
    EXPECT_DEATH(transition(Player::starting, Place::ad, EventType::ping), "is_state");
}

}  // namespace
}  // namespace playhead::session
