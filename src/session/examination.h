// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

#include "event/event.h"
#include "session/ad_mistakes.h"
#include "session/clock_mistakes.h"
#include "session/content_mistakes.h"
#include "session/findings.h"
#include "session/machine.h"
#include "session/part_mistakes.h"
#include "session/playback_mistakes.h"
#include "session/playhead_mistakes.h"
#include "session/quality_mistakes.h"
#include "session/row.h"
#include "session/session_mistakes.h"

namespace playhead::session {

// Finds the mistakes of one session that the fold has no reason to refuse: each event may be right
// by itself and wrong beside the others. Fed by the trace of a fold (session.h), in processed
// order; changes no number. What it finds is certain when it is found; what a later event could
// still mend ("never closed") it says only of a closed session.
//
// A copy is an examination of its own. Memory grows with the findings, which are a few for each
// event. One thread.
class Examination {
  public:
    // `is_batch`: the events of a downloaded view.
    explicit Examination(bool is_batch) { content_.is_batch = is_batch; }

    // The next event, sessionStart first.
    void see(const EventRow& row, const event::Event& details, const Machine& machine);

    // Writes what was found into the events, which are those that were seen, in that order. Of a
    // session that `row` says is closed, also what its end shows. Once.
    void tell(const SessionRow& row, std::span<EventRow> events);

  private:
    Content content_;
    Moment before_;
    size_t seen_ = 0;
    size_t last_event_ = 0;  // the last that reached the machine
    int duplicates_ = 0;
    Findings findings_;
    ClockMistakes clock_;
    ContentMistakes about_content_;
    SessionMistakes session_;
    PlaybackMistakes playback_;
    PlayheadMistakes playhead_;
    AdMistakes ads_;
    PartMistakes parts_;
    QualityMistakes quality_;
};

}  // namespace playhead::session
