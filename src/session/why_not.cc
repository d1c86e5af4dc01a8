// SPDX-License-Identifier: Apache-2.0
#include "session/why_not.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "event/limits.h"
#include "session/explanation.h"

namespace playhead::session {
namespace {

using event::EventType;

WhyNot because(std::string sentence) {
    return {.sentence = std::move(sentence), .near_misses = {}};
}

std::string counted(size_t count, std::string_view what) {
    return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

std::string events_of(size_t count, EventType type) {
    return counted(count, std::string(name_of(type)) + " event");
}

std::string quoted_ms(int64_t ms) {
    return std::to_string(ms) + " ms";
}

// "12.345 s", for positions in the content.
std::string quoted_seconds(int64_t ms) {
    constexpr int64_t second = 1'000;
    std::string text = std::to_string(ms / second);
    if (ms % second == 0) return text + " s";
    const std::string fraction = std::to_string(second + std::abs(ms % second));
    return text + "." + fraction.substr(1) + " s";
}

bool after_close(const Effect& effect) {
    return effect.verdict == VerdictCode::after_close;
}

bool ignored(const Effect& effect) {
    return text_of(effect.verdict).outcome == Outcome::ignored && !after_close(effect);
}

bool took_effect(const Effect& effect) {
    const Outcome outcome = text_of(effect.verdict).outcome;
    return outcome != Outcome::ignored && outcome != Outcome::duplicate;
}

// What the events of one session tell about a metric that is nothing.
class Reasons {
  public:
    explicit Reasons(const Trail& trail) : trail_(trail), row_(trail.row) {}

    WhyNot of(Metric metric) const;

  private:
    WhyNot of_time(Metric metric) const;
    WhyNot of_quality(Metric metric) const;
    WhyNot of_parts(Metric metric) const;
    WhyNot of_close(Metric metric) const;

    WhyNot no_play() const;
    WhyNot no_content_time() const;
    WhyNot no_unique_time() const;
    WhyNot no_audience() const;
    WhyNot no_marker(int64_t percent) const;
    WhyNot no_bitrate() const;
    WhyNot no_stall() const;
    WhyNot no_error_ids(bool external) const;
    WhyNot no_ad() const;
    WhyNot no_ad_time() const;
    WhyNot no_chapter() const;
    WhyNot no_states() const;
    WhyNot no_time_in(EventType type, int64_t ms) const;
    WhyNot no_end_of(EventType type, int64_t started, std::string_view what) const;
    WhyNot no_event_of(EventType type) const;

    std::vector<size_t> those(auto&& is_meant) const {
        std::vector<size_t> events;
        for (const Effect& effect : trail_.effects) {
            if (is_meant(effect)) events.push_back(effect.event);
        }
        std::ranges::sort(events);
        return events;
    }

    size_t count(auto&& is_meant) const {
        return static_cast<size_t>(std::ranges::count_if(trail_.effects, is_meant));
    }

    bool was_said(uint8_t mask) const {
        return count([mask](const Effect& effect) {
                   return !after_close(effect) && (effect.said & mask) != 0;
               }) > 0;
    }

    const Trail& trail_;
    const SessionRow& row_;
};

// The usual case: what counts is an event of this type, and none was accepted.
WhyNot Reasons::no_event_of(EventType type) const {
    const auto late =
        those([type](const Effect& effect) { return effect.type == type && after_close(effect); });
    if (late.empty()) return because("No " + std::string(name_of(type)) + " was sent.");
    return {.sentence = "No " + std::string(name_of(type)) + " came before the close; " +
                        events_of(late.size(), type) + " came after it.",
            .near_misses = late};
}

WhyNot Reasons::no_play() const {
    const auto elsewhere = those([](const Effect& effect) {
        return effect.type == EventType::play && took_effect(effect) &&
               effect.place != Place::content;
    });
    if (elsewhere.empty()) {
        WhyNot answer = no_event_of(EventType::play);
        answer.sentence.insert(answer.sentence.size() - 1,
                               ", and the content did not run by itself");
        return answer;
    }
    return {.sentence = "There was no play outside an ad break before the close: " +
                        events_of(elsewhere.size(), EventType::play) +
                        " came inside a break or an ad. Without one, content starts when more "
                        "than 250 ms of it run; here " +
                        quoted_ms(row_.time_played_ms) + " did.",
            .near_misses = elsewhere};
}

WhyNot Reasons::no_content_time() const {
    if (row_.time_played_ms > 0) {
        return because("Only " + quoted_ms(row_.time_played_ms) +
                       " of content played, which is published as 0 seconds.");
    }
    if (row_.stall_ms > 0) {
        return because("The playhead stood still for as long as the content was to play: " +
                       quoted_ms(row_.stall_ms) + " are stall time.");
    }
    if (!row_.is_played) return no_play();
    return because(
        "The content started, but no time passed before it was stopped or the session "
        "had its last event.");
}

WhyNot Reasons::no_unique_time() const {
    if (row_.unique_time_played_ms > 0) {
        return because("Only " + quoted_ms(row_.unique_time_played_ms) +
                       " of the content were passed, which is published as 0 seconds.");
    }
    if (row_.time_played_ms == 0) return no_content_time();
    return because("Content played for " + quoted_ms(row_.time_played_ms) +
                   ", but the playhead did not move forward in that time.");
}

WhyNot Reasons::no_audience() const {
    if (!row_.length) {
        return because(
            "The length of the content is unknown: sessionStart has no media.length "
            "greater than 0.");
    }
    return no_content_time();
}

WhyNot Reasons::no_marker(int64_t percent) const {
    if (!row_.length) return no_audience();
    if (row_.time_played_ms == 0) return no_content_time();
    if (row_.unique_time_played_ms == 0) return no_unique_time();
    constexpr double hundred = 100;
    constexpr double ms_in_second = 1'000;
    const double mark = *row_.length * static_cast<double>(percent) / hundred * ms_in_second;
    int64_t first = INT64_MAX;
    int64_t farthest = INT64_MIN;
    for (const Effect& effect : trail_.effects) {
        if (effect.played_ms <= 0) continue;
        first = std::min({first, effect.from_playhead_ms, effect.playhead_ms});
        farthest = std::max({farthest, effect.from_playhead_ms, effect.playhead_ms});
    }
    const std::string at = "the " + std::to_string(percent) + " % mark at " +
                           quoted_seconds(static_cast<int64_t>(mark));
    if (static_cast<double>(farthest) < mark) {
        const double reached =
            static_cast<double>(farthest) / ms_in_second / *row_.length * hundred;
        return because("Playback ended before " + at + ": the farthest played position is " +
                       quoted_seconds(farthest) + ", which is " +
                       std::to_string(static_cast<int64_t>(reached)) + " %.");
    }
    if (static_cast<double>(first) > mark) {
        return because("Playback began behind " + at + ": the first played position is " +
                       quoted_seconds(first) + ".");
    }
    return because("The playhead jumped over " + at + ": a seek does not play what it passes.");
}

// A duration in a state that events of this type begin.
WhyNot Reasons::no_time_in(EventType type, int64_t ms) const {
    if (ms > 0) return because("It was " + quoted_ms(ms) + ", which is published as 0 seconds.");
    const size_t began =
        count([type](const Effect& effect) { return effect.type == type && took_effect(effect); });
    if (began == 0) return no_event_of(type);
    return because("After " + events_of(began, type) +
                   " no time passed before the next state, or "
                   "no event followed.");
}

WhyNot Reasons::of_time(Metric metric) const {
    switch (metric) {
        case Metric::time_played:
            return no_content_time();
        case Metric::unique_time_played:
            return no_unique_time();
        case Metric::average_minute_audience:
            return no_audience();
        case Metric::has_progress_10:
            return no_marker(10);
        case Metric::has_progress_25:
            return no_marker(25);
        case Metric::has_progress_50:
            return no_marker(50);
        case Metric::has_progress_75:
            return no_marker(75);
        case Metric::has_progress_95:
            return no_marker(95);
        case Metric::pause_time:
            return no_time_in(EventType::pause_start, row_.pause_ms);
        case Metric::buffer_time:
            return no_time_in(EventType::buffer_start, row_.buffer_ms);
        default:
            break;
    }
    if (row_.total_time_played_ms > 0) {
        return because("Only " + quoted_ms(row_.total_time_played_ms) +
                       " of content and ads played, which is published as 0 seconds.");
    }
    WhyNot answer = no_content_time();
    answer.sentence += " No time was counted for an ad either.";
    return answer;
}

WhyNot Reasons::no_bitrate() const {
    if (!was_said(said::bitrate)) return because("No bitrate greater than 0 was sent.");
    const auto sent = those([](const Effect& effect) {
        return took_effect(effect) && (effect.said & said::bitrate) != 0;
    });
    return {.sentence =
                "A bitrate was sent, but neither content nor an ad played while it was "
                "known.",
            .near_misses = sent};
}

WhyNot Reasons::no_stall() const {
    if (row_.stall_count > 0 && row_.stall_ms > 0) {
        return because("It was " + quoted_ms(row_.stall_ms) + ", which is published as 0 seconds.");
    }
    const bool played = count([](const Effect& effect) {
                            return effect.player == Player::playing &&
                                   effect.place == Place::content && effect.moved_clock;
                        }) > 0;
    if (!played) {
        return because("No content was playing outside ad breaks, so nothing could stall.");
    }
    std::string sentence =
        "While content played, the playhead never stood still for three samples at least 1 s "
        "apart.";
    auto orphans =
        those([](const Effect& effect) { return effect.verdict == VerdictCode::ad_outside_break; });
    if (!orphans.empty()) {
        sentence +=
            " While an ad that started outside an ad break is believed to run, no stall "
            "is looked for.";
    }
    return {.sentence = std::move(sentence), .near_misses = std::move(orphans)};
}

WhyNot Reasons::no_error_ids(bool external) const {
    if (row_.error_count == 0) return no_event_of(EventType::error);
    const auto is_error = [](const Effect& effect) {
        return effect.type == EventType::error && took_effect(effect);
    };
    const size_t with_id = count([&](const Effect& effect) {
        return is_error(effect) && (effect.said & said::error_id) != 0;
    });
    const std::string errors = events_of(static_cast<size_t>(row_.error_count), EventType::error);
    if (with_id == 0) {
        return {.sentence = errors + " came without an error id.", .near_misses = those(is_error)};
    }
    const std::string_view other = external ? "none of those with an id has the source external."
                                            : "all of those with an id have the source external.";
    return {.sentence = errors + " came, and " + std::string(other),
            .near_misses = those(is_error)};
}

WhyNot Reasons::of_quality(Metric metric) const {
    switch (metric) {
        case Metric::bitrate_average:
        case Metric::bitrate_average_bucket:
            return no_bitrate();
        case Metric::bitrate_change_count:
        case Metric::has_bitrate_change_impacted_streams:
            return no_event_of(EventType::bitrate_change);
        case Metric::buffer_count:
        case Metric::has_buffer_impacted_streams:
            return no_event_of(EventType::buffer_start);
        case Metric::stall_count:
        case Metric::stall_time:
        case Metric::has_stall_impacted_streams:
            return no_stall();
        case Metric::dropped_frames:
        case Metric::has_dropped_frame_impacted_streams:
            return because(was_said(said::dropped_frames)
                               ? "The last media.qoe.droppedFrames that was sent is not above 0."
                               : "media.qoe.droppedFrames was never sent.");
        case Metric::player_sdk_errors:
            return no_error_ids(false);
        case Metric::external_errors:
            return no_error_ids(true);
        case Metric::is_dropped_before_start:
            return because("The content started: sessionDetails.isPlayed is true.");
        case Metric::time_to_start:
            if (row_.time_to_start_ms > 0) {
                return because("It is " + quoted_ms(row_.time_to_start_ms) +
                               ", which is published as 0 seconds.");
            }
            return because("media.qoe.timeToStart was never sent with a value greater than 0.");
        default:
            return no_event_of(EventType::error);
    }
}

WhyNot Reasons::no_ad() const {
    const auto outside =
        those([](const Effect& effect) { return effect.verdict == VerdictCode::ad_outside_break; });
    if (outside.empty()) return no_event_of(EventType::ad_start);
    return {.sentence = events_of(outside.size(), EventType::ad_start) +
                        " came outside an ad break and did not count.",
            .near_misses = outside};
}

WhyNot Reasons::no_ad_time() const {
    if (row_.ad_ms > 0) {
        return because("Ads played for " + quoted_ms(row_.ad_ms) +
                       ", which is published as 0 seconds.");
    }
    if (row_.ad_count == 0) return no_ad();
    return because(counted(static_cast<size_t>(row_.ad_count), "ad") +
                   " started, but none played for any time.");
}

WhyNot Reasons::no_chapter() const {
    return no_event_of(EventType::chapter_start);
}

// No ad or chapter was completed by an event of this type.
WhyNot Reasons::no_end_of(EventType type, int64_t started, std::string_view what) const {
    auto missed = those([type](const Effect& effect) {
        return effect.type == type && (ignored(effect) || after_close(effect));
    });
    std::string sentence = counted(static_cast<size_t>(started), what) + " started, and none " +
                           "was ended by " + std::string(name_of(type)) + ".";
    if (!missed.empty()) {
        sentence += " " + events_of(missed.size(), type) +
                    " came while none ran, or after the "
                    "close.";
    }
    return {.sentence = std::move(sentence), .near_misses = std::move(missed)};
}

WhyNot Reasons::no_states() const {
    const auto missed = those([](const Effect& effect) {
        const bool starts =
            effect.type == EventType::state_start || effect.type == EventType::states_update;
        return starts && !took_effect(effect);
    });
    if (missed.empty()) {
        const size_t updates =
            count([](const Effect& effect) { return effect.type == EventType::states_update; });
        return because(updates == 0 ? "No stateStart and no statesUpdate was sent."
                                    : "No player state was started.");
    }
    return {.sentence = counted(missed.size(), "event") +
                        " that would start player states had no effect; their verdicts say why.",
            .near_misses = missed};
}

WhyNot Reasons::of_parts(Metric metric) const {
    switch (metric) {
        case Metric::ad_count:
            return no_ad();
        case Metric::ad_time_played:
            return no_ad_time();
        case Metric::ad_completes:
            if (row_.ad_count == 0) return no_ad();
            return no_end_of(EventType::ad_complete, row_.ad_count, "ad");
        case Metric::ads:
            if (row_.ad_count == 0) return no_ad();
            return because(counted(static_cast<size_t>(row_.ad_count), "ad") +
                           " started, but with an empty media.ad.id, or the session had no room "
                           "left for its text; such ads are not listed.");
        case Metric::chapter_count:
            return no_chapter();
        case Metric::chapter_completes:
            if (row_.chapter_count == 0) return no_chapter();
            return no_end_of(EventType::chapter_complete, row_.chapter_count, "chapter");
        case Metric::chapters:
            if (row_.chapter_count == 0) return no_chapter();
            return because(counted(static_cast<size_t>(row_.chapter_count), "chapter") +
                           " started, but the session had no room left for its text; such "
                           "chapters are not listed.");
        default:
            return no_states();
    }
}

WhyNot Reasons::of_close(Metric metric) const {
    const bool open = row_.close_reason == CloseReason::open;
    switch (metric) {
        case Metric::events_after_close:
            return because(open ? "The session is open." : "No event came after the close.");
        case Metric::duplicates_dropped:
            return because("No event equals one of the " + std::to_string(event::duplicate_memory) +
                           " events before it.");
        case Metric::last_event_ts:
            return because("The last event is stamped 0.");
        default:
            break;
    }
    if (open) return because("The session is open.");
    if (metric == Metric::close_ts) return because("The session closed at the stamp 0.");
    if (row_.close_reason == CloseReason::session_end) {
        return because("sessionEnd closed the session, and it is the last event.");
    }
    if (row_.close_reason == CloseReason::batch_end) {
        return because("A batch closes at its last event.");
    }
    return because("The session closed " + quoted_ms(row_.seconds_since_last_call_ms) +
                   " after its last event, which is published as 0 seconds.");
}

WhyNot Reasons::of(Metric metric) const {
    switch (metric) {
        case Metric::is_viewed:
            return because("Every session is viewed.");
        case Metric::is_played:
        case Metric::has_segment_view:
        case Metric::segment:
            return no_play();
        case Metric::is_completed:
            return no_event_of(EventType::session_complete);
        case Metric::has_resume:
            return because("sessionStart does not say media.resume: true.");
        case Metric::is_downloaded:
            return because("The session was sent event by event, not as one downloaded batch.");
        case Metric::is_federated:
            return because("The session is no copy that a sharing rule made.");
        case Metric::pause_count:
        case Metric::has_pause_impacted_streams:
            return no_event_of(EventType::pause_start);
        case Metric::ad_count:
        case Metric::ad_completes:
        case Metric::ad_time_played:
        case Metric::ads:
        case Metric::chapter_count:
        case Metric::chapter_completes:
        case Metric::chapters:
        case Metric::states:
            return of_parts(metric);
        case Metric::close_reason:
        case Metric::close_ts:
        case Metric::last_event_ts:
        case Metric::seconds_since_last_call:
        case Metric::events_after_close:
        case Metric::duplicates_dropped:
            return of_close(metric);
        default:
            break;
    }
    const bool quality = metric >= Metric::bitrate_average && metric <= Metric::time_to_start &&
                         metric != Metric::buffer_time;
    return quality ? of_quality(metric) : of_time(metric);
}

}  // namespace

WhyNot why_not(Metric metric, const Trail& trail) {
    WhyNot answer = Reasons(trail).of(metric);
    if (answer.near_misses.size() > most_near_misses) answer.near_misses.resize(most_near_misses);
    return answer;
}

}  // namespace playhead::session
