// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/report_metric.h"

// SQL for the reports by the minute: metrics 12.4 to 12.6. No statement makes a row for each minute
// of each session. Each interval of time gives two changes, where it begins and where it ends;
// these are added up by the minute, and a running sum over the minutes in which anything changed
// tells what holds until the next of them.
namespace playhead::store {

constexpr int64_t minute_ms = 60'000;

enum class MinuteValue : uint8_t {
    sessions,  // sessions whose active span meets the minute
    viewers,   // viewers of these, each once
    playback,  // seconds of active spans
    content,   // seconds of content
};

// What is counted by the minute in records of this kind; nothing of other kinds.
std::optional<MinuteValue> minute_value_of(Record record);

// The minutes of a report: those that begin in its period.
struct Minutes {
    int64_t from = 0;  // when the first one begins
    int64_t to = 0;    // when the last one ends

    // Of the period from <= t < to, in ms since the epoch; none before the epoch.
    static Minutes of(int64_t from, int64_t to);

    bool are_none() const { return from >= to; }

    friend bool operator==(const Minutes&, const Minutes&) = default;
};

// What a session must satisfy to be of these minutes. `s` is its alias.
std::string condition_of(const Minutes& minutes);

// Columns that `sessions` of the functions below must have, beside the keys. `s` is the alias of a
// session in report_sessions.
std::string minute_columns(MinuteValue value);

// The minutes as runs of equal values: (keys, minute, next, first, rest). The minute that begins at
// `minute` has the value `first`, those behind it up to `next` have `rest` each; all are BIGINT.
// Minutes in no run have 0. `sessions` is a relation with the keys and minute_columns(value), each
// session once.
std::string runs_of(MinuteValue value, const std::string& sessions,
                    const std::vector<std::string>& keys, const Minutes& minutes);

// The same in pieces that do not cross a multiple of `length` ms: (keys, piece_ts, value), `value`
// being the sum of the minutes of the piece that begins at piece_ts. `length` is a multiple of
// minute_ms. Without pieces of the value 0.
std::string pieces_of(const std::string& runs, const std::vector<std::string>& keys,
                      int64_t length);

// One row: the largest value of a minute and the first minute that has it, then the smallest one
// and its first minute. Minutes without anything count, with 0. Not for no minutes.
std::string extremes_of(MinuteValue value, const std::string& sessions, const Minutes& minutes);

}  // namespace playhead::store
