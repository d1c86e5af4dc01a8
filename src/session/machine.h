// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "event/event.h"
#include "session/ads.h"
#include "session/chapters.h"
#include "session/doing.h"
#include "session/player_states.h"
#include "session/playtime.h"
#include "session/quality.h"
#include "session/row.h"
#include "session/rule_set.h"
#include "session/start.h"
#include "session/transition.h"
#include "session/verdict.h"

namespace playhead::session {

// One event in processed order.
struct Step {
    event::EventType type{};
    int64_t ts = 0;  // as sent
    int64_t playhead_ms = 0;
    int64_t uptime_ms = 0;  // of its arrival
};

// The state machine and the numbers of one session: metrics 3 to 9. It is given the accepted events
// in processed order and knows nothing of how they came.
//
// Session time: the time of the machine is the client's clock at sessionStart, ms. It never runs
// backwards: an event stamped before the time already reached takes effect at that time (metrics
// 2.1). And it does not follow a jump of the client's clock (end of metrics 2.2): when the stamp of
// an event lies more than `jump_ms` after the time reached, but the event arrived sooner after the
// one before, the difference of the arrivals is the interval, and by what is left over all later
// stamps of this session are taken back. So every interval, `since` and close is measured on one
// clock, and a session is never longer than it was on ours. Stamps are bounded
// (bounded_ms).
class Machine {
  public:
    // Bytes of text that one session may keep: its start, and of each ad, chapter, error id and
    // state name what it adds to the row. Beyond it ads, chapters and errors still count in the
    // totals, but have no row and no id; a new state name is ignored.
    static constexpr size_t text_limit = 1'048'576;

    // No jump of the clock is looked for when there is no arrival clock to compare with (batches).
    static constexpr int64_t no_jumps = INT64_MAX;

    Machine() = default;
    // `rule_set`: the number of the set that this session is computed with.
    Machine(const event::Event& start, int64_t uptime_ms, int64_t jump_ms, int64_t rule_set);

    // Applies one event; `details` are its params, qoeData, metadata and state names. Must be open.
    VerdictCode apply(const Step& step, const event::Event& details);

    // Closes without an event: a time-out, or the end of a batch. The close is stamped as metrics
    // 2.2 says, for these rules' times, and never before the last event.
    void close_inactive(int64_t inactivity_ms);
    void close_idle(int64_t idle_ms);
    void close_batch();

    bool closed() const { return close_reason_ != CloseReason::open; }

    // For protocol 13.3.
    Place place() const { return place_; }

    Player player() const { return player_; }

    bool plays_content() const { return player_ == Player::playing && place_ == Place::content; }

    // Must be open.
    Doing doing() const;

    // No event that is stamped up to this can be the one that makes a stall.
    bool cannot_stall_by(int64_t ts) const;

    // Session time of the last event.
    int64_t last_ts() const { return last_ts_; }

    // ms.
    int64_t content_playhead() const { return content_playhead_; }

    bool chapter_running() const { return chapters_.running(); }

    bool state_on(std::string_view name) const { return states_.is_on(name); }

    // All numbers that the machine knows. settle() first when the machine is open.
    void fill(SessionRow& row) const;

    // Only the flags, counts and durations, and the segment: what costs the same however much the
    // session has said.
    void fill_numbers(SessionRow& row) const;

    // Decides about time that waits for a later event, as if none came.
    void settle() { playtime_.finish(chapters_); }

    const Start& start() const { return start_; }

    // Calls `each` with every log of which the row is made, in no order that matters.
    template <typename Each>
    void for_each_log(Each each) {
        each(start_.log());
        each(ads_.log());
        each(chapters_.log());
        each(errors_.log());
        each(playtime_.content_log());
        each(playtime_.ad_log());
    }

    // Of the class that writes this part (not offsets, which the session has).
    RowLog& log_of(RowLog::Part part);

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        bool has_chapters = self.chapters_.is_there();
        bool has_states = self.states_.is_there();
        bool has_ads = self.ads_.is_there();
        bool has_errors = self.errors_.is_there();
        each.fixed(Whole{self.start_ts_}, From{self.start_ts_, self.last_ts_},
                   From{self.start_ts_, self.last_move_ts_}, Whole{self.last_uptime_},
                   self.jump_ms_, self.content_playhead_, self.text_used_, self.player_,
                   self.place_, self.saved_, self.close_reason_, self.rule_set_,
                   Flags(self.orphan_ad_, self.content_started_, self.completed_, has_chapters,
                         has_states, has_ads, has_errors));
        each.rare(self.ahead_ms_, self.pause_count_, self.buffer_count_, self.bitrate_change_count_,
                  self.error_count_);
        each.bounded(self.start_ts_, self.last_ts_, self.last_move_ts_, self.last_uptime_,
                     self.content_playhead_, self.ahead_ms_, self.pause_count_, self.buffer_count_,
                     self.bitrate_change_count_, self.error_count_);
        each.require(!self.closed() && is_rule_set(self.rule_set_));
        each.require(is_state(self.player_, self.place_));
        each.require(is_state(self.saved_.value_or(Player::playing), Place::content));
        each.part(self.start_);
        each.part(self.quality_);
        each.part(self.playtime_);
        each.require(self.playtime_.reached_ms() <= self.last_ts_ - self.start_ts_);
        each.part_if(has_chapters, self.chapters_);
        each.part_if(has_states, self.states_);
        each.part_if(has_ads, self.ads_);
        each.part_if(has_errors, self.errors_);
    }

  private:
    VerdictCode take_time(const Step& step);
    void account(int64_t dt, int64_t p0, int64_t p1);
    VerdictCode transit(event::EventType type, const event::Event& details);
    VerdictCode act(Action action, const event::Event& details);
    VerdictCode act_on_ad(Action action, const event::Event& details);
    VerdictCode act_on_chapter(Action action, const event::Event& details);
    VerdictCode act_on_state(Action action, const event::Event& details);
    VerdictCode update_states(const event::Event& details);
    VerdictCode start_state(std::string_view name);
    bool content_played() const;

    const RuleSet& rules() const { return rule_set_numbered(rule_set_); }

    void count_error(const event::Event& details);
    void restore();
    void close(CloseReason reason, int64_t ts);
    bool take_text(size_t bytes);
    void fill_close(SessionRow& row) const;
    void fill_quality(SessionRow& row) const;
    void fill_parts(SessionRow& row) const;

    Start start_;
    int64_t jump_ms_ = 0;
    int64_t start_ts_ = 0;
    int64_t last_ts_ = 0;       // session time of the last event
    int64_t last_move_ts_ = 0;  // session time of the last change of the content playhead
    int64_t last_uptime_ = 0;   // arrival of the last processed event
    int64_t ahead_ms_ = 0;      // how far the client's clock has jumped ahead of session time
    int64_t close_ts_ = 0;
    int64_t content_playhead_ = 0;
    Playtime playtime_;
    Chapters chapters_;
    Quality quality_;
    PlayerStates states_;
    Ads ads_;
    ErrorIds errors_;
    int64_t pause_count_ = 0;
    int64_t buffer_count_ = 0;
    int64_t bitrate_change_count_ = 0;
    int64_t error_count_ = 0;
    uint32_t text_used_ = 0;
    Player player_ = Player::starting;
    Place place_ = Place::content;
    std::optional<Player> saved_;  // to restore when the running ad ends
    CloseReason close_reason_ = CloseReason::open;
    uint8_t rule_set_ = static_cast<uint8_t>(first_rule_set);
    bool orphan_ad_ = false;
    bool content_started_ = false;
    bool completed_ = false;
};

}  // namespace playhead::session
