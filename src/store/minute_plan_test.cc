// SPDX-License-Identifier: Apache-2.0
#include "store/minute_plan.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/check.h"
#include "session/row.h"
#include "store/database.h"
#include "store/duckdb_store.h"
#include "store/sample_rows.h"
#include "store/scratch_folder.h"

namespace playhead::store {
namespace {

using session::published_seconds;
using session::SessionRow;
using session::Span;

constexpr int64_t hour = 60 * minute_ms;

// By channel and minute.
using Values = std::map<std::pair<std::string, int64_t>, int64_t>;

constexpr std::array all_values = {MinuteValue::sessions, MinuteValue::viewers,
                                   MinuteValue::playback, MinuteValue::content};

std::string text_of(const SessionRow& row, event::Parameter name) {
    for (const session::Dimension& dimension : row.dimensions) {
        if (dimension.name == name) return dimension.value;
    }
    return "";
}

// Sessions of two hours and more, short and long, at whole minutes and not, of few viewers.
class RandomRows {
  public:
    explicit RandomRows(uint64_t seed) : random_(seed) {}

    SessionRow row(uint64_t number) {
        SessionRow row;
        row.id = sample::sample_id(number);
        row.close_reason = session::CloseReason::session_end;
        row.start_ts = hour + time_below(2 * hour);
        row.dimensions = {{event::Parameter::media_channel, "c" + std::to_string(below(3))}};
        if (below(4) != 0) {
            row.dimensions.push_back({event::Parameter::visitor_marketing_cloud_user_id,
                                      below(3) == 0 ? "" : "v" + std::to_string(below(8))});
        }
        int64_t at = row.start_ts;
        for (int64_t parts = below(4); parts > 0; --parts) {
            const int64_t from = at + time_below(5 * minute_ms);
            const int64_t to = from + 1 + time_below(20 * minute_ms);
            row.content_spans.push_back({from, to});
            row.time_played_ms += to - from;
            at = to + 1;
        }
        row.last_event_ts = at + (below(3) == 0 ? 0 : time_below(3 * minute_ms));
        return row;
    }

  private:
    int64_t below(int64_t limit) {
        return static_cast<int64_t>(random_() % static_cast<uint64_t>(limit));
    }

    int64_t time_below(int64_t limit) {
        const int64_t time = below(limit);
        return below(4) == 0 ? time / minute_ms * minute_ms : time;
    }

    std::mt19937_64 random_;
};

// What the rules say, minute by minute.
class Counted {
  public:
    Counted(const std::vector<SessionRow>& rows, const Minutes& minutes, bool by_channel)
        : minutes_(minutes), by_channel_(by_channel) {
        for (const SessionRow& row : rows) add(row);
    }

    Values of(MinuteValue value) const {
        Values found;
        for (const auto& [key, ids] : value == MinuteValue::viewers ? viewers_ : sessions_) {
            found[key] = static_cast<int64_t>(ids.size());
        }
        if (value == MinuteValue::sessions || value == MinuteValue::viewers) return found;
        found.clear();
        for (const auto& [key, ms] : value == MinuteValue::playback ? playback_ : content_) {
            if (published_seconds(ms) > 0) found[key] = published_seconds(ms);
        }
        return found;
    }

  private:
    void add(const SessionRow& row) {
        const std::string channel =
            by_channel_ ? text_of(row, event::Parameter::media_channel) : "";
        std::string viewer = text_of(row, event::Parameter::visitor_marketing_cloud_user_id);
        if (viewer.empty()) viewer = row.id.text();
        const Span active{row.start_ts, std::max(row.last_event_ts, row.start_ts + 1)};
        for (int64_t minute = minutes_.from; minute < minutes_.to; minute += minute_ms) {
            const int64_t ms = overlap(active, minute);
            if (ms == 0) continue;
            sessions_[{channel, minute}].insert(row.id.text());
            viewers_[{channel, minute}].insert(viewer);
            playback_[{channel, minute}] += ms;
            for (const Span& span : row.content_spans) {
                content_[{channel, minute}] += overlap(span, minute);
            }
        }
    }

    static int64_t overlap(const Span& span, int64_t minute) {
        return std::max<int64_t>(
            0, std::min(span.to_ts, minute + minute_ms) - std::max(span.from_ts, minute));
    }

    Minutes minutes_;
    bool by_channel_;
    std::map<std::pair<std::string, int64_t>, std::set<std::string>> sessions_;
    std::map<std::pair<std::string, int64_t>, std::set<std::string>> viewers_;
    Values playback_;
    Values content_;
};

Values summed(const Values& values, int64_t length) {
    Values sums;
    for (const auto& [key, value] : values) {
        sums[{key.first, key.second / length * length}] += value;
    }
    return sums;
}

class MinutePlanTest : public testing::Test {
  protected:
    void write(const std::vector<SessionRow>& rows) {
        auto store = DuckdbStore::open(path_, {});
        CHECK(store);
        const auto writer = store->writer();
        CHECK((*writer)->write(rows, 1));
    }

    static std::string sessions_sql(MinuteValue value, const Minutes& minutes, bool by_channel) {
        std::string sql = "SELECT " + minute_columns(value);
        if (by_channel) sql += ", s.media_channel AS channel";
        return sql + " FROM sessions s WHERE " + condition_of(minutes);
    }

    Answer ask(const std::string& sql) {
        if (!connection_) {
            auto database = Database::open(path_, {});
            CHECK(database);
            database_ = *std::move(database);
            connection_ = *database_->connect();
        }
        auto answer = connection_->ask(sql.c_str());
        if (!answer) ADD_FAILURE() << answer.error().what << "\n" << sql;
        CHECK(answer);
        return *std::move(answer);
    }

    Values pieces(MinuteValue value, const Minutes& minutes, bool by_channel, int64_t length) {
        std::vector<std::string> keys;
        if (by_channel) keys = {"channel"};
        const std::string runs =
            runs_of(value, sessions_sql(value, minutes, by_channel), keys, minutes);
        Answer answer =
            ask(std::string("SELECT ") + (by_channel ? "channel" : "''") +
                ", piece_ts - piece_ts % " + std::to_string(length) +
                ", sum(value)::BIGINT FROM (" + pieces_of(runs, keys, length) + ") GROUP BY ALL");
        Values found;
        while (answer.next()) {
            found[{std::string(answer.text(0)), answer.integer(1)}] = answer.integer(2);
        }
        return found;
    }

    ScratchFolder folder_;
    const std::string path_ = folder_.path() + "/store.duckdb";
    std::optional<Database> database_;
    std::optional<Connection> connection_;
};

TEST_F(MinutePlanTest, gives_what_counting_each_minute_gives) {
    RandomRows random(7);
    std::vector<SessionRow> rows;
    for (uint64_t i = 0; i < 300; ++i) rows.push_back(random.row(i));
    write(rows);
    for (const Minutes minutes : {Minutes{0, 6 * hour}, Minutes{hour + 20 * minute_ms, 2 * hour},
                                  Minutes{2 * hour, hour * 2 + minute_ms}}) {
        for (const bool by_channel : {false, true}) {
            const Counted counted(rows, minutes, by_channel);
            for (const MinuteValue value : all_values) {
                ASSERT_FALSE(counted.of(value).empty());
                for (const int64_t length : {minute_ms, 7 * minute_ms, hour}) {
                    EXPECT_EQ(pieces(value, minutes, by_channel, length),
                              summed(counted.of(value), length))
                        << static_cast<int>(value) << " " << by_channel << " " << length;
                }
            }
        }
    }
}

TEST_F(MinutePlanTest, finds_the_first_largest_and_the_first_smallest_minute) {
    RandomRows random(11);
    std::vector<SessionRow> rows;
    for (uint64_t i = 0; i < 60; ++i) rows.push_back(random.row(i));
    write(rows);
    for (const Minutes minutes : {Minutes{0, 6 * hour}, Minutes{hour + 30 * minute_ms, 3 * hour}}) {
        const Counted counted(rows, minutes, false);
        for (const MinuteValue value : all_values) {
            const Values values = counted.of(value);
            std::pair<int64_t, int64_t> largest{-1, 0};
            std::pair<int64_t, int64_t> smallest{INT64_MAX, 0};
            for (int64_t at = minutes.from; at < minutes.to; at += minute_ms) {
                const auto found = values.find({"", at});
                const int64_t here = found == values.end() ? 0 : found->second;
                if (here > largest.first) largest = {here, at};
                if (here < smallest.first) smallest = {here, at};
            }
            Answer answer = ask(extremes_of(value, sessions_sql(value, minutes, false), minutes));
            ASSERT_TRUE(answer.next());
            EXPECT_EQ(std::pair(answer.integer(0), answer.integer(1)), largest);
            EXPECT_EQ(std::pair(answer.integer(2), answer.integer(3)), smallest);
            EXPECT_FALSE(answer.next());
        }
    }
}

TEST_F(MinutePlanTest, is_zero_everywhere_without_a_session) {
    write({});
    const Minutes minutes{hour, 2 * hour};
    EXPECT_TRUE(pieces(MinuteValue::viewers, minutes, false, minute_ms).empty());
    Answer answer = ask(extremes_of(MinuteValue::viewers,
                                    sessions_sql(MinuteValue::viewers, minutes, false), minutes));
    ASSERT_TRUE(answer.next());
    EXPECT_EQ(answer.integer(0), 0);
    EXPECT_EQ(answer.integer(1), hour);
    EXPECT_EQ(answer.integer(2), 0);
    EXPECT_EQ(answer.integer(3), hour);
}

TEST(Minutes, are_those_that_begin_in_the_period) {
    EXPECT_EQ(Minutes::of(0, minute_ms), (Minutes{0, minute_ms}));
    EXPECT_EQ(Minutes::of(1, minute_ms + 1), (Minutes{minute_ms, 2 * minute_ms}));
    EXPECT_TRUE(Minutes::of(1, minute_ms).are_none());
    EXPECT_FALSE(Minutes::of(0, 1).are_none());
    EXPECT_EQ(Minutes::of(-5 * minute_ms, minute_ms), (Minutes{0, minute_ms}));
    EXPECT_TRUE(Minutes::of(-5 * minute_ms, -minute_ms).are_none());
}

}  // namespace
}  // namespace playhead::store
