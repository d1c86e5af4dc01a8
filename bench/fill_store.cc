// SPDX-License-Identifier: Apache-2.0
//
// fill_store FOLDER SESSIONS
//
// Makes a data folder whose store holds SESSIONS closed sessions of the 90 days from 2026-01-01:
// those of the first day one by one, in the order in which they closed and with more of them in the
// evening, and the other days as copies of it at their time. Contents, channels and viewers are as
// uneven as in life. The journal is empty, and rows do not say where their events are in it, which
// no report reads. bench/reports.py asks a server over this store what dashboards ask.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <queue>
#include <span>
#include <string>
#include <vector>

#include "app/data_folder.h"
#include "base/posix_disk.h"
#include "base/splitmix.h"
#include "event/session_id.h"
#include "session/row.h"
#include "store/database.h"
#include "store/duckdb_store.h"

namespace {

using namespace playhead;
using P = event::Parameter;
using session::SessionRow;

constexpr int64_t first_ms = 1'767'225'600'000;  // 2026-01-01
constexpr int64_t hour_ms = 3'600'000;
constexpr int64_t beat_ms = 10'000;
constexpr uint64_t days = 90;
constexpr size_t rows_per_write = 20'000;

// Sessions of each hour of a day, of a hundred.
constexpr std::array<uint64_t, 24> of_hour = {2, 1, 1, 1, 1, 1, 2, 3,  3,  3,  3, 4,
                                              4, 4, 4, 4, 5, 6, 8, 10, 11, 10, 6, 3};

std::string text(const char* name, uint64_t number) {
    return name + std::to_string(number);
}

// A session before its numbers are made.
struct Sketch {
    int64_t close_ts = 0;
    int64_t start_ts = 0;
    int64_t length_ms = 0;
};

struct ClosesLater {
    bool operator()(const Sketch& one, const Sketch& other) const {
        return one.close_ts > other.close_ts;
    }
};

class Filling {
  public:
    Filling(store::Writer& writer, const event::SessionIdKey& key) : writer_(writer), key_(key) {}

    // The first day.
    base::Result<void> fill(uint64_t sessions) {
        for (size_t hour = 0; hour < of_hour.size(); ++hour) {
            const int64_t begin = first_ms + static_cast<int64_t>(hour) * hour_ms;
            const auto closed = close_until(begin);
            if (!closed) return closed;
            const uint64_t count = sessions * of_hour[hour] / 100;
            for (uint64_t i = 0; i < count; ++i) begin_session(begin + offset_in_hour(i, count));
        }
        const auto closed = close_until(INT64_MAX);
        return closed ? write() : closed;
    }

  private:
    static int64_t offset_in_hour(uint64_t number, uint64_t count) {
        return static_cast<int64_t>(number * static_cast<uint64_t>(hour_ms) / count);
    }

    // 0 to limit - 1, the small ones more often.
    uint64_t often_small(uint64_t limit) {
        const double share = static_cast<double>(random_.below(1U << 30)) / (1U << 30);
        return static_cast<uint64_t>(share * share * share * static_cast<double>(limit));
    }

    bool happens(uint64_t percent) { return random_.below(100) < percent; }

    // Twenty minutes in the mean, three hours at most; a tenth leaves before it begins.
    void begin_session(int64_t start_ts) {
        const double share = static_cast<double>(1 + random_.below(1U << 30)) / (1U << 30);
        const auto drawn = static_cast<int64_t>(-std::log(share) * 1'200'000);
        const int64_t length = happens(10) ? 700 : std::clamp<int64_t>(drawn, 1'000, 3 * hour_ms);
        const bool ends_itself = happens(70);
        open_.push({.close_ts = start_ts + length + (ends_itself ? 0 : 600'000),
                    .start_ts = start_ts,
                    .length_ms = length});
    }

    base::Result<void> close_until(int64_t time) {
        while (!open_.empty() && open_.top().close_ts <= time) {
            rows_.push_back(row_of(open_.top()));
            open_.pop();
            if (rows_.size() < rows_per_write) continue;
            const auto written = write();
            if (!written) return written;
        }
        return {};
    }

    base::Result<void> write() {
        const auto written = writer_.write(rows_, 0);
        rows_.clear();
        return written;
    }

    SessionRow row_of(const Sketch& sketch) {
        SessionRow row;
        row.id = key_.make(sketch.start_ts, 0, random_.next());
        row.close_reason = sketch.close_ts == sketch.start_ts + sketch.length_ms
                               ? session::CloseReason::session_end
                               : session::CloseReason::inactivity;
        row.start_ts = sketch.start_ts;
        row.last_event_ts = sketch.start_ts + sketch.length_ms;
        row.close_ts = sketch.close_ts;
        row.first_received_at = row.start_ts + 40;
        row.last_received_at = row.last_event_ts + 40;
        add_dimensions(row);
        if (sketch.length_ms > 700) play(row, sketch.length_ms);
        add_quality(row);
        add_events(row, sketch.length_ms);
        return row;
    }

    void add_dimensions(SessionRow& row) {
        const uint64_t content = often_small(5'000);
        const uint64_t show = content % 300;
        const bool is_live = content % 5 == 0;
        row.dimensions = {
            {P::analytics_tracking_server, "collect.example.net"},
            {P::analytics_report_suite, "bench"},
            {P::visitor_marketing_cloud_org_id, "bench@example"},
            {P::media_id, text("asset-", content)},
            {P::media_content_type, is_live ? "live" : "vod"},
            {P::media_player_name, text("player-", random_.below(6))},
            {P::media_channel, text("channel-", content % 40)},
            {P::visitor_marketing_cloud_user_id, text("4610584972", often_small(2'000'000))},
            {P::media_name, text("An episode of something, part ", content)},
            {P::media_sdk_version, text("5.0.", random_.below(4))},
            {P::media_stream_type, content % 20 == 1 ? "audio" : "video"},
            {P::media_show, text("Show ", show)},
            {P::media_season, std::to_string(show % 9)},
            {P::media_episode, std::to_string(content / 300)},
            {P::media_genre, show % 3 == 0 ? "drama,news" : "film"},
            {P::media_network, text("network-", show % 12)}};
        row.custom_metadata = {{"device", text("device-", random_.below(5))}};
        if (!is_live) row.length = 1'800 + 60 * static_cast<double>(content % 60);
    }

    // Content from the first second on, with an ad before it or in the middle and with pauses.
    void play(SessionRow& row, int64_t length_ms) {
        const bool has_ad = happens(40) && length_ms > 60'000;
        const bool pauses = happens(30) && length_ms > 120'000;
        int64_t at = row.start_ts + 800;
        if (has_ad) at = add_ad(row, at);
        const int64_t middle = at + (row.last_event_ts - at) / 2;
        if (pauses) {
            row.pause_count = 1;
            row.pause_ms = (row.last_event_ts - middle) / 4;
            row.content_spans = {{at, middle}, {middle + row.pause_ms, row.last_event_ts}};
        } else {
            row.content_spans = {{at, row.last_event_ts}};
        }
        for (const session::Span& span : row.content_spans) {
            row.time_played_ms += span.to_ts - span.from_ts;
        }
        row.total_time_played_ms = row.time_played_ms + row.ad_ms;
        row.unique_time_played_ms = row.time_played_ms;
        row.is_played = true;
        set_progress(row);
        if (happens(15)) row.states = {{"fullscreen", 1, row.time_played_ms / 2}};
    }

    static void set_progress(SessionRow& row) {
        if (!row.length) return;
        const double share = static_cast<double>(row.time_played_ms) / 1'000 / *row.length;
        row.has_progress_10 = share >= 0.1;
        row.has_progress_25 = share >= 0.25;
        row.has_progress_50 = share >= 0.5;
        row.has_progress_75 = share >= 0.75;
        row.has_progress_95 = share >= 0.95;
        row.is_completed = share >= 0.95;
        row.segment = "[0-" + std::to_string(row.time_played_ms / 300'000) + "]";
    }

    // Gives when it is over.
    int64_t add_ad(SessionRow& row, int64_t at) {
        const uint64_t number = often_small(200);
        session::AdRow ad;
        ad.id = text("ad-", number);
        ad.pod_id = text("pod-", number % 7);
        ad.pod_position = 1;
        ad.length = 30;
        ad.started_ts = at;
        ad.closed_ts = at + 30'000;
        ad.time_played_ms = 30'000;
        ad.is_completed = true;
        ad.dimensions = {{P::media_ad_player_name, "player"},
                         {P::media_ad_advertiser, text("advertiser-", number % 30)}};
        row.ads.push_back(std::move(ad));
        row.ad_count = 1;
        row.ad_completes = 1;
        row.ad_ms = 30'000;
        row.ad_spans = {{at, at + 30'000}};
        return at + 30'000;
    }

    void add_quality(SessionRow& row) {
        row.bitrate_average = static_cast<int64_t>(800 + random_.below(8'000));
        row.bitrate_change_count = static_cast<int64_t>(random_.below(5));
        row.time_to_start_ms = static_cast<int64_t>(200 + random_.below(3'000));
        row.buffer_count = 1;
        row.buffer_ms = row.time_to_start_ms / 2;
        row.dropped_frames = static_cast<int64_t>(often_small(300));
        row.frames_per_second = 25;
        if (!happens(2)) return;
        row.error_count = 1;
        row.player_sdk_errors = {text("error-", often_small(40))};
    }

    void add_events(SessionRow& row, int64_t length_ms) {
        const int64_t pings = length_ms / beat_ms;
        using event::EventType;
        for (const EventType type : {EventType::session_start, EventType::play, EventType::ping}) {
            row.events.push_back({.type = type,
                                  .verdict = session::VerdictCode::used,
                                  .count = type == EventType::ping ? pings : 1,
                                  .first_offset = offset_});
        }
        offset_ += 131 * static_cast<uint64_t>(pings + 2);
    }

    store::Writer& writer_;
    const event::SessionIdKey& key_;
    base::Splitmix random_{1};
    uint64_t offset_ = 0;
    std::priority_queue<Sketch, std::vector<Sketch>, ClosesLater> open_;
    std::vector<SessionRow> rows_;
};

base::Result<void> fill_first_day(const std::string& path, const event::SessionIdKey& key,
                                  uint64_t sessions) {
    auto store = store::DuckdbStore::open(path, {});
    if (!store) return std::unexpected(store.error());
    const auto writer = store->writer();
    if (!writer) return std::unexpected(writer.error());
    return Filling(**writer, key).fill(sessions);
}

// An id begins with its time (event/session_id.h).
constexpr const char* remember_first_day =
    "CREATE TEMP MACRO later_id(id, ms) AS format('{:012x}', ('0x' || left(id, 12))::BIGINT + ms) "
    "|| substr(id, 13); "
    "CREATE TEMP MACRO later_spans(spans, ms) AS list_transform(spans, lambda span: "
    "{'from_ts': span.from_ts + ms, 'to_ts': span.to_ts + ms}); "
    "CREATE TEMP TABLE first_sessions AS FROM sessions; "
    "CREATE TEMP TABLE first_ads AS FROM ads; "
    "CREATE TEMP TABLE first_states AS FROM states; "
    "CREATE TEMP TABLE first_errors AS FROM errors;";

std::string copy_statements(uint64_t day) {
    const std::string ms = std::to_string(static_cast<int64_t>(day) * 24 * hour_ms);
    const std::string id = "later_id(session_id, " + ms + ") AS session_id";
    const auto later = [&ms](const char* column) {
        return std::string(", ") + column + " + " + ms + " AS " + column;
    };
    const auto later_spans = [&ms](const char* column) {
        return std::string(", later_spans(") + column + ", " + ms + ") AS " + column;
    };
    return "INSERT INTO sessions SELECT * REPLACE (" + id + later("start_ts") +
           later("last_event_ts") + later("close_ts") + later("first_received_at") +
           later("last_received_at") + later_spans("content_spans") + later_spans("ad_spans") +
           ") FROM first_sessions; INSERT INTO ads SELECT * REPLACE (" + id + later("started_ts") +
           later("closed_ts") + ") FROM first_ads; INSERT INTO states SELECT * REPLACE (" + id +
           ") FROM first_states; INSERT INTO errors SELECT * REPLACE (" + id +
           ") FROM first_errors;";
}

base::Result<void> copy_first_day(const std::string& path) {
    auto database = store::Database::open(path, {});
    if (!database) return std::unexpected(database.error());
    auto connection = database->connect();
    if (!connection) return std::unexpected(connection.error());
    auto done = connection->run(remember_first_day);
    // In one transaction most of the rows go right into the file.
    if (done) done = connection->run("BEGIN TRANSACTION");
    for (uint64_t day = 1; done && day < days; ++day) {
        done = connection->run(copy_statements(day).c_str());
    }
    return done ? connection->run("COMMIT; CHECKPOINT") : done;
}

base::Result<void> fill(const std::string& path, uint64_t sessions) {
    base::PosixDisk disk;
    const auto folder = app::open_data_folder(disk, path);
    if (!folder) return std::unexpected(folder.error());
    const event::SessionIdKey key(folder->key);
    const auto filled = fill_first_day(folder->store(), key, sessions / days);
    return filled ? copy_first_day(folder->store()) : filled;
}

}  // namespace

int main(int count, char** values) {
    const std::span arguments(values, static_cast<size_t>(count));
    const uint64_t sessions = count == 3 ? std::strtoull(arguments[2], nullptr, 10) : 0;
    if (sessions == 0) {
        std::cerr << "usage: fill_store FOLDER SESSIONS\n";
        return 2;
    }
    const auto filled = fill(arguments[1], sessions);
    if (!filled) std::cerr << "fill_store: " << filled.error().what << '\n';
    return filled ? 0 : 1;
}
