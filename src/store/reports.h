// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "session/row.h"
#include "store/database.h"
#include "store/report_question.h"
#include "store/report_time.h"
#include "store/summed_days.h"
#include "store/time_zone.h"

namespace playhead::store {

// One line of a report.
struct ReportItem {
    std::optional<int64_t> time;  // begin of its bucket, ms since the epoch; nothing for `all`
    std::vector<Value> dimensions;
    std::vector<Value> metrics;
};

// What a report is made of, and how complete that is.
struct Reflects {
    uint64_t journal_offset = 0;  // closed sessions: all that closed before it
    uint64_t open_offset = 0;     // open sessions: as they were there
    std::vector<int64_t> rule_sets;
    int64_t erased_sessions = 0;  // ever; they are in nothing
    // Sessions that touch the period.
    int64_t closed_sessions = 0;
    int64_t open_sessions = 0;
    // Of these, those of which it is not known when their content ran. Nothing when nobody asked
    // for something that depends on it.
    std::optional<int64_t> sessions_without_spans;
};

// The numbers of a metric that is counted by the minute, over all minutes of the period and without
// dimensions: the largest and the smallest of one minute, each with the begin of the first minute
// that has it.
struct Extremes {
    std::string_view metric;
    int64_t largest = 0;
    int64_t largest_at = 0;
    int64_t smallest = 0;
    int64_t smallest_at = 0;
};

struct Report {
    std::vector<ReportItem> items;
    // Of the items; larger than asked for where there were too many (with_fewer_buckets).
    Granularity granularity = Granularity::all;
    int64_t bucket_minutes = 1;
    std::vector<Extremes> extremes;
    std::vector<Value> totals;  // one for each metric of the question
    // Where the next part begins: for Question::behind. Nothing when this was the last part.
    std::optional<std::vector<Value>> next;
    Reflects reflects;
};

// What is wrong with a question that only the database can tell.
struct Objection {
    std::string field;  // of the question, as its sender calls it: `timeZone` or `filter`
    std::string reason;
};

// Answers reports from one store, with a connection of its own. Closed sessions are those of the
// store; open ones are those that it was last told of. Used by one thread at a time, but for
// interrupt().
//
// The same question with the same sessions has the same answer, to the byte: whatever is added up
// is a whole number, and whatever is listed has one order.
class Reports {
  public:
    static base::Result<std::unique_ptr<Reports>> make(std::shared_ptr<Database> database);

    // Empty when the question can be answered.
    base::Result<std::vector<Objection>> object_to(const Question& question);

    // Of a question to which there is no objection.
    base::Result<Report> answer(const Question& question);

    // The open sessions are told anew, by any number of calls in between. Those of before are
    // forgotten.
    base::Result<void> begin_open_sessions();
    base::Result<void> add_open_sessions(std::span<const session::SessionRow> rows);

    // Closed sessions that are on their way to the store, in place of the open ones that they were.
    base::Result<void> replace_open_sessions(std::span<const session::SessionRow> rows);

    // They are as they were at this offset of the journal.
    void end_open_sessions(uint64_t offset) { open_offset_ = offset; }

    // Nothing until they were told, wholly.
    std::optional<uint64_t> open_offset() const { return open_offset_; }

    // Ends what another thread asks, with the error `stopped`; nothing when it asks nothing.
    void interrupt() { connection_.interrupt(); }

  private:
    Reports(std::shared_ptr<Database> database, Connection connection);

    base::Result<Report> answer_in_transaction(const Question& asked);
    base::Result<void> add_items(const Question& question, const Period& period,
                                 const TimeZone& zone, Report& report);
    base::Result<void> add_extremes(const Question& question, const Period& period, Report& report);
    base::Result<const TimeZone*> zone_named(const std::string& name);
    base::Result<Reflects> reflects(const Question& question, const Period& period,
                                    const SummedDays& days);

    std::shared_ptr<Database> database_;  // outlives the connection
    Connection connection_;
    const TimeZone utc_;
    std::map<std::string, TimeZone> zones_;
    std::optional<uint64_t> open_offset_;
    bool has_open_sessions_ = false;
    uint64_t stored_offset_ = 0;  // when the open sessions were last compared with the store
};

}  // namespace playhead::store
