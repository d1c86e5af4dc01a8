// SPDX-License-Identifier: Apache-2.0
//
// fill_journal FOLDER SESSIONS EVENTS
//
// Makes a data folder whose journal holds EVENTS events as they would have come from SESSIONS
// viewers who ping every ten seconds, each session ended and replaced after ten minutes. At the end
// SESSIONS are open, and stay so for a day without an event: the rules that the journal begins with
// are those that bench/restart.py starts its server with.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "app/data_folder.h"
#include "app/rules_record.h"
#include "base/clock.h"
#include "base/posix_disk.h"
#include "base/splitmix.h"
#include "event/record.h"
#include "event/session_id.h"
#include "journal/file_journal.h"

namespace {

using namespace playhead;

constexpr int64_t day_ms = 86'400'000;
constexpr int64_t beat_ms = 10'000;
constexpr uint64_t beats_of_session = 60;
constexpr uint64_t records_per_commit = 10'000;
constexpr uint64_t programmes = 500;

std::string body_of(const char* type, int64_t ts, int64_t playhead, const std::string& more) {
    return R"({"playerTime":{"playhead":)" + std::to_string(playhead) + R"(,"ts":)" +
           std::to_string(ts) + R"(},"eventType":")" + type + "\"" + more + "}";
}

std::string params_of(uint64_t number) {
    std::string params = R"(,"params":{"media.id":"asset-)" + std::to_string(number % programmes);
    params += R"(","media.name":"An episode of something","media.length":3600,)";
    params += R"("media.contentType":"vod","media.playerName":"sample-player",)";
    params += R"("media.channel":"channel","media.show":"Something",)";
    params += R"("analytics.trackingServer":"collect.example.net",)";
    params += R"("analytics.reportSuite":"bench","visitor.marketingCloudOrgId":"bench@example",)";
    params += R"("visitor.marketingCloudUserId":"4610584972)" + std::to_string(number) + R"("})";
    return params;
}

struct Viewer {
    event::SessionId session;
    uint64_t sessions = 0;  // that were begun
    uint64_t beats = 0;     // in this session
};

class Filling {
  public:
    Filling(journal::FileJournal& journal, const event::SessionIdKey& key, uint64_t sessions,
            uint64_t events)
        : journal_(journal),
          key_(key),
          viewers_(sessions),
          events_(events),
          begin_ms_(base::SystemClock().wall_ms() -
                    static_cast<int64_t>(events / sessions) * beat_ms) {}

    base::Result<void> fill() {
        const session::Rules rules{.inactivity_ms = day_ms, .idle_ms = day_ms};
        const auto ruled = put(Viewer(), event::Record::Kind::rules, app::encode_rules(rules));
        if (!ruled) return ruled;
        for (uint64_t beat = 0; written_ <= events_; ++beat) {
            for (uint64_t i = 0; i < viewers_.size() && written_ <= events_; ++i) {
                const auto done = speak(viewers_[i], beat, i);
                if (!done) return done;
            }
        }
        const auto committed = journal_.commit();
        if (!committed) return std::unexpected(committed.error());
        return {};
    }

  private:
    // Lives of sessions begin spread over the first ten minutes.
    base::Result<void> speak(Viewer& viewer, uint64_t beat, uint64_t number) {
        const auto spread = static_cast<int64_t>(number) * beat_ms;
        now_ms_ =
            static_cast<int64_t>(beat) * beat_ms + spread / static_cast<int64_t>(viewers_.size());
        const bool is_turn = beat > 0 && (beat + number) % beats_of_session == 0;
        const auto playhead = static_cast<int64_t>(viewer.beats++) * beat_ms / 1000;
        if (is_turn) {
            const auto ended = put(viewer, event::Record::Kind::event,
                                   body_of("sessionEnd", begin_ms_ + now_ms_, playhead, ""));
            if (!ended) return ended;
        }
        if (is_turn || beat == 0) return start(viewer, number);
        const char* type = viewer.beats == 2 ? "play" : "ping";
        return put(viewer, event::Record::Kind::event,
                   body_of(type, begin_ms_ + now_ms_, playhead, ""));
    }

    base::Result<void> start(Viewer& viewer, uint64_t number) {
        viewer.session = key_.make(begin_ms_ + now_ms_, 0, random_.next());
        viewer.beats = 1;
        return put(viewer, event::Record::Kind::session_start,
                   body_of("sessionStart", begin_ms_ + now_ms_, 0,
                           params_of(number + viewer.sessions++ * viewers_.size())));
    }

    base::Result<void> put(const Viewer& viewer, event::Record::Kind kind,
                           const std::string& body) {
        record_.clear();
        event::encode({.kind = kind,
                       .received_at = begin_ms_ + now_ms_,
                       .uptime_ms = now_ms_,
                       .session = viewer.session,
                       .body = body},
                      record_);
        const auto appended = journal_.append(record_);
        if (!appended) return std::unexpected(appended.error());
        if (++written_ % records_per_commit != 0) return {};
        journal_.set_time(begin_ms_ + now_ms_);
        const auto committed = journal_.commit();
        if (!committed) return std::unexpected(committed.error());
        return {};
    }

    journal::FileJournal& journal_;
    const event::SessionIdKey& key_;
    std::vector<Viewer> viewers_;
    const uint64_t events_;
    const int64_t begin_ms_;
    base::Splitmix random_{1};
    int64_t now_ms_ = 0;
    uint64_t written_ = 0;
    std::string record_;
};

base::Result<void> fill(const std::string& path, uint64_t sessions, uint64_t events) {
    base::PosixDisk disk;
    const auto folder = app::open_data_folder(disk, path);
    if (!folder) return std::unexpected(folder.error());
    const auto journal = journal::FileJournal::open(disk, folder->journal(), {});
    if (!journal) return std::unexpected(journal.error());
    const event::SessionIdKey key(folder->key);
    return Filling(**journal, key, sessions, events).fill();
}

}  // namespace

int main(int count, char** values) {
    const std::span arguments(values, static_cast<size_t>(count));
    const uint64_t sessions = count == 4 ? std::strtoull(arguments[2], nullptr, 10) : 0;
    const uint64_t events = count == 4 ? std::strtoull(arguments[3], nullptr, 10) : 0;
    if (sessions == 0 || events < sessions) {
        std::cerr << "usage: fill_journal FOLDER SESSIONS EVENTS, with as many events at least\n";
        return 2;
    }
    const auto filled = fill(arguments[1], sessions, events);
    if (!filled) std::cerr << "fill_journal: " << filled.error().what << '\n';
    return filled ? 0 : 1;
}
