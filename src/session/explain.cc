// SPDX-License-Identifier: Apache-2.0
#include "session/explain.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/check.h"
#include "session/gate.h"
#include "session/trail.h"
#include "session/why_not.h"

namespace playhead::session {
namespace {

// The events of a session that are taken: a flag for each, in arrival order.
using Events = std::vector<bool>;

// Which parts of the state a metric depends on.
uint8_t needs_of(Metric metric) {
    constexpr uint8_t time = part::player | part::ads;
    switch (metric) {
        case Metric::pause_time:
        case Metric::pause_count:
        case Metric::has_pause_impacted_streams:
        case Metric::buffer_count:
        case Metric::buffer_time:
        case Metric::has_buffer_impacted_streams:
        case Metric::ad_time_played:
        case Metric::ads:
            return time;
        case Metric::bitrate_average:
        case Metric::bitrate_average_bucket:
            return time | part::still | part::bitrate;
        case Metric::chapters:
            return time | part::still | part::chapters;
        case Metric::ad_count:
        case Metric::ad_completes:
            return part::ads;
        case Metric::chapter_count:
        case Metric::chapter_completes:
            return part::chapters;
        case Metric::states:
            return part::states;
        default:
            return time | part::still;
    }
}

// Metrics that are what the last event says: the earlier ones need not be cited.
bool is_last_word(Metric metric) {
    switch (metric) {
        case Metric::dropped_frames:
        case Metric::has_dropped_frame_impacted_streams:
        case Metric::time_to_start:
        case Metric::last_event_ts:
            return true;
        default:
            return false;
    }
}

class Search {
  public:
    explicit Search(const History& history)
        : history_(history), trail_(trail_of(history)), verdicts_(history.events.size()) {
        for (const Effect& effect : trail_.effects) verdicts_[effect.event] = effect.verdict;
        find_disorder();
    }

    const Trail& trail() const { return trail_; }

    MetricExplanation explain(Metric metric);

  private:
    Events widened(Events events, Metric metric, Reach reach) const;
    void add_begins(Events& events, const std::vector<Change>& changes) const;
    void add_changed(Events& events, uint8_t parts) const;
    void keep_open(Events& events) const;
    std::optional<size_t> longest_prolonging(const Gate& gate, size_t after, size_t before) const;
    void admit(Gate& gate, size_t event) const;
    bool gives(const Events& events, Metric metric);
    void find_disorder();
    MetricExplanation cited(Metric metric, const Events& events, Reach reach) const;
    EventPlace place_of(size_t event) const;

    size_t size() const { return history_.events.size(); }

    bool accepted(size_t event) const {
        return verdicts_[event] != VerdictCode::after_close &&
               verdicts_[event] != VerdictCode::exact_duplicate;
    }

    const History& history_;
    Trail trail_;
    std::vector<VerdictCode> verdicts_;  // by number in arrival order
    Events near_disorder_;
    std::map<Events, std::bitset<metric_count>> tried_;  // which metrics they give
};

MetricExplanation Search::explain(Metric metric) {
    Events events(size(), false);
    events[0] = true;
    const Reach first = is_last_word(metric) ? Reach::last : Reach::changes;
    for (size_t step = static_cast<size_t>(first); step < reach_count; ++step) {
        const auto reach = static_cast<Reach>(step);
        events = widened(std::move(events), metric, reach);
        if (gives(events, metric)) return cited(metric, events, reach);
        Events open = events;
        keep_open(open);
        if (gives(open, metric)) return cited(metric, open, reach);
    }
    // The same events in the same order give the same session.
    CHECK(false);
    return {};
}

Events Search::widened(Events events, Metric metric, Reach reach) const {
    const std::vector<Change>& changes = trail_.of(metric);
    switch (reach) {
        case Reach::last:
            if (!changes.empty()) events[changes.back().event] = true;
            break;
        case Reach::changes:
            for (const Change& change : changes) events[change.event] = true;
            break;
        case Reach::begins:
            add_begins(events, changes);
            break;
        case Reach::state:
            add_changed(events, needs_of(metric));
            break;
        case Reach::all_state:
            add_changed(events, part::all);
            break;
        case Reach::order:
            for (size_t i = 0; i < size(); ++i) {
                if (near_disorder_[i]) events[i] = true;
            }
            break;
        case Reach::accepted:
            for (size_t i = 0; i < size(); ++i) {
                if (accepted(i)) events[i] = true;
            }
            break;
        case Reach::before_close:
            for (size_t i = 0; i < size(); ++i) {
                if (verdicts_[i] != VerdictCode::after_close) events[i] = true;
            }
            break;
        case Reach::everything:
            events.assign(size(), true);
            break;
    }
    return events;
}

// A time that an event ends began at the accepted event before it, in processed order.
void Search::add_begins(Events& events, const std::vector<Change>& changes) const {
    Events ends(size(), false);
    for (const Change& change : changes) ends[change.event] = true;
    size_t before = 0;
    for (const Effect& effect : trail_.effects) {
        if (!accepted(effect.event)) continue;
        if (ends[effect.event]) events[before] = true;
        before = effect.event;
    }
}

void Search::add_changed(Events& events, uint8_t parts) const {
    for (const Effect& effect : trail_.effects) {
        if ((effect.changed & parts) != 0) events[effect.event] = true;
    }
}

// Adds accepted events so that no two neighbours lie a time-out apart; as few as there can be.
void Search::keep_open(Events& events) const {
    if (history_.origin == Origin::downloaded) return;
    const event::Event& start = history_.events[0].event();
    Gate gate(history_.events[0].arrival().uptime_ms, start.playhead_ms);
    size_t last = 0;
    const auto reach = [&](int64_t uptime, size_t end) {
        while (uptime > gate.deadline(history_.rules)) {
            const std::optional<size_t> next = longest_prolonging(gate, last, end);
            if (!next) return;
            events[*next] = true;
            admit(gate, *next);
            last = *next;
        }
    };
    for (size_t i = 1; i < size(); ++i) {
        if (!events[i]) continue;
        reach(history_.events[i].arrival().uptime_ms, i);
        admit(gate, i);
        last = i;
    }
    if (history_.open_at) reach(*history_.open_at, size());
}

void Search::admit(Gate& gate, size_t event) const {
    const event::Event& sent = history_.events[event].event();
    gate.admit(history_.rules, history_.events[event].arrival().uptime_ms, sent.type, sent.ts,
               sent.playhead_ms);
}

// Of the accepted events between these two the one behind which the session stays open longest;
// the later one of equals.
std::optional<size_t> Search::longest_prolonging(const Gate& gate, size_t after,
                                                 size_t before) const {
    int64_t longest = gate.deadline(history_.rules);
    const int64_t deadline = longest;
    std::optional<size_t> best;
    for (size_t i = after + 1; i < before; ++i) {
        if (history_.events[i].arrival().uptime_ms > deadline) break;
        if (!accepted(i)) continue;
        Gate with = gate;
        admit(with, i);
        const int64_t prolonged = with.deadline(history_.rules);
        if (prolonged < longest || prolonged == deadline) continue;
        longest = prolonged;
        best = i;
    }
    return best;
}

bool Search::gives(const Events& events, Metric metric) {
    auto known = tried_.find(events);
    if (known == tried_.end()) {
        const SessionRow row = row_from(history_, events);
        std::bitset<metric_count> given;
        for (const MetricText& text : metric_texts()) {
            given[static_cast<size_t>(text.metric)] = text.value(row) == text.value(trail_.row);
        }
        known = tried_.emplace(events, given).first;
    }
    return known->second[static_cast<size_t>(metric)];
}

// Where events overtook each other, the windows in which they were put in order matter: all that
// came within two windows of such an event, and all with the stamp of another.
void Search::find_disorder() {
    near_disorder_.assign(size(), false);
    const auto& events = history_.events;
    const int64_t reach = 2 * history_.rules.reorder_ms;
    size_t from = 0;
    size_t to = 0;
    for (size_t i = 0; i < size(); ++i) {
        const bool same_stamp = i > 0 && events[i].event().ts == events[i - 1].event().ts;
        if (verdicts_[i] == VerdictCode::used && !same_stamp) continue;
        if (!accepted(i)) continue;
        const int64_t uptime = events[i].arrival().uptime_ms;
        while (events[from].arrival().uptime_ms < uptime - reach) ++from;
        for (to = std::max(to, from);
             to < size() && events[to].arrival().uptime_ms <= uptime + reach; ++to) {
            if (accepted(to)) near_disorder_[to] = true;
        }
    }
}

MetricExplanation Search::cited(Metric metric, const Events& events, Reach reach) const {
    std::map<size_t, int64_t> adds;
    for (const Change& change : trail_.of(metric)) adds[change.event] += change.adds;
    MetricExplanation explanation{.metric = metric,
                                  .value = text_of(metric).value(trail_.row),
                                  .events = {},
                                  .near_misses = {},
                                  .why_not = {},
                                  .reach = reach};
    for (size_t i = 0; i < size(); ++i) {
        if (!events[i]) continue;
        CitedEvent& cited = explanation.events.emplace_back();
        cited.place = place_of(i);
        cited.type = history_.events[i].event().type;
        if (is_sum(metric)) cited.adds = adds[i];
    }
    if (!is_nothing(explanation.value)) return explanation;
    WhyNot answer = why_not(metric, trail_);
    explanation.why_not = std::move(answer.sentence);
    for (const size_t event : answer.near_misses) {
        explanation.near_misses.push_back(place_of(event));
    }
    return explanation;
}

EventPlace Search::place_of(size_t event) const {
    return {.offset = history_.events[event].arrival().offset,
            .element = history_.origin == Origin::downloaded ? event : 0};
}

}  // namespace

std::string_view name_of(Reach reach) {
    constexpr std::array<std::string_view, reach_count> names = {
        "last",  "changes",  "begins",      "state",     "allState",
        "order", "accepted", "beforeClose", "everything"};
    return names[static_cast<size_t>(reach)];
}

Explanation explanation_of(const History& history) {
    Search search(history);
    Explanation explanation{
        .row = search.trail().row, .metrics = {}, .in_batch = history.origin == Origin::downloaded};
    for (const MetricText& text : metric_texts()) {
        explanation.metrics.push_back(search.explain(text.metric));
    }
    return explanation;
}

}  // namespace playhead::session
