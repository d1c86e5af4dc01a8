// SPDX-License-Identifier: Apache-2.0
#include "session/breakdown.h"

#include <algorithm>

#include "base/check.h"

namespace playhead::session {
namespace {

size_t index_of(Doing doing) {
    return static_cast<size_t>(doing);
}

uint64_t key_of(uint32_t viewer, uint32_t group) {
    return uint64_t{viewer} << 32 | group;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r\n";
    const size_t begin = text.find_first_not_of(space);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(space) + 1 - begin);
}

}  // namespace

Breakdown::Breakdown(TextPool& pool, bool splits) : pool_(pool), splits_(splits) {
    CHECK(groups_.add() == 0);
}

Breakdown::~Breakdown() {
    for (uint32_t group = 1; group < groups_.numbers(); ++group) {
        if (groups_[group].text != no_text) pool_.release(groups_[group].text);
    }
    for (uint32_t set = 0; set < sets_.numbers(); ++set) {
        if (sets_[set].text != no_text) pool_.release(sets_[set].text);
    }
}

void Breakdown::enter(uint32_t session, std::optional<uint32_t> text, const Visit& visit) {
    CHECK(!has(session));
    if (session >= places_.size()) places_.resize(session + 1, nowhere);
    places_[session] = place_of(text);
    if (splits_) ++sets_[places_[session]].sessions;
    for (const uint32_t group : groups_at(places_[session])) add(group, visit);
}

void Breakdown::move(uint32_t session, const Visit& visit, Doing to) {
    const size_t before = index_of(visit.doing);
    const size_t after = index_of(to);
    for (const uint32_t group : groups_at(places_[session])) {
        LiveCounts& counts = groups_[group].counts;
        --counts.sessions_doing[before];
        ++counts.sessions_doing[after];
        if (!visit.shared) {
            --counts.viewers_doing[before];
            ++counts.viewers_doing[after];
            continue;
        }
        Pair& pair = pairs_.find(key_of(visit.viewer, group))->second;
        if (--pair.doing[before] == 0) --counts.viewers_doing[before];
        if (pair.doing[after]++ == 0) ++counts.viewers_doing[after];
    }
}

void Breakdown::leave(uint32_t session, const Visit& visit) {
    const uint32_t place = places_[session];
    places_[session] = nowhere;
    for (const uint32_t group : groups_at(place)) subtract(group, visit);
    if (!splits_) {
        let_go(place);
        return;
    }
    Set& set = sets_[place];
    if (--set.sessions > 0) return;
    const std::vector<uint32_t> groups = std::move(set.groups);
    for (const uint32_t group : groups) let_go(group);
    set_index_.remove(set.text, place);
    if (set.text != no_text) pool_.release(set.text);
    sets_.remove(place);
}

void Breakdown::share(uint32_t session, const Visit& visit) {
    for (const uint32_t group : groups_at(places_[session])) {
        Pair& pair = pairs_[key_of(visit.viewer, group)];
        ++pair.sessions;
        ++pair.doing[index_of(visit.doing)];
    }
}

void Breakdown::add(uint32_t group, const Visit& visit) {
    note_change(group);
    const size_t doing = index_of(visit.doing);
    LiveCounts& counts = groups_[group].counts;
    if (counts.sessions == 0 && group != 0) ++values_;
    ++counts.sessions;
    ++counts.sessions_doing[doing];
    if (!visit.shared) {
        ++counts.viewers;
        ++counts.viewers_doing[doing];
        return;
    }
    Pair& pair = pairs_[key_of(visit.viewer, group)];
    if (pair.sessions++ == 0) ++counts.viewers;
    if (pair.doing[doing]++ == 0) ++counts.viewers_doing[doing];
}

void Breakdown::subtract(uint32_t group, const Visit& visit) {
    note_change(group);
    const size_t doing = index_of(visit.doing);
    LiveCounts& counts = groups_[group].counts;
    --counts.sessions;
    --counts.sessions_doing[doing];
    if (counts.sessions == 0 && group != 0) --values_;
    if (!visit.shared) {
        --counts.viewers;
        --counts.viewers_doing[doing];
        return;
    }
    const auto found = pairs_.find(key_of(visit.viewer, group));
    Pair& pair = found->second;
    if (--pair.doing[doing] == 0) --counts.viewers_doing[doing];
    if (--pair.sessions > 0) return;
    --counts.viewers;
    pairs_.erase(found);
}

std::span<const uint32_t> Breakdown::groups_at(const uint32_t& place) const {
    if (splits_) return sets_[place].groups;
    return {&place, 1};
}

uint32_t Breakdown::place_of(std::optional<uint32_t> text) {
    if (splits_) return set_of(text.value_or(no_text));
    return text ? group_of(*text) : 0;
}

uint32_t Breakdown::set_of(uint32_t text) {
    const auto known =
        set_index_.find(text, [&](uint32_t number) { return sets_[number].text == text; });
    if (known) return *known;
    const uint32_t number = sets_.add();
    Set& set = sets_[number];
    set.text = text;
    set_index_.add(text, number);
    if (text != no_text) {
        pool_.retain(text);
        set.groups = groups_of_items(pool_.text(text));
    }
    if (set.groups.empty()) set.groups.push_back(0);
    return number;
}

std::vector<uint32_t> Breakdown::groups_of_items(std::string_view list) {
    std::vector<uint32_t> groups;
    while (!list.empty()) {
        const size_t length = std::min(list.find(','), list.size());
        const std::string_view item = trimmed(list.substr(0, length));
        list.remove_prefix(std::min(list.size(), length + 1));
        if (item.empty()) continue;
        const uint32_t text = pool_.hold(item);
        const uint32_t group = group_of(text);
        pool_.release(text);
        if (std::ranges::find(groups, group) == groups.end()) groups.push_back(group);
    }
    return groups;
}

uint32_t Breakdown::group_of(uint32_t text) {
    const auto known =
        group_index_.find(text, [&](uint32_t number) { return groups_[number].text == text; });
    if (known) return *known;
    const uint32_t number = groups_.add();
    groups_[number].text = text;
    group_index_.add(text, number);
    pool_.retain(text);
    return number;
}

// Forgets a value that has no session and that no second names.
void Breakdown::let_go(uint32_t group) {
    const Group& gone = groups_[group];
    if (group == 0 || gone.counts.sessions > 0 || gone.logged > 0) return;
    group_index_.remove(gone.text, group);
    pool_.release(gone.text);
    groups_.remove(group);
}

void Breakdown::note_change(uint32_t number) {
    Group& group = groups_[number];
    if (group.changed) return;
    group.changed = true;
    ++group.logged;
    open_.push_back({number, static_cast<int32_t>(group.counts.sessions),
                     static_cast<int32_t>(group.counts.viewers)});
}

Breakdown::Change Breakdown::since(const Change& before) const {
    const LiveCounts& counts = groups_[before.group].counts;
    return {before.group, static_cast<int32_t>(counts.sessions) - before.sessions,
            static_cast<int32_t>(counts.viewers) - before.viewers};
}

void Breakdown::end_second(int64_t ended, int64_t next) {
    uint32_t changes = 0;
    for (const Change& before : open_) {
        Group& group = groups_[before.group];
        group.changed = false;
        const Change change = since(before);
        if (change.sessions == 0 && change.viewers == 0) {
            --group.logged;
            let_go(before.group);
        } else {
            changes_.push_back(change);
            ++changes;
        }
    }
    open_.clear();
    open_second_ = next;
    if (changes > 0) seconds_.push_back({ended, changes});
    const int64_t oldest = next - static_cast<int64_t>(most_live_seconds);
    while (!seconds_.empty() &&
           (seconds_.front().second < oldest || changes_.size() > most_changes)) {
        known_from_ = std::max(known_from_, seconds_.front().second);
        forget_oldest_second();
    }
}

void Breakdown::forget_seconds(int64_t next) {
    end_second(next, next);
    while (!seconds_.empty()) forget_oldest_second();
    known_from_ = next;
}

void Breakdown::forget_oldest_second() {
    for (uint32_t i = 0; i < seconds_.front().changes; ++i) {
        const uint32_t group = changes_.front().group;
        changes_.pop_front();
        --groups_[group].logged;
        let_go(group);
    }
    seconds_.pop_front();
}

std::vector<LiveValue> Breakdown::largest(size_t limit, std::span<const int64_t> seconds) const {
    const std::vector<uint32_t> groups = largest_groups(limit);
    std::vector<LiveValue> values;
    values.reserve(groups.size());
    for (const uint32_t group : groups) {
        values.push_back({.value = std::string(pool_.text(groups_[group].text)),
                          .counts = groups_[group].counts,
                          .seconds = {}});
    }
    if (!seconds.empty()) write_seconds(groups, seconds, values);
    return values;
}

std::vector<uint32_t> Breakdown::largest_groups(size_t limit) const {
    const auto is_larger = [this](uint32_t a, uint32_t b) {
        const Group& left = groups_[a];
        const Group& right = groups_[b];
        if (left.counts.sessions != right.counts.sessions) {
            return left.counts.sessions > right.counts.sessions;
        }
        return pool_.text(left.text) < pool_.text(right.text);
    };
    // A heap with the smallest of the largest on top.
    std::vector<uint32_t> largest;
    for (uint32_t group = 1; group < groups_.numbers() && limit > 0; ++group) {
        if (groups_[group].counts.sessions == 0) continue;
        if (largest.size() == limit) {
            if (!is_larger(group, largest.front())) continue;
            std::ranges::pop_heap(largest, is_larger);
            largest.pop_back();
        }
        largest.push_back(group);
        std::ranges::push_heap(largest, is_larger);
    }
    std::ranges::sort_heap(largest, is_larger);
    return largest;
}

// From now backwards, taking each change back.
void Breakdown::write_seconds(std::span<const uint32_t> groups, std::span<const int64_t> seconds,
                              std::vector<LiveValue>& to) const {
    constexpr uint32_t not_asked = UINT32_MAX;
    std::vector<uint32_t> order(groups_.numbers(), not_asked);
    std::vector<LiveValueSecond> standing;
    for (const uint32_t group : groups) {
        order[group] = static_cast<uint32_t>(standing.size());
        standing.push_back({0, groups_[group].counts.sessions, groups_[group].counts.viewers});
    }
    const auto take_back = [&](const Change& change) {
        if (order[change.group] == not_asked) return;
        LiveValueSecond& one = standing[order[change.group]];
        one.sessions -= static_cast<uint32_t>(change.sessions);
        one.viewers -= static_cast<uint32_t>(change.viewers);
    };
    bool took_open_back = false;
    auto change = changes_.rbegin();
    auto ended = seconds_.rbegin();
    for (size_t i = seconds.size(); i-- > 0 && seconds[i] >= known_from_;) {
        if (seconds[i] < open_second_ && !took_open_back) {
            for (const Change& before : open_) take_back(since(before));
            took_open_back = true;
        }
        for (; ended != seconds_.rend() && ended->second > seconds[i]; ++ended) {
            for (uint32_t j = 0; j < ended->changes; ++j) take_back(*change++);
        }
        for (size_t j = 0; j < to.size(); ++j) {
            standing[j].at = 1'000 * seconds[i];
            to[j].seconds.push_back(standing[j]);
        }
    }
    for (LiveValue& value : to) std::ranges::reverse(value.seconds);
}

size_t Breakdown::heap_bytes() const {
    constexpr size_t beside_pair = 24;  // of the map
    size_t of_sets = 0;
    for (uint32_t set = 0; set < sets_.numbers(); ++set) {
        of_sets += sets_[set].groups.capacity() * sizeof(uint32_t);
    }
    return places_.capacity() * sizeof(uint32_t) + groups_.heap_bytes() +
           group_index_.heap_bytes() + sets_.heap_bytes() + set_index_.heap_bytes() + of_sets +
           pairs_.size() * (sizeof(Pair) + sizeof(uint64_t) + beside_pair) +
           open_.capacity() * sizeof(Change) + changes_.size() * sizeof(Change) +
           seconds_.size() * sizeof(Second);
}

}  // namespace playhead::session
