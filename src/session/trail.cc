// SPDX-License-Identifier: Apache-2.0
#include "session/trail.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "session/machine.h"
#include "session/quality.h"

namespace playhead::session {
namespace {

using event::EventType;

// Metrics that follow from others, or that are no number of the machine: they are not compared
// behind each event.
bool is_compared(Metric metric) {
    switch (metric) {
        case Metric::average_minute_audience:
        case Metric::estimated_streams:
        case Metric::has_segment_view:
        case Metric::is_dropped_before_start:
        case Metric::bitrate_average:
        case Metric::bitrate_average_bucket:
        case Metric::player_sdk_errors:
        case Metric::external_errors:
        case Metric::seconds_since_last_call:
        case Metric::close_reason:
        case Metric::close_ts:
        case Metric::events_after_close:
        case Metric::duplicates_dropped:
        case Metric::ads:
        case Metric::chapters:
        case Metric::states:
            return false;
        default:
            return true;
    }
}

int64_t number_of(const MetricValue& value) {
    if (const auto* duration = std::get_if<Duration>(&value)) return duration->ms;
    if (const auto* count = std::get_if<int64_t>(&value)) return *count;
    return 0;
}

bool is_of(EventType type, EventType first, EventType last) {
    return first <= type && type <= last;
}

bool is_of_ads(EventType type) {
    return is_of(type, EventType::ad_break_start, EventType::ad_skip);
}

bool is_of_chapters(EventType type) {
    return is_of(type, EventType::chapter_start, EventType::chapter_skip);
}

bool is_of_states(EventType type) {
    return is_of(type, EventType::state_start, EventType::states_update);
}

bool took_effect(VerdictCode verdict) {
    const Outcome outcome = text_of(verdict).outcome;
    return outcome != Outcome::ignored && outcome != Outcome::duplicate;
}

uint8_t said_in(const event::Event& event) {
    Quality alone;
    alone.take(event);
    uint8_t mask = 0;
    if (alone.bitrate() > 0) mask |= said::bitrate;
    if (alone.time_to_start_ms() > 0) mask |= said::time_to_start;
    const auto name = event::Parameter::media_qoe_dropped_frames;
    if (event.qoe_value(name) != nullptr || event.param(name) != nullptr) {
        mask |= said::dropped_frames;
    }
    const ErrorId error = error_id_of(event);
    if (!error.id.empty()) mask |= said::error_id;
    if (error.external) mask |= said::external;
    return mask;
}

class Tracer {
  public:
    explicit Tracer(const History& history) : history_(history) {
        numbers_.is_downloaded = history.origin == Origin::downloaded;
        numbers_.is_federated = history.federated;
    }

    void see(const EventRow& row, const event::Event& details, const Machine& machine);

    Trail finish(SessionRow row);

  private:
    void note(Metric metric, size_t event, int64_t adds = 0) {
        trail_.changes[static_cast<size_t>(metric)].push_back({event, adds});
    }

    void compare(size_t event);
    void see_parts(Effect& effect, const event::Event& details, const Machine& machine);
    void see_lists(const Effect& effect, const event::Event& details);
    void see_bitrate(const Effect& effect, int64_t ad_ms);
    void follow();
    void close();

    // sessionStart when there is no other.
    Effect& last_with(bool Effect::* flag);

    Trail trail_;
    SessionRow numbers_;
    std::array<MetricValue, metric_count> values_;
    std::map<uint64_t, size_t> fingerprints_;  // to the event that last had it
    std::set<std::pair<bool, std::string>> errors_;
    Quality quality_;
    Player player_ = Player::starting;
    Place place_ = Place::content;
    int64_t playhead_ms_ = 0;
    int64_t last_ts_ = 0;
    bool chapter_running_ = false;
    const History& history_;
};

void Tracer::see(const EventRow& row, const event::Event& details, const Machine& machine) {
    Effect effect{.event = row.offset,
                  .type = row.type,
                  .verdict = row.verdict,
                  .player = player_,
                  .place = place_,
                  .said = said_in(details),
                  .from_playhead_ms = playhead_ms_,
                  .playhead_ms = playhead_ms_};
    const uint64_t fingerprint = history_.events[effect.event].event().fingerprint;
    if (row.verdict == VerdictCode::after_close) {
        note(Metric::events_after_close, effect.event, 1);
    } else if (row.verdict == VerdictCode::exact_duplicate) {
        const auto original = fingerprints_.find(fingerprint);
        if (original != fingerprints_.end()) note(Metric::duplicates_dropped, original->second);
        note(Metric::duplicates_dropped, effect.event, 1);
    } else {
        fingerprints_[fingerprint] = effect.event;
        const int64_t main_ms = numbers_.time_played_ms;
        const int64_t ad_ms = numbers_.ad_ms;
        machine.fill_numbers(numbers_);
        effect.played_ms = numbers_.time_played_ms - main_ms;
        see_parts(effect, details, machine);
        see_bitrate(effect, numbers_.ad_ms - ad_ms);
        see_lists(effect, details);
        compare(effect.event);
    }
    trail_.effects.push_back(effect);
}

void Tracer::see_parts(Effect& effect, const event::Event& details, const Machine& machine) {
    const bool first = trail_.effects.empty();
    effect.playhead_ms = machine.content_playhead();
    effect.moved_playhead = first || effect.playhead_ms != playhead_ms_;
    effect.moved_clock = first || machine.last_ts() != last_ts_;
    const bool content_plays = player_ == Player::playing && place_ == Place::content;
    if (content_plays && effect.moved_clock && !effect.moved_playhead) {
        effect.changed |= part::still;
    }
    if (took_effect(effect.verdict)) {
        const Transition& cell = transition(player_, place_, effect.type);
        const bool saved = cell.forgets_saved || cell.action == Action::complete_after_ad;
        if (saved || machine.player() != player_) effect.changed |= part::player;
        if (cell.action == Action::start_content) effect.changed |= part::player;
        if (is_of_ads(effect.type)) effect.changed |= part::ads;
        if (is_of_chapters(effect.type)) effect.changed |= part::chapters;
        if (is_of_states(effect.type)) effect.changed |= part::states;
    }
    // It changes nothing else, but no stall is looked for from here on.
    if (effect.verdict == VerdictCode::ad_outside_break) effect.changed |= part::still;
    const int64_t bitrate = quality_.bitrate();
    quality_.take(details);
    if (quality_.bitrate() != bitrate) effect.changed |= part::bitrate;
    player_ = machine.player();
    place_ = machine.place();
    playhead_ms_ = effect.playhead_ms;
    last_ts_ = machine.last_ts();
}

void Tracer::see_bitrate(const Effect& effect, int64_t ad_ms) {
    const bool weighed = effect.played_ms + ad_ms > 0 && quality_.bitrate() > 0;
    if (weighed || (effect.changed & part::bitrate) != 0) {
        note(Metric::bitrate_average, effect.event);
    }
}

void Tracer::see_lists(const Effect& effect, const event::Event& details) {
    const bool ad_time = effect.moved_clock && effect.place == Place::ad;
    if ((effect.changed & part::ads) != 0 || ad_time) note(Metric::ads, effect.event);
    const bool chapter_time = effect.played_ms > 0 && chapter_running_;
    if ((effect.changed & part::chapters) != 0 || chapter_time) {
        note(Metric::chapters, effect.event);
    }
    if ((effect.changed & part::chapters) != 0) {
        chapter_running_ = effect.type == EventType::chapter_start;
    }
    if ((effect.changed & part::states) != 0) note(Metric::states, effect.event);
    if (effect.type != EventType::error || !took_effect(effect.verdict)) return;
    const ErrorId error = error_id_of(details);
    if (error.id.empty() || !errors_.emplace(error.external, error.id).second) return;
    note(error.external ? Metric::external_errors : Metric::player_sdk_errors, effect.event);
}

void Tracer::compare(size_t event) {
    for (const MetricText& text : metric_texts()) {
        if (!is_compared(text.metric)) continue;
        MetricValue& before = values_[static_cast<size_t>(text.metric)];
        MetricValue now = text.value(numbers_);
        if (now == before) continue;
        const int64_t adds = is_sum(text.metric) ? number_of(now) - number_of(before) : 0;
        if (event != 0 || adds != 0) note(text.metric, event, adds);
        before = std::move(now);
    }
}

// Metrics that are made by the same events as others.
void Tracer::follow() {
    constexpr std::array<std::pair<Metric, Metric>, 5> same = {{
        {Metric::average_minute_audience, Metric::time_played},
        {Metric::estimated_streams, Metric::total_time_played},
        {Metric::has_segment_view, Metric::is_played},
        {Metric::is_dropped_before_start, Metric::is_played},
        {Metric::bitrate_average_bucket, Metric::bitrate_average},
    }};
    for (const auto& [metric, basis] : same) {
        for (const Change& change : trail_.of(basis)) note(metric, change.event);
    }
}

Effect& Tracer::last_with(bool Effect::* flag) {
    Effect* last = trail_.effects.data();
    for (Effect& effect : trail_.effects) {
        if (effect.*flag) last = &effect;
    }
    return *last;
}

// What the close depends on: the event that made it, or the last ones before the silence.
void Tracer::close() {
    const size_t last = last_with(&Effect::moved_clock).event;
    if (!trail_.row.states.empty()) note(Metric::states, last);
    if (trail_.row.close_reason == CloseReason::open) return;
    std::vector<size_t> causes = {last};
    if (trail_.row.close_reason == CloseReason::idle) {
        causes.push_back(last_with(&Effect::moved_playhead).event);
    }
    for (const Effect& effect : trail_.effects) {
        const bool ends = effect.type == EventType::session_end && took_effect(effect.verdict);
        if (ends) causes.push_back(effect.event);
    }
    for (const size_t event : causes) {
        note(Metric::close_reason, event);
        note(Metric::close_ts, event);
        note(Metric::seconds_since_last_call, event);
        if (place_ == Place::ad) note(Metric::ads, event);
        if (chapter_running_) note(Metric::chapters, event);
    }
}

Trail Tracer::finish(SessionRow row) {
    trail_.row = std::move(row);
    Effect& last = last_with(&Effect::moved_clock);
    last.played_ms += trail_.row.time_played_ms - numbers_.time_played_ms;
    numbers_ = trail_.row;
    compare(last.event);
    follow();
    close();
    return std::move(trail_);
}

}  // namespace

bool is_sum(Metric metric) {
    switch (metric) {
        case Metric::time_played:
        case Metric::total_time_played:
        case Metric::unique_time_played:
        case Metric::ad_count:
        case Metric::chapter_count:
        case Metric::pause_count:
        case Metric::pause_time:
        case Metric::bitrate_change_count:
        case Metric::buffer_count:
        case Metric::buffer_time:
        case Metric::stall_count:
        case Metric::stall_time:
        case Metric::error_count:
        case Metric::ad_completes:
        case Metric::ad_time_played:
        case Metric::chapter_completes:
        case Metric::events_after_close:
        case Metric::duplicates_dropped:
            return true;
        default:
            return false;
    }
}

Trail trail_of(const History& history) {
    Tracer tracer(history);
    const Trace trace = [&tracer](const EventRow& row, const event::Event& details,
                                  const Machine& machine) { tracer.see(row, details, machine); };
    const Observer observer{.counts = nullptr, .trace = &trace};
    SessionRow row = row_from(history, std::vector<bool>(history.events.size(), true), observer);
    return tracer.finish(std::move(row));
}

}  // namespace playhead::session
