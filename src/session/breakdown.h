// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "session/live_view.h"
#include "session/number_index.h"
#include "session/slab.h"
#include "session/text_pool.h"

namespace playhead::session {

// Open sessions by the values of one dimension: exact counts of each value, and how they changed
// second by second. With every session entered without a value it is the count of all.
//
// A change costs two or three additions; nothing is searched and nothing is allocated, but for a
// viewer who has several sessions at a time, whose distinctness is counted by pairs of viewer and
// value. Sessions and texts are known by their numbers (Table, TextPool). One thread.
class Breakdown {
  public:
    // Changes of values that are remembered for the seconds; when there are more, the oldest
    // seconds are forgotten first. 12 bytes each.
    static constexpr size_t most_changes = 2'000'000;

    // What is counted of one session. `shared`: its viewer has, or had since the first of them, a
    // second session; share() was called for the one that was there then.
    struct Visit {
        uint32_t viewer = 0;
        bool shared = false;
        Doing doing{};
    };

    // `splits`: a value is a list with commas, and a session counts for each item once (genre,
    // metrics 10). The pool must outlive this; each value holds on to its text.
    explicit Breakdown(TextPool& pool, bool splits = false);
    ~Breakdown();
    Breakdown(const Breakdown&) = delete;
    Breakdown& operator=(const Breakdown&) = delete;

    // `text`: the number of its value. It must not be in here.
    void enter(uint32_t session, std::optional<uint32_t> text, const Visit& visit);

    bool has(uint32_t session) const {
        return session < places_.size() && places_[session] != nowhere;
    }

    // All three: it must be in here, and `visit` is what was said of it last.
    void move(uint32_t session, const Visit& visit, Doing to);
    void leave(uint32_t session, const Visit& visit);
    // Its viewer gets a second session.
    void share(uint32_t session, const Visit& visit);

    // All changes since the last call belong to the second `ended`, which is over; those to come
    // belong to `next`, which is later. Forgets what is older than most_live_seconds.
    void end_second(int64_t ended, int64_t next);

    // The seconds before `next` are unknown.
    void forget_seconds(int64_t next);

    // Those that were entered without a value.
    const LiveCounts& without() const { return groups_[0].counts; }

    // Values with a session.
    size_t values() const { return values_; }

    // The values with most sessions, ties by the value, and how each stood at the end of each of
    // these ended seconds (ascending), as far back as that is known.
    std::vector<LiveValue> largest(size_t limit, std::span<const int64_t> seconds) const;

    size_t heap_bytes() const;

  private:
    static constexpr uint32_t nowhere = UINT32_MAX;
    static constexpr uint32_t no_text = UINT32_MAX;

    struct Group {
        uint32_t text = no_text;
        uint32_t logged = 0;   // changes that name it
        bool changed = false;  // in the second that is not over
        LiveCounts counts;
    };

    // Of a dimension that is split: the groups of one text.
    struct Set {
        uint32_t text = no_text;
        uint32_t sessions = 0;
        std::vector<uint32_t> groups;
    };

    struct Pair {
        uint32_t sessions = 0;
        std::array<uint32_t, doing_count> doing{};
    };

    // How many more than before. Of a change of the second that is not over: how many before.
    struct Change {
        uint32_t group = 0;
        int32_t sessions = 0;
        int32_t viewers = 0;
    };

    struct Second {
        int64_t second = 0;
        uint32_t changes = 0;
    };

    std::span<const uint32_t> groups_at(const uint32_t& place) const;
    uint32_t place_of(std::optional<uint32_t> text);
    uint32_t set_of(uint32_t text);
    std::vector<uint32_t> groups_of_items(std::string_view list);
    uint32_t group_of(uint32_t text);
    void add(uint32_t group, const Visit& visit);
    void subtract(uint32_t group, const Visit& visit);
    void note_change(uint32_t group);
    Change since(const Change& before) const;
    void forget_oldest_second();
    void let_go(uint32_t group);
    std::vector<uint32_t> largest_groups(size_t limit) const;
    void write_seconds(std::span<const uint32_t> groups, std::span<const int64_t> seconds,
                       std::vector<LiveValue>& to) const;

    TextPool& pool_;
    const bool splits_;
    std::vector<uint32_t> places_;  // of each session: its group, or its set when it splits
    Slab<Group> groups_;            // 0: without a value
    NumberIndex group_index_;       // by text
    Slab<Set> sets_;
    NumberIndex set_index_;  // by text
    std::unordered_map<uint64_t, Pair> pairs_;
    size_t values_ = 0;
    std::vector<Change> open_;    // of the second that is not over
    std::deque<Change> changes_;  // of ended seconds, in their order; at most most_changes
    std::deque<Second> seconds_;
    int64_t open_second_ = 0;
    int64_t known_from_ = 0;
};

}  // namespace playhead::session
