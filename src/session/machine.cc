// SPDX-License-Identifier: Apache-2.0
#include "session/machine.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "base/digest.h"
#include "session/rules.h"

namespace playhead::session {
namespace {

using event::EventType;

std::string_view state_name_of(const event::Event& event) {
    const auto* name = event.param(event::Parameter::media_state_name);
    return name == nullptr ? std::string_view{} : name->text;
}

size_t text_bytes_of(const event::Event& event) {
    size_t bytes = 0;
    for (const auto& value : event.params) bytes += value.text.size();
    for (const auto& item : event.custom_metadata) bytes += item.key.size() + item.value.size();
    return bytes;
}

Player player_after(NextPlayer next, Player now) {
    switch (next) {
        case NextPlayer::playing:
            return Player::playing;
        case NextPlayer::paused:
            return Player::paused;
        case NextPlayer::buffering:
            return Player::buffering;
        case NextPlayer::completed:
            return Player::completed;
        case NextPlayer::same:
        case NextPlayer::restored:
            break;
    }
    return now;
}

}  // namespace

Machine::Machine(const event::Event& start, int64_t uptime_ms, int64_t jump_ms, int64_t rule_set)
    : start_(start),
      jump_ms_(jump_ms),
      start_ts_(bounded_ms(start.ts)),
      last_ts_(start_ts_),
      last_move_ts_(start_ts_),
      last_uptime_(uptime_ms),
      content_playhead_(bounded_ms(start.playhead_ms)),
      playtime_(start_.length_ms()),
      text_used_(static_cast<uint32_t>(start_.text_bytes())),
      rule_set_(static_cast<uint8_t>(rule_set)) {
    CHECK(is_rule_set(rule_set));
    quality_.take(start);
}

VerdictCode Machine::apply(const Step& step, const event::Event& details) {
    CHECK(!closed());
    const int64_t before = last_ts_;
    const VerdictCode time = take_time(step);
    const int64_t p0 = content_playhead_;
    const int64_t p1 = place_ == Place::ad ? p0 : bounded_ms(step.playhead_ms);
    account(last_ts_ - before, p0, p1);
    if (p1 != p0) {
        if (rules().marks_jumps && p1 > p0 && content_played()) playtime_.pass(p0, p1);
        content_playhead_ = p1;
        last_move_ts_ = last_ts_;
        orphan_ad_ = false;
    }
    quality_.take(details);
    const VerdictCode effect = transit(step.type, details);
    return effect == VerdictCode::used ? time : effect;
}

Doing Machine::doing() const {
    switch (player_) {
        case Player::starting:
            return Doing::starting;
        case Player::paused:
            return Doing::paused;
        case Player::buffering:
            return Doing::buffering;
        case Player::completed:
            return Doing::completed;
        case Player::playing:
            break;
    }
    if (place_ == Place::ad) return Doing::ad;
    const bool stalled = place_ == Place::content && !orphan_ad_ && playtime_.stalled();
    return stalled ? Doing::stalled : Doing::content;
}

bool Machine::cannot_stall_by(int64_t ts) const {
    return playtime_.is_far_from_stall() &&
           bounded_ms(ts) - ahead_ms_ - last_ts_ < Playtime::shortest_stall_ms;
}

// Moves session time to the event and says whether its stamp could be used as it was.
VerdictCode Machine::take_time(const Step& step) {
    const int64_t arrivals = step.uptime_ms - last_uptime_;
    last_uptime_ = step.uptime_ms;
    const int64_t stamp = bounded_ms(step.ts) - ahead_ms_;
    if (stamp < last_ts_) return VerdictCode::late_beyond_window;
    const int64_t interval = std::max<int64_t>(0, arrivals);
    if (stamp - last_ts_ <= jump_ms_ || stamp - last_ts_ <= interval) {
        last_ts_ = stamp;
        return VerdictCode::used;
    }
    last_ts_ += interval;
    ahead_ms_ += stamp - last_ts_;
    return VerdictCode::clock_jump;
}

void Machine::account(int64_t dt, int64_t p0, int64_t p1) {
    const bool in_break = place_ == Place::ad_break;
    const Interval interval{.dt = dt,
                            .end_ms = last_ts_ - start_ts_,
                            .p0 = p0,
                            .p1 = p1,
                            .chapter = chapters_.current(),
                            .bitrate = quality_.bitrate()};
    switch (player_) {
        case Player::playing:
            break;
        case Player::paused:
            playtime_.pause(interval, in_break, chapters_);
            return;
        case Player::buffering:
            playtime_.buffer(interval, in_break, chapters_);
            return;
        case Player::starting:
        case Player::completed:
            playtime_.nothing(in_break, chapters_);
            return;
    }
    switch (place_) {
        case Place::content:
            playtime_.main(interval, !orphan_ad_, chapters_);
            return;
        case Place::ad_break:
            playtime_.gap(interval, chapters_);
            return;
        case Place::ad:
            playtime_.ad(interval, chapters_);
            ads_.credit(dt);
            return;
    }
}

VerdictCode Machine::transit(EventType type, const event::Event& details) {
    const Transition& cell = transition(player_, place_, type);
    if (cell.forgets_saved && saved_ != Player::completed) saved_.reset();
    const VerdictCode verdict = act(cell.action, details);
    if (verdict != VerdictCode::used) return verdict;
    if (cell.player == NextPlayer::restored) restore();
    player_ = player_after(cell.player, player_);
    place_ = cell.place;
    return VerdictCode::used;
}

VerdictCode Machine::act(Action action, const event::Event& details) {
    switch (action) {
        case Action::none:
            return VerdictCode::used;
        case Action::start_again:
            return VerdictCode::session_already_started;
        case Action::start_content:
            content_started_ = true;
            playtime_.touch(content_playhead_);
            return VerdictCode::used;
        case Action::count_pause:
            ++pause_count_;
            return VerdictCode::used;
        case Action::count_buffer:
            ++buffer_count_;
            return VerdictCode::used;
        case Action::repeat_pause:
            if (rules().counts_repeats) ++pause_count_;
            return VerdictCode::used;
        case Action::repeat_buffer:
            if (rules().counts_repeats) ++buffer_count_;
            return VerdictCode::used;
        case Action::count_bitrate_change:
            ++bitrate_change_count_;
            return VerdictCode::used;
        case Action::count_error:
            count_error(details);
            return VerdictCode::used;
        case Action::complete_content:
            completed_ = true;
            return VerdictCode::used;
        case Action::complete_after_ad:
            completed_ = true;
            saved_ = Player::completed;
            return VerdictCode::used;
        case Action::end_session:
            close(CloseReason::session_end, last_ts_);
            return VerdictCode::used;
        case Action::start_chapter:
        case Action::complete_chapter:
        case Action::skip_chapter:
            return act_on_chapter(action, details);
        case Action::start_state:
        case Action::end_state:
        case Action::update_states:
            return act_on_state(action, details);
        default:
            return act_on_ad(action, details);
    }
}

VerdictCode Machine::act_on_ad(Action action, const event::Event& details) {
    switch (action) {
        case Action::open_break:
            orphan_ad_ = false;
            if (place_ != Place::content && ads_.same_break(details)) {
                return VerdictCode::break_already_open;
            }
            ads_.end(last_ts_, false);
            ads_.open_break(details);
            return VerdictCode::used;
        case Action::close_break:
            ads_.end(last_ts_, false);
            return VerdictCode::used;
        case Action::no_break:
            return VerdictCode::break_not_open;
        case Action::note_orphan_ad:
            orphan_ad_ = true;
            return VerdictCode::ad_outside_break;
        case Action::start_ad:
            if (ads_.same_ad(details)) return VerdictCode::ad_already_running;
            ads_.end(last_ts_, false);
            restore();
            if (player_ != Player::playing) saved_ = player_;
            ads_.start(details, last_ts_, take_text(text_bytes_of(details)));
            return VerdictCode::used;
        case Action::complete_ad:
        case Action::skip_ad:
            orphan_ad_ = false;
            ads_.end(last_ts_, action == Action::complete_ad);
            return VerdictCode::used;
        default:
            CHECK(action == Action::no_ad);
            orphan_ad_ = false;
            return VerdictCode::ad_not_running;
    }
}

VerdictCode Machine::act_on_chapter(Action action, const event::Event& details) {
    if (action == Action::start_chapter) {
        const auto* index = details.param(event::Parameter::media_chapter_index);
        if (chapters_.runs(index == nullptr ? 0 : index->integer)) {
            return VerdictCode::chapter_already_running;
        }
        chapters_.end(last_ts_, false);
        chapters_.start(details, last_ts_, take_text(text_bytes_of(details)));
        return VerdictCode::used;
    }
    if (!chapters_.running()) return VerdictCode::chapter_not_running;
    chapters_.end(last_ts_, action == Action::complete_chapter);
    return VerdictCode::used;
}

VerdictCode Machine::act_on_state(Action action, const event::Event& details) {
    if (action == Action::update_states) return update_states(details);
    if (action == Action::end_state) return states_.end(state_name_of(details), last_ts_);
    return start_state(state_name_of(details));
}

VerdictCode Machine::start_state(std::string_view name) {
    const bool fits = states_.knows(name) || take_text(name.size());
    return states_.start(name, last_ts_, fits);
}

// Used when any of its parts was; else the reason of the first.
VerdictCode Machine::update_states(const event::Event& details) {
    VerdictCode first = VerdictCode::no_states_named;
    bool used = false;
    const auto note = [&](VerdictCode code) {
        if (first == VerdictCode::no_states_named) first = code;
        used = used || code == VerdictCode::used;
    };
    for (const std::string_view name : details.states_end) note(states_.end(name, last_ts_));
    for (const std::string_view name : details.states_start) note(start_state(name));
    return used ? VerdictCode::used : first;
}

void Machine::count_error(const event::Event& details) {
    ++error_count_;
    const ErrorId error = error_id_of(details);
    if (error.id.empty() || errors_.knows(error)) return;
    if (take_text(error.id.size() + sizeof(std::string))) errors_.add(error);
}

void Machine::restore() {
    if (saved_) player_ = *saved_;
    saved_.reset();
}

bool Machine::take_text(size_t bytes) {
    if (bytes > text_limit - std::min<size_t>(text_used_, text_limit)) return false;
    text_used_ += static_cast<uint32_t>(bytes);
    return true;
}

void Machine::close_inactive(int64_t inactivity_ms) {
    close(CloseReason::inactivity, last_ts_ + inactivity_ms);
}

void Machine::close_idle(int64_t idle_ms) {
    close(CloseReason::idle, std::max(last_ts_, last_move_ts_ + idle_ms));
}

void Machine::close_batch() {
    close(CloseReason::batch_end, last_ts_);
}

void Machine::close(CloseReason reason, int64_t ts) {
    CHECK(!closed());
    settle();
    if (place_ == Place::ad) ads_.end(ts, false);
    chapters_.end(ts, false);
    close_reason_ = reason;
    close_ts_ = ts;
}

bool Machine::content_played() const {
    return content_started_ || playtime_.main_ms() > Playtime::gap_ms;
}

void Machine::fill(SessionRow& row) const {
    fill_numbers(row);
    row.rule_set = rule_set_;
    row.reported = !start_.media_id().empty();
    row.dimensions = start_.dimensions();
    row.custom_metadata = start_.custom_metadata();
    row.player_sdk_errors = errors_.list(false);
    row.external_errors = errors_.list(true);
    row.content_spans = playtime_.content_spans(start_ts_);
    row.ad_spans = playtime_.ad_spans(start_ts_);
    fill_parts(row);
}

void Machine::fill_close(SessionRow& row) const {
    row.close_reason = close_reason_;
    row.start_ts = start_ts_;
    row.last_event_ts = last_ts_;
    row.close_ts = close_ts_;
    row.seconds_since_last_call_ms = closed() ? close_ts_ - last_ts_ : 0;
}

void Machine::fill_numbers(SessionRow& row) const {
    fill_close(row);
    row.length = start_.length();
    row.is_played = content_played();
    row.is_completed = completed_;
    row.has_resume = start_.resumes();
    row.is_authorized = start_.authorized();
    const Played& played = playtime_.played();
    row.has_progress_10 = played.passed(10);
    row.has_progress_25 = played.passed(25);
    row.has_progress_50 = played.passed(50);
    row.has_progress_75 = played.passed(75);
    row.has_progress_95 = played.passed(95);
    row.segment.reset();
    if (row.is_played) row.segment = played.segment(content_playhead_);
    row.time_played_ms = playtime_.main_ms();
    row.total_time_played_ms = playtime_.main_ms() + playtime_.ad_ms();
    row.unique_time_played_ms = played.unique_ms();
    row.pause_count = pause_count_;
    row.pause_ms = playtime_.pause_ms();
    row.ad_ms = playtime_.ad_ms();
    row.ad_count = ads_.count();
    row.ad_completes = ads_.completes();
    row.chapter_count = chapters_.count();
    row.chapter_completes = chapters_.completes();
    fill_quality(row);
}

void Machine::fill_quality(SessionRow& row) const {
    row.bitrate_average.reset();
    if (playtime_.has_bitrate()) row.bitrate_average = playtime_.average_bitrate();
    row.bitrate_change_count = bitrate_change_count_;
    row.buffer_count = buffer_count_;
    row.buffer_ms = playtime_.buffer_ms();
    row.stall_count = playtime_.stall_count();
    row.stall_ms = playtime_.stall_ms();
    row.dropped_frames = quality_.dropped_frames();
    row.error_count = error_count_;
    row.time_to_start_ms = quality_.time_to_start_ms();
    row.frames_per_second = quality_.frames_per_second();
}

void Machine::fill_parts(SessionRow& row) const {
    row.states = states_.rows(last_ts_);
    if (row.ad_count + row.chapter_count == 0) return;
    const std::string digest = base::md5_hex(start_.media_id());
    row.ads = ads_.rows(digest, row.custom_metadata);
    row.chapters = chapters_.rows(digest, row.custom_metadata);
}

RowLog& Machine::log_of(RowLog::Part part) {
    switch (part) {
        case RowLog::Part::start:
            return start_.log();
        case RowLog::Part::ad:
        case RowLog::Part::ad_end:
            return ads_.log();
        case RowLog::Part::chapter:
        case RowLog::Part::chapter_end:
        case RowLog::Part::chapter_credit:
            return chapters_.log();
        case RowLog::Part::error:
            return errors_.log();
        case RowLog::Part::content_spans:
            return playtime_.content_log();
        case RowLog::Part::ad_spans:
            return playtime_.ad_log();
        case RowLog::Part::offsets:
            break;
    }
    CHECK(false);
    return start_.log();
}

}  // namespace playhead::session
