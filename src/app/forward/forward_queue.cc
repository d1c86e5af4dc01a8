// SPDX-License-Identifier: Apache-2.0
#include "app/forward/forward_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"

namespace playhead::app {

using Kind = event::Record::Kind;

ForwardQueue::ForwardQueue(const Limits& limits) : limits_(limits) {
    CHECK(limits.sessions > limits.requests);
}

bool ForwardQueue::put(Request&& request) {
    CHECK(has_room());
    const uint64_t tag = last_tag_ + 1;
    if (request.kind == Kind::batch) {
        ready_.push_back(tag);
    } else {
        auto found = sessions_.find(request.session);
        const bool is_start = request.kind == Kind::session_start;
        if (is_start != (found == sessions_.end())) return false;
        if (is_start) {
            make_room_for_a_session();
            found = sessions_.try_emplace(request.session).first;
            found->second.place = by_silence_.insert(by_silence_.end(), request.session);
        }
        Session& session = found->second;
        session.last_ms = request.uptime_ms;
        by_silence_.splice(by_silence_.end(), by_silence_, session.place);
        session.waiting.push_back(tag);
        if (session.waiting.size() == 1) ready_.push_back(tag);
    }
    last_tag_ = tag;
    bytes_ += request.body.size();
    requests_.emplace_hint(requests_.end(), tag, Held{.request = std::move(request)});
    return true;
}

// More sessions fit than requests, so there is one that waits for nothing.
void ForwardQueue::make_room_for_a_session() {
    if (sessions_.size() < limits_.sessions) return;
    const auto place = std::ranges::find_if(by_silence_, [this](const event::SessionId& id) {
        return sessions_.at(id).waiting.empty();
    });
    CHECK(place != by_silence_.end());
    erase_session(sessions_.find(*place));
    ++fallen_out_;
}

void ForwardQueue::erase_session(Sessions::iterator session) {
    by_silence_.erase(session->second.place);
    sessions_.erase(session);
}

std::optional<uint64_t> ForwardQueue::next() {
    if (ready_.empty()) return std::nullopt;
    const uint64_t tag = ready_.front();
    ready_.pop_front();
    requests_.at(tag).is_under_way = true;
    return tag;
}

std::string ForwardQueue::path(uint64_t tag) const {
    const Request& asked = request(tag);
    if (asked.kind == Kind::session_start) return "/api/v1/sessions";
    if (asked.kind == Kind::batch) return "/api/v1/downloaded";
    return "/api/v1/sessions/" + sessions_.at(asked.session).name + "/events";
}

ForwardQueue::Request ForwardQueue::erase(uint64_t tag) {
    const auto found = requests_.find(tag);
    CHECK(found != requests_.end());
    Request request = std::move(found->second.request);
    bytes_ -= request.body.size();
    requests_.erase(found);
    return request;
}

void ForwardQueue::go_on_with(Session& session) {
    session.waiting.erase(session.waiting.begin());
    if (!session.waiting.empty()) ready_.push_back(session.waiting.front());
}

void ForwardQueue::finish(uint64_t tag) {
    const Request done = erase(tag);
    if (done.kind == Kind::event) go_on_with(sessions_.at(done.session));
}

void ForwardQueue::name(uint64_t tag, std::string_view name) {
    CHECK(is_name(name));
    Session& session = sessions_.at(erase(tag).session);
    session.name = name;
    go_on_with(session);
}

size_t ForwardQueue::forget(uint64_t tag) {
    const auto session = sessions_.find(request(tag).session);
    CHECK(session != sessions_.end());
    for (const uint64_t waiting : session->second.waiting) erase(waiting);
    const size_t dropped = session->second.waiting.size() - 1;
    erase_session(session);
    return dropped;
}

void ForwardQueue::put_back(uint64_t tag) {
    requests_.at(tag).is_under_way = false;
    ready_.push_front(tag);
}

size_t ForwardQueue::drop_waiting() {
    ready_.clear();
    size_t dropped = 0;
    for (auto at = requests_.begin(); at != requests_.end();) {
        const auto next = std::next(at);
        const uint64_t tag = at->first;
        if (!at->second.is_under_way) {
            const Request request = erase(tag);
            ++dropped;
            const auto session = sessions_.find(request.session);
            if (session != sessions_.end()) {
                std::vector<uint64_t>& waiting = session->second.waiting;
                std::erase(waiting, tag);
                if (waiting.empty() && session->second.name.empty()) erase_session(session);
            }
        }
        at = next;
    }
    return dropped;
}

std::optional<int64_t> ForwardQueue::oldest_ms() const {
    if (requests_.empty()) return std::nullopt;
    return requests_.begin()->second.request.uptime_ms;
}

std::optional<int64_t> ForwardQueue::oldest_waiting_ms() const {
    for (const auto& [tag, held] : requests_) {
        if (!held.is_under_way) return held.request.uptime_ms;
    }
    return std::nullopt;
}

void ForwardQueue::forget_silent(int64_t uptime_ms) {
    while (!by_silence_.empty()) {
        const auto session = sessions_.find(by_silence_.front());
        const bool is_over = session->second.last_ms < uptime_ms - limits_.silence_ms;
        if (!is_over || !session->second.waiting.empty()) return;
        erase_session(session);
    }
}

bool ForwardQueue::is_name(std::string_view name) {
    return !name.empty() && name.size() <= name_bytes_max && std::ranges::all_of(name, [](char c) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return is_letter || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '~';
    });
}

}  // namespace playhead::app
