// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "event/event.h"
#include "session/row.h"
#include "session/row_log.h"

namespace playhead::session {

// The chapters of one session, metrics 7. Chapters never overlap.
class Chapters {
  public:
    static constexpr int32_t none = -1;

    bool running() const { return running_; }

    // The one that runs; `none` when there is none or it has no row.
    int32_t current() const { return current_; }

    // A chapter with this index runs already.
    bool runs(int64_t index) const { return running_ && index_ == index; }

    // Starts the chapter of a chapterStart; none may run. `keep`: false when there is no room for
    // a row; then it only counts.
    void start(const event::Event& event, int64_t ts, bool keep);

    // Ends the running one; nothing when there is none.
    void end(int64_t ts, bool completed);

    // Content time of the chapter with this number; nothing for `none`.
    void credit(int32_t chapter, int64_t ms) {
        if (chapter == none) return;
        if (chapter == current_) {
            time_played_ms_ += ms;
        } else {
            credit_later(chapter, ms);
        }
    }

    int64_t count() const { return count_; }

    int64_t completes() const { return completes_; }

    // The rows with their ids and the session's metadata under their own (metrics 10).
    std::vector<ChapterRow> rows(std::string_view media_id_md5,
                                 const CustomMetadata& session) const;

    RowLog& log() { return log_; }

    bool is_there() const { return count_ > 0; }

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        each.numbers(self.index_, self.count_, self.completes_, self.time_played_ms_, self.rows_,
                     self.current_, self.running_);
        each.bounded(self.count_, self.completes_, self.time_played_ms_);
        each.require(self.rows_ >= 0 && self.current_ >= none && self.current_ < self.rows_);
    }

  private:
    void credit_later(int32_t chapter, int64_t ms);

    RowLog log_;  // the rows: a record at the start and at the end of a chapter
    int64_t index_ = 0;
    int64_t count_ = 0;
    int64_t completes_ = 0;
    int64_t time_played_ms_ = 0;  // of the running one
    int32_t rows_ = 0;
    int32_t current_ = none;
    bool running_ = false;
};

// `own` over `session`: keys in the order of `session`, then those that only `own` has.
CustomMetadata merged(const CustomMetadata& session, const CustomMetadata& own);

// The metadata of an event, owned. A repeated key keeps its last value.
CustomMetadata owned(const std::vector<event::Metadata>& metadata);

}  // namespace playhead::session
