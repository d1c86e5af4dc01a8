// SPDX-License-Identifier: Apache-2.0
#include "store/report_metric.h"

#include <algorithm>

namespace playhead::store {
namespace {

// Its numbers are not read from a record.
constexpr std::string_view by_the_minute;

constexpr std::array sums = {
    SumMetric{"mediaStarts", Record::session_start, Unit::flag, "true", "metrics 5.1",
              "sessions that started"},
    SumMetric{"contentResumes", Record::session_start, Unit::flag, "s.has_resume", "metrics 5",
              "sessions that continue an earlier one"},

    SumMetric{"contentStarts", Record::session_close, Unit::flag, "s.is_played", "metrics 5.2",
              "sessions in which content played"},
    SumMetric{"contentCompletes", Record::session_close, Unit::flag, "s.is_completed",
              "metrics 5.3", "sessions that were watched to the end"},
    SumMetric{"contentSegmentViews", Record::session_close, Unit::flag, "s.is_played", "metrics 5",
              "equal to contentStarts"},
    SumMetric{"contentTimeSpent", Record::session_close, Unit::seconds, "s.time_played_ms",
              "metrics 5", "seconds of content"},
    SumMetric{"mediaTimeSpent", Record::session_close, Unit::seconds, "s.total_time_played_ms",
              "metrics 5", "seconds of content and ads"},
    SumMetric{"uniqueTimePlayed", Record::session_close, Unit::seconds, "s.unique_time_played_ms",
              "metrics 5.4", "seconds of content, what was seen again counted once"},
    SumMetric{"progress10", Record::session_close, Unit::count, "s.has_progress_10::BIGINT",
              "metrics 5.5", "sessions that played the 10 % mark"},
    SumMetric{"progress25", Record::session_close, Unit::count, "s.has_progress_25::BIGINT",
              "metrics 5.5", "sessions that played the 25 % mark"},
    SumMetric{"progress50", Record::session_close, Unit::count, "s.has_progress_50::BIGINT",
              "metrics 5.5", "sessions that played the 50 % mark"},
    SumMetric{"progress75", Record::session_close, Unit::count, "s.has_progress_75::BIGINT",
              "metrics 5.5", "sessions that played the 75 % mark"},
    SumMetric{"progress95", Record::session_close, Unit::count, "s.has_progress_95::BIGINT",
              "metrics 5.5", "sessions that played the 95 % mark"},
    SumMetric{"averageMinuteAudience", Record::session_close, Unit::audience, "s.time_played_ms",
              "metrics 5", "contentTimeSpent / length of the content, summed over sessions"},
    SumMetric{"estimatedStreams", Record::session_close, Unit::half_hours, "s.total_time_played_ms",
              "metrics 5", "half hours of media time that were begun"},
    SumMetric{"adCount", Record::session_close, Unit::count, "s.ad_count", "metrics 5",
              "ads started, counted in their sessions"},
    SumMetric{"chapterCount", Record::session_close, Unit::count, "s.chapter_count", "metrics 5",
              "chapters started, counted in their sessions"},
    SumMetric{"pauseCount", Record::session_close, Unit::count, "s.pause_count", "metrics 5",
              "pauses"},
    SumMetric{"pauseImpactedStreams", Record::session_close, Unit::flag, "s.pause_count > 0",
              "metrics 5", "sessions with a pause"},
    SumMetric{"pauseTime", Record::session_close, Unit::seconds, "s.pause_time_ms", "metrics 5",
              "seconds in pause"},
    SumMetric{"secondsSinceLastCall", Record::session_close, Unit::seconds,
              "s.seconds_since_last_call_ms", "metrics 5",
              "seconds from the last event to the close"},
    SumMetric{"authorized", Record::session_close, Unit::flag, "s.is_authorized", "metrics 5",
              "sessions of viewers whom a provider has authorized"},
    SumMetric{"federated", Record::session_close, Unit::flag, "s.is_federated", "metrics 13.1",
              "sessions that are a copy for a receiver"},
    SumMetric{"downloaded", Record::session_close, Unit::flag, "s.is_downloaded", "metrics 13.2",
              "sessions that came whole, as downloaded"},

    SumMetric{"bitrateAverage", Record::session_close, Unit::count,
              "coalesce(s.bitrate_average, 0)", "metrics 9.1",
              "sum of the average bitrates of sessions, kbps"},
    SumMetric{"bitrateChangeCount", Record::session_close, Unit::count, "s.bitrate_change_count",
              "metrics 9", "changes of the bitrate"},
    SumMetric{"bitrateChangeImpactedStreams", Record::session_close, Unit::flag,
              "s.bitrate_change_count > 0", "metrics 9", "sessions with a change of the bitrate"},
    SumMetric{"bufferCount", Record::session_close, Unit::count, "s.buffer_count", "metrics 9",
              "bufferings"},
    SumMetric{"bufferImpactedStreams", Record::session_close, Unit::flag, "s.buffer_count > 0",
              "metrics 9", "sessions with a buffering"},
    SumMetric{"bufferTime", Record::session_close, Unit::seconds, "s.buffer_time_ms", "metrics 9",
              "seconds in buffering"},
    SumMetric{"stallCount", Record::session_close, Unit::count, "s.stall_count", "metrics 4.3",
              "stalls"},
    SumMetric{"stallImpactedStreams", Record::session_close, Unit::flag, "s.stall_count > 0",
              "metrics 9", "sessions with a stall"},
    SumMetric{"stallTime", Record::session_close, Unit::seconds, "s.stall_time_ms", "metrics 4.3",
              "seconds in stalls"},
    SumMetric{"droppedFrames", Record::session_close, Unit::count, "s.dropped_frames", "metrics 9",
              "dropped frames"},
    SumMetric{"droppedFrameImpactedStreams", Record::session_close, Unit::flag,
              "s.dropped_frames > 0", "metrics 9", "sessions with dropped frames"},
    SumMetric{"errorCount", Record::session_close, Unit::count, "s.error_count", "metrics 9",
              "errors"},
    SumMetric{"errorImpactedStreams", Record::session_close, Unit::flag, "s.error_count > 0",
              "metrics 9", "sessions with an error"},
    SumMetric{"dropsBeforeStart", Record::session_close, Unit::flag,
              "NOT s.is_played AND NOT s.is_open", "metrics 9.3",
              "closed sessions in which no content played"},
    SumMetric{"timeToStart", Record::session_close, Unit::seconds,
              "least(s.time_to_start_ms, 9000000000000000000)", "metrics 9.4",
              "seconds until playback, as players report them"},
    SumMetric{"framesPerSecond", Record::session_close, Unit::count,
              "coalesce(s.frames_per_second, 0)", "metrics 9",
              "sum of the frame rates of sessions"},

    SumMetric{"adStarts", Record::ad_start, Unit::flag, "true", "metrics 6", "ads that started"},
    SumMetric{"adCompletes", Record::ad_close, Unit::flag, "a.is_completed", "metrics 6",
              "ads that were completed"},
    SumMetric{"adTimeSpent", Record::ad_close, Unit::seconds, "a.time_played_ms", "metrics 6",
              "seconds in ads"},

    SumMetric{"chapterStarts", Record::chapter_close, Unit::flag, "true", "metrics 7",
              "chapters that started"},
    SumMetric{"chapterCompletes", Record::chapter_close, Unit::flag, "h.is_completed", "metrics 7",
              "chapters that were completed"},
    SumMetric{"chapterTimeSpent", Record::chapter_close, Unit::seconds, "h.time_played_ms",
              "metrics 7", "seconds of content in chapters"},

    SumMetric{"stateImpactedStreams", Record::state_close, Unit::flag, "true", "metrics 8",
              "sessions in which a player state was on, counted for each state"},
    SumMetric{"stateCount", Record::state_close, Unit::count, "t.count", "metrics 8",
              "how often a player state was started"},
    SumMetric{"stateTime", Record::state_close, Unit::seconds, "t.time_ms", "metrics 8",
              "seconds in which a player state was on"},

    SumMetric{"concurrentSessions", Record::session_minute, Unit::count, by_the_minute,
              "metrics 12.4", "sessions that were there, counted in each minute"},
    SumMetric{"concurrentViewers", Record::viewer_minute, Unit::count, by_the_minute,
              "metrics 12.4", "viewers who were there, counted once in each minute"},
    SumMetric{"playbackTimeSpent", Record::playback_minute, Unit::count, by_the_minute,
              "metrics 12.5",
              "seconds from the first event of sessions to the last, published by the minute"},
    SumMetric{"contentTimeSpentByMinute", Record::content_minute, Unit::count, by_the_minute,
              "metrics 12.6", "seconds of content, published by the minute"},
    SumMetric{"periodAverageMinuteAudience", Record::session_part, Unit::share, "", "metrics 12.7",
              "content time within the period / length of the period"},
    SumMetric{"scheduleRecords", Record::program_part, Unit::flag, "true", "metrics 12.8",
              "sessions that were there during a program"},
    SumMetric{"scheduleTimePlayed", Record::program_part, Unit::seconds,
              "coalesce(list_sum(list_transform(s.content_spans, lambda span: greatest(0, "
              "least(span.to_ts, r.to_ts) - greatest(span.from_ts, r.from_ts)))), 0)::BIGINT",
              "metrics 12.8", "seconds of content during a program"},
};

constexpr std::string_view calculated = "metrics 12.2";

constexpr std::array ratios = {
    RatioMetric{"newStreams", "mediaStarts", "contentResumes", "", "metrics 13.3",
                "sessions that do not continue an earlier one"},
    RatioMetric{"avgAdsPerMediaStream", "adStarts", "", "mediaStarts", calculated,
                "ads of a session"},
    RatioMetric{"avgChaptersPerMediaStream", "chapterStarts", "", "mediaStarts", calculated,
                "chapters of a session"},
    RatioMetric{"avgMediaTimeSpent", "mediaTimeSpent", "", "mediaStarts", calculated,
                "media time of a session"},
    RatioMetric{"avgContentTimeSpent", "contentTimeSpent", "", "contentStarts", calculated,
                "content time of a session that played"},
    RatioMetric{"avgAdTimeSpent", "adTimeSpent", "", "adStarts", calculated, "time of an ad"},
    RatioMetric{"avgChapterTimeSpent", "chapterTimeSpent", "", "chapterStarts", calculated,
                "time of a chapter"},
    RatioMetric{"mediaCompletionRate", "contentCompletes", "", "mediaStarts", calculated,
                "share of the sessions that were completed"},
    RatioMetric{"contentCompletionRate", "contentCompletes", "", "contentStarts", calculated,
                "share of the sessions that played that were completed"},
    RatioMetric{"adCompletionRate", "adCompletes", "", "adStarts", calculated,
                "share of the ads that were completed"},
    RatioMetric{"chapterCompletionRate", "chapterCompletes", "", "chapterStarts", calculated,
                "share of the chapters that were completed"},
    RatioMetric{"dropBeforeStartRate", "dropsBeforeStart", "", "mediaStarts", calculated,
                "share of the sessions that were left before content played"},
    RatioMetric{"contentPauseDurationRate", "pauseTime", "", "contentTimeSpent", calculated,
                "pause for each second of content"},
    RatioMetric{"contentBufferDurationRate", "bufferTime", "", "contentTimeSpent", calculated,
                "buffering for each second of content"},
    RatioMetric{"contentTimeToStartRate", "timeToStart", "", "contentTimeSpent", calculated,
                "time to start for each second of content"},
    RatioMetric{"adTimeSpentRate", "adTimeSpent", "", "contentTimeSpent", calculated,
                "ads for each second of content"},
    RatioMetric{"preRollDropRate", "mediaStarts", "contentStarts", "mediaStarts", calculated,
                "share of the sessions in which no content played"},
};

constexpr bool is_sum(std::string_view name) {
    return std::ranges::any_of(sums, [&](const SumMetric& sum) { return sum.name == name; });
}

constexpr bool all_terms_are_sums() {
    return std::ranges::all_of(ratios, [](const RatioMetric& ratio) {
        return is_sum(ratio.plus) && (ratio.minus.empty() || is_sum(ratio.minus)) &&
               (ratio.divisor.empty() || is_sum(ratio.divisor));
    });
}

static_assert(all_terms_are_sums());

// When the numbers of a record belong to a period.
std::string_view name_of(Record record) {
    switch (record) {
        case Record::session_start:
            return "start";
        case Record::session_close:
        case Record::state_close:
            return "close";
        case Record::ad_start:
            return "start of the ad";
        case Record::ad_close:
            return "end of the ad";
        case Record::chapter_close:
            return "end of the chapter";
        case Record::session_minute:
        case Record::viewer_minute:
        case Record::playback_minute:
        case Record::content_minute:
            return "each minute";
        case Record::session_part:
            return "within the period";
        case Record::program_part:
            return "during the program";
    }
    return {};
}

template <class Metric>
const Metric* named(std::span<const Metric> table, std::string_view name) {
    const auto found = std::ranges::find(table, name, &Metric::name);
    return found == table.end() ? nullptr : &*found;
}

}  // namespace

std::string value_of(const SumMetric& metric) {
    std::string value(metric.value);
    // S(ms) of metrics section 1.
    std::string seconds = "((" + value + " + 500) // 1000)";
    switch (metric.unit) {
        case Unit::flag:
        case Unit::count:
        case Unit::share:
            break;
        case Unit::seconds:
            return seconds;
        case Unit::half_hours:
            return "(" + seconds + " // 1800 + 1)";
        case Unit::audience:
            return "TRY_CAST(" + seconds + " / s.length * 1e12 AS HUGEINT)";
    }
    return value;
}

std::string number_of(const SumMetric& metric) {
    std::string value = value_of(metric);
    if (metric.unit == Unit::flag) return "(" + value + ")::BIGINT";
    if (metric.unit == Unit::audience) return "(" + value + "::DOUBLE / 1e12)";
    return value;
}

std::string sum_of(const SumMetric& metric, const std::string& values) {
    if (metric.value == "true") return "count(*)";
    return (metric.unit == Unit::flag ? "count_if(" : "sum(") + values + ")";
}

std::span<const SumMetric> sum_metrics() {
    return sums;
}

std::span<const RatioMetric> ratio_metrics() {
    return ratios;
}

std::string sum_metrics_as_markdown() {
    std::string table = "| metric | adds up | time | rule |\n| --- | --- | --- | --- |\n";
    for (const SumMetric& metric : sums) {
        table += "| `" + std::string(metric.name) + "` | " + std::string(metric.meaning) + " | " +
                 std::string(name_of(metric.record)) + " | " + std::string(metric.rule) + " |\n";
    }
    return table;
}

std::string ratio_metrics_as_markdown() {
    std::string table = "| metric | is | means | rule |\n| --- | --- | --- | --- |\n";
    for (const RatioMetric& metric : ratios) {
        std::string formula(metric.plus);
        if (!metric.minus.empty()) formula += " - " + std::string(metric.minus);
        const bool is_sum = !metric.minus.empty() && !metric.divisor.empty();
        if (is_sum) formula = "(" + formula + ")";
        if (!metric.divisor.empty()) formula += " / " + std::string(metric.divisor);
        table += "| `" + std::string(metric.name) + "` | " + formula + " | " +
                 std::string(metric.meaning) + " | " + std::string(metric.rule) + " |\n";
    }
    return table;
}

const SumMetric* sum_metric_named(std::string_view name) {
    return named(sum_metrics(), name);
}

const RatioMetric* ratio_metric_named(std::string_view name) {
    return named(ratio_metrics(), name);
}

}  // namespace playhead::store
