// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/check.h"
#include "session/verdict.h"

namespace playhead::session {
namespace {

using Code = VerdictCode;

constexpr auto texts = std::to_array<VerdictText>({
    {Code::used, Outcome::used, Subject::arrival, "used", "The event took effect.", "metrics 3.3",
     ""},
    {Code::reordered, Outcome::repaired, Subject::arrival, "reordered",
     "The event arrived after a later one and was put back in order within the reorder window.",
     "metrics 2.1",
     "Send one event at a time and wait for the answer. A few of these are normal for players that "
     "send in parallel."},
    {Code::clock_jump, Outcome::repaired, Subject::clock, "clock_jump",
     "The player's clock jumped ahead; the time between the arrivals was used instead.",
     "metrics 2.2",
     "Read the device's clock once at sessionStart and count on from there with a clock that "
     "nobody sets."},
    {Code::late_beyond_window, Outcome::late, Subject::clock, "late_beyond_window",
     "The event is stamped before one that was already processed; it took effect at the time "
     "already reached.",
     "metrics 2.1",
     "Send events at once and in their order. What comes more than five seconds behind its place "
     "cannot be put back."},
    {Code::exact_duplicate, Outcome::duplicate, Subject::arrival, "exact_duplicate",
     "The event equals one that was already processed.", "metrics 2.3",
     "Nothing, if the player repeats what was not answered. Else find the second listener that "
     "sends the same event."},
    {Code::after_close, Outcome::ignored, Subject::session, "after_close",
     "The session was closed before this event.", "metrics 2.4",
     "When an event is answered 404 or 410, open a new session with media.resume and send the "
     "event "
     "there."},
    {Code::unknown_session, Outcome::ignored, Subject::session, "unknown_session",
     "No session with this id is open.", "protocol 12",
     "Use the id from the Location header of the answer to sessionStart. When an event is answered "
     "404, open a new session."},
    {Code::session_already_started, Outcome::ignored, Subject::session, "session_already_started",
     "The session has had its sessionStart.", "metrics 3.3",
     "Send sessionStart once, to /api/v1/sessions; a second view is a second session."},
    {Code::ad_outside_break, Outcome::ignored, Subject::ads, "ad_outside_break",
     "The ad started outside an ad break; its time is main content.", "metrics 6",
     "Send adBreakStart before the first adStart of the break, and adBreakComplete behind its last "
     "ad."},
    {Code::break_already_open, Outcome::ignored, Subject::ads, "break_already_open",
     "A break with the same index and offset is open already.", "metrics 3.3",
     "Send adBreakStart once for each break, not before each of its ads."},
    {Code::break_not_open, Outcome::ignored, Subject::ads, "break_not_open", "No ad break is open.",
     "metrics 3.3", "Send adBreakComplete once, and only for a break that adBreakStart opened."},
    {Code::ad_already_running, Outcome::ignored, Subject::ads, "ad_already_running",
     "The same ad at the same position runs already.", "metrics 3.3",
     "Send adStart once for each ad. An ad that is shown twice in a break needs two positions."},
    {Code::ad_not_running, Outcome::ignored, Subject::ads, "ad_not_running", "No ad is running.",
     "metrics 3.3", "End each ad once, with adComplete or adSkip, and before adBreakComplete."},
    {Code::chapter_already_running, Outcome::ignored, Subject::chapters, "chapter_already_running",
     "The chapter with this index runs already.", "metrics 3.3",
     "Send chapterStart once for each chapter, and give each chapter its own index."},
    {Code::chapter_not_running, Outcome::ignored, Subject::chapters, "chapter_not_running",
     "No chapter is running.", "metrics 3.3",
     "End each chapter once, with chapterComplete or chapterSkip, and only after its "
     "chapterStart."},
    {Code::state_already_on, Outcome::ignored, Subject::states, "state_already_on",
     "The player state is on already.", "metrics 8",
     "Send stateStart only when the state changes from off to on."},
    {Code::state_not_on, Outcome::ignored, Subject::states, "state_not_on",
     "The player state is not on.", "metrics 8",
     "Send stateEnd only for a state that stateStart turned on in the same session."},
    {Code::eleventh_state, Outcome::ignored, Subject::states, "eleventh_state",
     "The session has ten player states with other names.", "metrics 8",
     "Use at most ten names of states in a session; put what varies into metadata, not into the "
     "name."},
    {Code::empty_state_name, Outcome::ignored, Subject::states, "empty_state_name",
     "The name of the player state is empty.", "protocol 9.14",
     "Send the name of the state in media.state.name."},
    {Code::no_states_named, Outcome::ignored, Subject::states, "no_states_named",
     "The update names no player state.", "protocol 9.16",
     "Send statesUpdate only when statesEnd or statesStart names a state."},
    {Code::session_text_full, Outcome::ignored, Subject::states, "session_text_full",
     "The session has no room left for another name.", "protocol 2.7",
     "Send less text: a session keeps one MiB of its names and metadata."},
});

constexpr bool in_order() {
    for (size_t i = 0; i < texts.size(); ++i) {
        const VerdictText& text = texts[i];
        if (static_cast<size_t>(text.code) != i) return false;
        if (text.name.empty() || text.message.empty() || text.rule.empty()) return false;
        if (text.remedy.empty() != (text.code == Code::used)) return false;
    }
    return true;
}

static_assert(in_order(), "the table is indexed by VerdictCode");

}  // namespace

const VerdictText& text_of(VerdictCode code) {
    const auto index = static_cast<size_t>(code);
    CHECK(index < texts.size());
    return texts[index];
}

std::span<const VerdictText> verdict_texts() {
    return texts;
}

}  // namespace playhead::session
