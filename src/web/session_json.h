// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "session/row.h"

// Rows as JSON text, for the reporting API and for `playhead fold`. All functions are pure and
// cannot fail: bytes that are not UTF-8 are replaced by U+FFFD. Times are milliseconds since the
// epoch, durations published seconds (metrics 1).
namespace playhead::web {

// The metrics of one session, with exactly the flat keys of `expect` in metrics 16, every key
// always there: null, false, 0 or [] where there is nothing. Of an open session, closeReason and
// closeTs are null.
std::string expect_json(const session::SessionRow& row);

// An array with one {eventType, ts, outcome, code, message, rule, remedy} per event, in the order
// given. The outcome is the fold's; code and texts are of why the event was not simply used, else
// of its first mistake. An event with mistakes has them all in `mistakes`: [{code, message, rule,
// remedy}].
std::string verdicts_json(std::span<const session::EventRow> events);

// What `playhead fold` prints for one session: expect_json with `verdicts` as a further key, and if
// wanted `spans.content` and `spans.ad`: [from, to] of each, the end is not in it.
std::string fold_json(const session::SessionRow& row, std::span<const session::EventRow> events,
                      bool with_spans);

// One session of a file with several; `name` as in the file.
struct FoldedSession {
    std::string name;
    session::SessionRow row;
    std::vector<session::EventRow> events;
};

// What `playhead fold` prints for several sessions: every key of each as "<name>/<key>".
std::string fold_json(std::span<const FoldedSession> sessions, bool with_spans);

// One session as GET /v1/sessions/{sid} gives it.
std::string session_json(const session::SessionRow& row);

// Sessions as GET /v1/sessions gives them: like session_json, but `metrics` leaves out the three
// keys `ads`, `chapters` and `states`. `next` is the cursor behind the last one.
std::string session_list_json(std::span<const session::SessionRow> rows,
                              const std::optional<std::string>& next);

// Events as GET /v1/sessions/{sid}/events gives them.
std::string event_list_json(std::span<const session::EventRow> events,
                            const std::optional<std::string>& next);

}  // namespace playhead::web
