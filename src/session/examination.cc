// SPDX-License-Identifier: Apache-2.0
#include "session/examination.h"

#include <string_view>

#include "base/check.h"
#include "session/text.h"

namespace playhead::session {
namespace {

// A request that is repeated once or twice was not answered; five times in a view are a player that
// does not wait for the answer.
constexpr int many_duplicates = 5;

constexpr int64_t day_ms = 86'400'000;

bool is_live(const event::Event& start) {
    const event::ParameterValue* type = start.param(event::Parameter::media_content_type);
    return type != nullptr && (is_same(type->text, "live") || is_same(type->text, "linear"));
}

Moment moment_of(const Machine& machine, const EventRow& row) {
    return {.player = machine.player(),
            .place = machine.place(),
            .ts = machine.last_ts(),
            .playhead_ms = machine.content_playhead(),
            .received_at = row.received_at};
}

}  // namespace

void Examination::see(const EventRow& row, const event::Event& details, const Machine& machine) {
    const size_t event = seen_++;
    if (row.verdict == VerdictCode::after_close) return;
    if (row.verdict == VerdictCode::exact_duplicate) {
        if (++duplicates_ == many_duplicates) {
            findings_.add(event, VerdictCode::many_duplicates);
        }
        return;
    }
    const Moment after = moment_of(machine, row);
    if (event == 0) {
        content_.start_ts = after.ts;
        content_.length_ms = machine.start().length_ms();
        content_.is_live = is_live(details);
        content_.is_day_long = content_.length_ms == day_ms;
        before_ = after;
    }
    const Look look{.event = event,
                    .row = row,
                    .details = details,
                    .machine = machine,
                    .content = content_,
                    .before = before_,
                    .after = after};
    // From what spoils every number to what spoils one: the first of an event is shown on top.
    clock_.see(look, findings_);
    about_content_.see(look, findings_);
    session_.see(look, findings_);
    playback_.see(look, findings_);
    playhead_.see(look, findings_);
    ads_.see(look, findings_);
    parts_.see(look, findings_);
    quality_.see(look, findings_);
    before_ = after;
    last_event_ = event;
}

void Examination::tell(const SessionRow& row, std::span<EventRow> events) {
    CHECK(events.size() == seen_);
    if (row.close_reason != CloseReason::open) {
        const Ending ending{.row = row, .content = content_, .last_event = last_event_};
        session_.end(ending, findings_);
        playback_.end(ending, findings_);
        ads_.end(findings_);
        parts_.end(ending, findings_);
    }
    for (const Finding& finding : findings_.all()) {
        events[finding.event].mistakes.push_back(finding.code);
    }
}

}  // namespace playhead::session
