// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "event/record.h"
#include "event/session_id.h"

namespace playhead::app {

// What was read from the journal and is not answered by the other back end yet, and the names that
// sessions have there. Of each session one request is under way at most, so that they arrive in
// order. Knows no time but that of the requests, and no network. One thread.
class ForwardQueue {
  public:
    struct Limits {
        // What waits or is under way. A request is taken when there is room for one more,
        // however large it is.
        size_t requests = 4'096;
        size_t bytes = size_t{16} << 20;
        // With a name there, or on the way to one; more than `requests`. For one more, the session
        // that was silent longest falls out.
        size_t sessions = 100'000;
        // A session that was silent for so long is over, ms of uptime.
        int64_t silence_ms = 600'000;
    };

    struct Request {
        event::Record::Kind kind{};  // session_start, event or batch
        event::SessionId session;
        int64_t uptime_ms = 0;  // of its record
        std::string body;
    };

    static constexpr size_t name_bytes_max = 128;  // of a session there

    explicit ForwardQueue(const Limits& limits);

    bool has_room() const { return requests_.size() < limits_.requests && bytes_ < limits_.bytes; }

    // How many wait or are under way.
    size_t size() const { return requests_.size(); }

    size_t sessions() const { return sessions_.size(); }

    // Sessions that fell out for others while they were not silent for long.
    uint64_t fallen_out() const { return fallen_out_; }

    // Behind all others; there must be room. Not taken, and false: an event whose session is not
    // known there, and a second start of a session.
    bool put(Request&& request);

    // Takes one whose session has nothing before it, oldest first; it is under way then.
    std::optional<uint64_t> next();

    const Request& request(uint64_t tag) const { return requests_.at(tag).request; }

    // Where it is posted, behind the address of the other back end.
    std::string path(uint64_t tag) const;

    // An event or a batch that was under way was answered, or was lost.
    void finish(uint64_t tag);

    // A start that was under way gave its session this name (is_name).
    void name(uint64_t tag, std::string_view name);

    // A start that was under way gave its session no name: what waits for it is dropped. Says how
    // many that are.
    size_t forget(uint64_t tag);

    // What was under way was not taken there, and is the next again.
    void put_back(uint64_t tag);

    // Drops what is not under way. Says how many that are.
    size_t drop_waiting();

    // Uptime of the oldest that waits or is under way; of the oldest that waits.
    std::optional<int64_t> oldest_ms() const;
    std::optional<int64_t> oldest_waiting_ms() const;

    // Lets go of sessions that are over at this uptime.
    void forget_silent(int64_t uptime_ms);

    // Whether that can stand in a path as it is.
    static bool is_name(std::string_view name);

  private:
    struct Held {
        Request request;
        bool is_under_way = false;
    };

    struct Session {
        std::string name;               // empty: its start is not answered
        std::vector<uint64_t> waiting;  // its requests in order; the first may be under way
        int64_t last_ms = 0;
        std::list<event::SessionId>::iterator place;  // in by_silence_
    };

    using Sessions = std::unordered_map<event::SessionId, Session>;

    void make_room_for_a_session();
    void erase_session(Sessions::iterator session);
    Request erase(uint64_t tag);
    void go_on_with(Session& session);

    const Limits limits_;
    std::map<uint64_t, Held> requests_;  // by tag: in order
    size_t bytes_ = 0;                   // of their bodies
    std::deque<uint64_t> ready_;
    Sessions sessions_;
    std::list<event::SessionId> by_silence_;  // the longest first
    uint64_t last_tag_ = 0;
    uint64_t fallen_out_ = 0;
};

}  // namespace playhead::app
