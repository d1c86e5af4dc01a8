// SPDX-License-Identifier: Apache-2.0
#include "session/row.h"

#include "base/check.h"

namespace playhead::session {

std::string_view name_of(CloseReason reason) {
    switch (reason) {
        case CloseReason::open:
            return "";
        case CloseReason::session_end:
            return "sessionEnd";
        case CloseReason::inactivity:
            return "inactivity";
        case CloseReason::idle:
            return "idle";
        case CloseReason::batch_end:
            return "batchEnd";
    }
    CHECK(false);
    return "";
}

SessionRow without_details(SessionRow row) {
    row.ads.clear();
    row.chapters.clear();
    row.states.clear();
    row.content_spans.clear();
    row.ad_spans.clear();
    row.events.clear();
    row.offsets.clear();
    return row;
}

VerdictCode most_telling(const EventRow& event) {
    const bool is_used = event.verdict == VerdictCode::used;
    return is_used && !event.mistakes.empty() ? event.mistakes.front() : event.verdict;
}

}  // namespace playhead::session
