// SPDX-License-Identifier: Apache-2.0
#include "session/live.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "event/parameter.h"
#include "session/session_filter.h"

namespace playhead::session {
namespace {

using event::Parameter;

// metrics 10.
constexpr std::string_view missing_content_type = "missing_content_type";

// A wall clock that goes so far back was set; by less it is only being corrected.
constexpr int64_t corrected_seconds = 5;

// The wall clock moved on by so much more than the uptime: the server was down.
constexpr int64_t gap_ms = 3'000;

using Text = TextPool::Interned;

bool is_empty(const Text& text) {
    return !text.is_number && text.text.empty();
}

const Text* find(const std::vector<Text>& texts, Parameter name) {
    for (const Text& text : texts) {
        if (text.kind == static_cast<uint8_t>(name)) return is_empty(text) ? nullptr : &text;
    }
    return nullptr;
}

// The value of a key stands behind it; of equal keys the last counts.
const Text* find_metadata(const TextPool& pool, const std::vector<Text>& texts,
                          std::string_view key) {
    for (size_t i = texts.size(); i-- > 1;) {
        const Text& before = texts[i - 1];
        if (before.kind != RowLog::metadata_key || pool.view(before) != key) continue;
        return is_empty(texts[i]) ? nullptr : &texts[i];
    }
    return nullptr;
}

uint32_t held(TextPool& pool, const Text& text) {
    if (!text.is_number) return pool.hold(text.text);
    pool.retain(text.number);
    return text.number;
}

}  // namespace

Live::Watched::Watched(TextPool& pool, const LiveDimension& wanted)
    : dimension(wanted),
      breakdown(pool, wanted.kind == static_cast<uint8_t>(Parameter::media_genre)) {
}

template <typename Each>
void Live::for_each_breakdown_of(uint32_t session, Each each) {
    each(all_);
    for (const auto& one : watched_) {
        if (one->breakdown.has(session)) each(one->breakdown);
    }
}

void Live::enter(uint32_t session, std::string_view log, Doing doing) {
    make_room(session);
    TextPool::first_record(log, texts_);
    if (find(texts_, Parameter::media_id) == nullptr) return;
    const uint32_t viewer = held_viewer();
    if (viewer != nobody) join(viewer, session);
    sessions_[session] = {.viewer = viewer, .doing = doing, .in = true};
    all_.enter(session, std::nullopt, visit_of(sessions_[session]));
    for (const auto& one : watched_) {
        if (session < one->next) begin(*one, session);
    }
}

void Live::make_room(uint32_t session) {
    const size_t before = sessions_.size();
    if (session < before) return;
    sessions_.resize(session + 1);
    for (const auto& one : watched_) {
        if (one->next == before) one->next = session + 1;
    }
}

// The viewer of the start that is looked at (metrics 12.4), held in the pool.
uint32_t Live::held_viewer() {
    for (const Parameter name : viewer_parameters) {
        if (const auto* text = find(texts_, name)) return held(pool_, *text);
    }
    return nobody;
}

// One more session of this viewer.
void Live::join(uint32_t viewer, uint32_t session) {
    if (viewer >= viewers_.size()) viewers_.resize(viewer + 1);
    Viewer& known = viewers_[viewer];
    if (known.sessions++ == 0) {
        known.first = session;
    } else if (known.first != nobody) {
        const uint32_t first = known.first;
        const Breakdown::Visit visit = visit_of(sessions_[first]);
        for_each_breakdown_of(first, [&](Breakdown& one) { one.share(first, visit); });
        known.first = nobody;
    }
}

Breakdown::Visit Live::visit_of(const View& view) const {
    const bool shared = view.viewer != nobody && viewers_[view.viewer].first == nobody;
    return {.viewer = view.viewer, .shared = shared, .doing = view.doing};
}

void Live::move(uint32_t session, Doing doing) {
    View& view = sessions_[session];
    const Breakdown::Visit visit = visit_of(view);
    for_each_breakdown_of(session, [&](Breakdown& one) { one.move(session, visit, doing); });
    view.doing = doing;
}

void Live::leave(uint32_t session) {
    View& view = sessions_[session];
    const Breakdown::Visit visit = visit_of(view);
    for_each_breakdown_of(session, [&](Breakdown& one) { one.leave(session, visit); });
    view = {};
    if (visit.viewer == nobody) return;
    Viewer& viewer = viewers_[visit.viewer];
    if (--viewer.sessions == 0) viewer.first = nobody;
    pool_.release(visit.viewer);
}

void Live::watch(const LiveDimension& dimension) {
    const auto known = std::ranges::find_if(
        watched_, [&](const auto& one) { return one->dimension == dimension; });
    if (known != watched_.end()) {
        (*known)->asked_at = uptime_ms_;
        return;
    }
    if (watched_.size() == most_watched) {
        watched_.erase(
            std::ranges::min_element(watched_, {}, [](const auto& one) { return one->asked_at; }));
    }
    watched_.push_back(std::make_unique<Watched>(pool_, dimension));
    watched_.back()->asked_at = uptime_ms_;
    watched_.back()->breakdown.forget_seconds(second_);
}

bool Live::is_ready() const {
    return std::ranges::all_of(watched_,
                               [this](const auto& one) { return one->next == sessions_.size(); });
}

// Enters a session into a breakdown; its start is the one that is looked at.
void Live::begin(Watched& watched, uint32_t session) {
    const std::optional<uint32_t> value = held_value(watched.dimension);
    watched.breakdown.enter(session, value, visit_of(sessions_[session]));
    if (value) pool_.release(*value);
}

std::optional<uint32_t> Live::held_value(const LiveDimension& dimension) {
    if (dimension.kind == RowLog::metadata_key) {
        const auto* text = find_metadata(pool_, texts_, dimension.key);
        return text == nullptr ? std::nullopt : std::optional(held(pool_, *text));
    }
    const auto name = static_cast<Parameter>(dimension.kind);
    if (const auto* text = find(texts_, name)) return held(pool_, *text);
    if (name == Parameter::media_content_type) return pool_.hold(missing_content_type);
    return std::nullopt;
}

void Live::turn_to(int64_t second, int64_t uptime_ms) {
    const bool was_set_back = second < second_ - corrected_seconds;
    if (second < second_ && !was_set_back) return;
    if (was_set_back || second_ == 0) {
        ended_.clear();
        after_gap_ = false;
        for (const auto& one : watched_) one->breakdown.forget_seconds(second);
    } else {
        ended_.push_back({second_, after_gap_, all_.without()});
        if (ended_.size() > most_live_seconds) ended_.pop_front();
        for (const auto& one : watched_) one->breakdown.end_second(second_, second);
        after_gap_ = 1'000 * (second - second_) - (uptime_ms - uptime_ms_) > gap_ms;
    }
    all_.forget_seconds(second);
    second_ = second;
    std::erase_if(watched_,
                  [&](const auto& one) { return uptime_ms - one->asked_at > forgets_after_ms; });
}

LiveView Live::view(const LiveQuestion& question, int64_t now_ms) const {
    LiveView view{.at = now_ms,
                  .counts = all_.without(),
                  .seconds = last_seconds(question.seconds, now_ms),
                  .values = {},
                  .without = {}};
    if (!question.by) return view;
    const auto known = std::ranges::find_if(
        watched_, [&](const auto& one) { return one->dimension == *question.by; });
    CHECK(known != watched_.end() && (*known)->next == sessions_.size());
    const Breakdown& breakdown = (*known)->breakdown;
    std::vector<int64_t> seconds;
    for (const LiveSecond& one : last_seconds(question.value_seconds, now_ms)) {
        seconds.push_back(one.at / 1'000);
    }
    view.values = breakdown.largest(question.limit, seconds);
    view.values_in_all = breakdown.values();
    view.without = breakdown.without();
    return view;
}

std::vector<LiveSecond> Live::last_seconds(size_t count, int64_t now_ms) const {
    std::vector<LiveSecond> seconds;
    if (second_ == 0) return seconds;
    const int64_t now = std::max(now_ms / 1'000, second_);
    const int64_t known_from = ended_.empty() ? second_ : ended_.front().second;
    size_t next = 0;  // in ended_; behind them comes the second that is not over
    for (int64_t at = std::max(known_from, now - static_cast<int64_t>(count)); at < now; ++at) {
        while (next < ended_.size() && ended_[next].second <= at) ++next;
        if (at >= second_) {
            seconds.push_back({1'000 * at, all_.without()});
            continue;
        }
        const Ended& standing = ended_[next - 1];
        const bool gap_follows = next < ended_.size() ? ended_[next].after_gap : after_gap_;
        if (gap_follows && at > standing.second) continue;
        seconds.push_back({1'000 * at, standing.counts});
    }
    return seconds;
}

size_t Live::heap_bytes() const {
    size_t bytes = sessions_.capacity() * sizeof(View) + viewers_.capacity() * sizeof(Viewer) +
                   all_.heap_bytes() + ended_.size() * sizeof(Ended);
    for (const auto& one : watched_) bytes += sizeof(Watched) + one->breakdown.heap_bytes();
    return bytes;
}

}  // namespace playhead::session
