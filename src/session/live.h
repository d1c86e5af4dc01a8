// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "session/breakdown.h"
#include "session/live_view.h"
#include "session/text_pool.h"

namespace playhead::session {

// What is being watched now (docs/live.md): how many sessions and distinct viewers, by what they
// are doing and by dimension, and at each second of the last 15 minutes. Always counted, never
// recounted: a question costs what its answer is long, however many sessions are open.
//
// An event that changes nothing costs a comparison; one that changes what a viewer is doing, some
// additions for the total and for each watched dimension. A dimension is watched from the first
// question for it on. Then one pass over the open sessions is made in slices, while the fold goes
// on, and its seconds begin.
//
// Sessions are known by their numbers in a Table, which calls this. Time is that of the records. A
// function of the records and of when dimensions were watched. One thread.
class Live {
  public:
    // Dimensions watched at a time; one more lets go of the one that was asked for longest ago.
    static constexpr size_t most_watched = 16;

    // Without a question for so long a dimension is watched no longer; ms of uptime.
    static constexpr int64_t forgets_after_ms = 3'600'000;

    explicit Live(TextPool& pool) : pool_(pool), all_(pool) {}

    Live(const Live&) = delete;
    Live& operator=(const Live&) = delete;

    // A session opened. `log` is what the pool interned of it, its start first. One without a
    // content id is left out, as reports leave it out (metrics 11).
    void enter(uint32_t session, std::string_view log, Doing doing);

    // After an event: what its viewer is doing now; nothing when it has ended.
    void change(uint32_t session, std::optional<Doing> doing) {
        if (session >= sessions_.size() || !sessions_[session].in) return;
        if (doing == sessions_[session].doing) return;
        if (doing) {
            move(session, *doing);
        } else {
            leave(session);
        }
    }

    // It is not in the table any more.
    void close(uint32_t session) { change(session, std::nullopt); }

    // A record that was received at `wall_ms` (epoch) is folded next.
    void pass(int64_t wall_ms, int64_t uptime_ms) {
        if (wall_ms / 1'000 != second_) turn_to(wall_ms / 1'000, uptime_ms);
        uptime_ms_ = uptime_ms;
    }

    // There is a question for this dimension: it is watched from now on.
    void watch(const LiveDimension& dimension);

    // All that is watched can be asked for.
    bool is_ready() const;

    // Looks at up to so many sessions for dimensions that are watched since lately.
    // `log_of(session)` gives the log of an open one. Calls until is_ready() make progress.
    template <typename LogOf>
    void get_ready(size_t sessions, LogOf log_of) {
        for (const auto& one : watched_) {
            if (one->next == sessions_.size()) continue;
            for (; sessions > 0 && one->next < sessions_.size(); --sessions) {
                const uint32_t session = one->next++;
                if (!sessions_[session].in) continue;
                TextPool::first_record(log_of(session), texts_);
                begin(*one, session);
            }
            if (one->next == sessions_.size()) one->breakdown.forget_seconds(second_);
        }
    }

    // `now_ms`: epoch. A dimension that is asked for must be watched and ready (CHECK).
    LiveView view(const LiveQuestion& question, int64_t now_ms) const;

    size_t heap_bytes() const;

  private:
    static constexpr uint32_t nobody = UINT32_MAX;

    // An open session.
    struct View {
        uint32_t viewer = nobody;  // the number of its text; nobody: the session is the viewer
        Doing doing{};
        bool in = false;
    };

    // By the number of its text.
    struct Viewer {
        uint32_t sessions = 0;
        uint32_t first = nobody;  // the only session there ever was of these; nobody: several
    };

    struct Watched {
        explicit Watched(TextPool& pool, const LiveDimension& wanted);

        LiveDimension dimension;
        Breakdown breakdown;
        uint32_t next = 0;     // sessions before this one are in the breakdown
        int64_t asked_at = 0;  // uptime, ms
    };

    // How it stood at the end of a second in which there were records, and of those behind it until
    // the next.
    struct Ended {
        int64_t second = 0;
        bool after_gap = false;  // what lies between it and the one before is not known
        LiveCounts counts;
    };

    template <typename Each>
    void for_each_breakdown_of(uint32_t session, Each each);
    Breakdown::Visit visit_of(const View& view) const;
    void move(uint32_t session, Doing doing);
    void leave(uint32_t session);
    void make_room(uint32_t session);
    uint32_t held_viewer();
    void join(uint32_t viewer, uint32_t session);
    void begin(Watched& watched, uint32_t session);
    std::optional<uint32_t> held_value(const LiveDimension& dimension);
    void turn_to(int64_t second, int64_t uptime_ms);
    std::vector<LiveSecond> last_seconds(size_t count, int64_t now_ms) const;

    TextPool& pool_;
    std::vector<View> sessions_;
    std::vector<Viewer> viewers_;
    Breakdown all_;
    std::vector<std::unique_ptr<Watched>> watched_;  // at most most_watched
    std::deque<Ended> ended_;                        // at most most_live_seconds
    int64_t second_ = 0;                             // of the last record; 0: there was none
    bool after_gap_ = false;                         // as Ended::after_gap
    int64_t uptime_ms_ = 0;                          // of the last record
    std::vector<TextPool::Interned> texts_;          // of the start that is looked at
};

}  // namespace playhead::session
