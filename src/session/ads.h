// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/event.h"
#include "session/archive.h"
#include "session/row.h"
#include "session/row_log.h"

namespace playhead::session {

// The breaks and ads of one session, metrics 6. Whether a break is open or an ad runs is the place
// of the state machine (transition.h); this knows which, and what they gave.
class Ads {
  public:
    // The open break is the one of this adBreakStart: same podIndex and podSecond.
    bool same_break(const event::Event& break_start) const;

    // The running ad is the one of this adStart: same id and podPosition.
    bool same_ad(const event::Event& ad_start) const;

    void open_break(const event::Event& break_start);

    // Starts the ad of an adStart in the open break; none may run. `keep`: false when there is no
    // room for a row; then it only counts. So does an ad with an empty id (metrics 6).
    void start(const event::Event& ad_start, int64_t ts, bool keep);

    // Ends the running ad; nothing when there is none.
    void end(int64_t ts, bool completed);

    // Play time of the running ad.
    void credit(int64_t ms) { time_played_ms_ += ms; }

    int64_t count() const { return count_; }

    int64_t completes() const { return completes_; }

    // The rows with their pod ids and the session's metadata under their own (metrics 10).
    std::vector<AdRow> rows(std::string_view media_id_md5, const CustomMetadata& session) const;

    RowLog& log() { return log_; }

    bool is_there() const { return opened_ || count_ > 0; }

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        each.numbers(self.count_, self.completes_, self.pod_index_, self.pod_position_,
                     self.time_played_ms_,
                     Flags(self.opened_, self.running_, self.has_row_, self.has_pod_name_));
        each.bounded(self.count_, self.completes_, self.time_played_ms_);
        each.number(self.pod_second_);
        each.text(self.id_);
        each.text(self.pod_name_);
    }

  private:
    RowLog log_;      // the rows: one record at the start of an ad, one at its end
    std::string id_;  // of the running ad
    std::string pod_name_;
    int64_t pod_index_ = 0;
    double pod_second_ = 0;
    int64_t pod_position_ = 0;    // of the running ad
    int64_t time_played_ms_ = 0;  // of the running ad
    int64_t count_ = 0;
    int64_t completes_ = 0;
    bool opened_ = false;  // a break was
    bool has_pod_name_ = false;
    bool running_ = false;
    bool has_row_ = false;  // the running ad
};

}  // namespace playhead::session
