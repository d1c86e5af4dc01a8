// SPDX-License-Identifier: Apache-2.0
#include "store/views.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/check.h"
#include "store/database.h"
#include "store/duckdb_store.h"
#include "store/sample_rows.h"
#include "store/scratch_folder.h"

namespace playhead::store {
namespace {

using session::SessionRow;
using session::Span;

constexpr int64_t minute = 60'000;

// A session with these spans.
SessionRow row_of(uint64_t number, int64_t start_ts, int64_t last_event_ts,
                  std::vector<Span> content, std::vector<Span> ads = {}) {
    SessionRow row;
    row.id = sample::sample_id(number);
    row.close_reason = session::CloseReason::session_end;
    row.start_ts = start_ts;
    row.last_event_ts = last_event_ts;
    for (const Span& span : content) row.time_played_ms += span.to_ts - span.from_ts;
    for (const Span& span : ads) row.ad_ms += span.to_ts - span.from_ts;
    row.content_spans = std::move(content);
    row.ad_spans = std::move(ads);
    return row;
}

class ViewsTest : public testing::Test {
  protected:
    void write(const std::vector<SessionRow>& rows) {
        auto store = DuckdbStore::open(path_, {});
        ASSERT_TRUE(store) << store.error().what;
        const auto writer = store->writer();
        ASSERT_TRUE((*writer)->write(rows, 1));
    }

    // One line for each row, values separated by a space.
    std::string ask(const std::string& sql) {
        auto database = Database::open(path_, {});
        CHECK(database);
        auto connection = database->connect();
        CHECK(connection);
        auto answer =
            connection->ask(("SELECT concat_ws(' ', *COLUMNS(*)) FROM (" + sql + ")").c_str());
        if (!answer) return answer.error().what;
        std::string lines;
        while (answer->next()) lines += std::string(answer->text(0)) + "\n";
        return lines;
    }

    std::string minutes() {
        return ask(
            "SELECT minute_ts, coalesce(content_ms::VARCHAR, 'unknown') AS content, "
            "coalesce(ad_ms::VARCHAR, 'unknown') AS ad, active_ms FROM minutes "
            "ORDER BY session_id, minute_ts");
    }

    ScratchFolder folder_;
    const std::string path_ = folder_.path() + "/store.duckdb";
};

TEST_F(ViewsTest, spans_are_those_of_the_rows) {
    write({row_of(1, 0, 100, {{10, 20}, {30, 40}}, {{20, 30}}), row_of(2, 0, 9, {})});
    EXPECT_EQ(ask("SELECT kind, from_ts, to_ts FROM spans ORDER BY from_ts"),
              "content 10 20\nad 20 30\ncontent 30 40\n");
    EXPECT_EQ(ask("SELECT count(DISTINCT session_id) FROM spans"), "1\n");
}

TEST_F(ViewsTest, events_are_those_of_the_rows) {
    SessionRow row = row_of(1, 0, 100, {});
    row.events = {{event::EventType::ping, session::VerdictCode::used, 12, 345},
                  {event::EventType::ad_start, session::VerdictCode::ad_outside_break, 1, 400}};
    write({row});
    EXPECT_EQ(ask("SELECT event_type, outcome, code, count, first_offset FROM events ORDER BY 5"),
              "ping used used 12 345\nadStart ignored ad_outside_break 1 400\n");
}

TEST_F(ViewsTest, minutes_share_the_time_of_a_session_among_them) {
    write({row_of(1, 30'000, 150'000, {{40'000, 100'000}, {110'000, 150'000}},
                  {{100'000, 110'000}})});
    EXPECT_EQ(minutes(), "0 20000 0 30000\n60000 50000 10000 60000\n120000 30000 0 30000\n");
}

TEST_F(ViewsTest, minutes_are_half_open) {
    write({row_of(1, 0, minute, {{0, minute}}), row_of(2, minute - 1, minute + 1, {})});
    EXPECT_EQ(minutes(), "0 60000 0 60000\n0 0 0 1\n60000 0 0 1\n");
}

TEST_F(ViewsTest, a_session_of_one_event_is_active_for_a_millisecond) {
    write({row_of(1, minute, minute, {})});
    EXPECT_EQ(minutes(), "60000 0 0 1\n");
}

TEST_F(ViewsTest, minutes_before_1970_are_whole_minutes_too) {
    write({row_of(1, -minute - 5, -10, {{-20, -10}})});
    EXPECT_EQ(minutes(), "-120000 0 0 5\n-60000 10 0 59990\n");
}

TEST_F(ViewsTest, minutes_of_a_row_of_before_do_not_know_its_content) {
    SessionRow row = row_of(1, 0, 1'000, {{0, 500}}, {{500, 600}});
    row.content_spans.clear();
    row.ad_spans.clear();
    write({row});
    EXPECT_EQ(minutes(), "0 unknown unknown 1000\n");
}

TEST_F(ViewsTest, minutes_end_where_a_session_is_too_long_to_be_true) {
    const int64_t longest = longest_session_minutes * minute;
    write({row_of(1, 0, longest - 1, {}), row_of(2, 5, longest, {}),
           row_of(3, 59'999, 50 * longest, {{0, 50 * longest}})});
    const std::string all = std::to_string(longest_session_minutes);
    EXPECT_EQ(ask("SELECT count(*), max(minute_ts) // 60000 + 1 FROM minutes GROUP BY session_id "
                  "ORDER BY session_id"),
              all + " " + all + "\n" + all + " " + all + "\n" + all + " " + all + "\n");
}

TEST_F(ViewsTest, minutes_can_be_asked_of_the_sessions_of_a_time) {
    std::vector<SessionRow> rows;
    for (uint64_t i = 0; i < 20; ++i) {
        const auto start_ts = static_cast<int64_t>(i) * minute;
        rows.push_back(row_of(i, start_ts, start_ts + 2 * minute, {{start_ts, start_ts + 1'000}}));
    }
    write(rows);
    EXPECT_EQ(ask("SELECT minute_ts // 60000, count(*), sum(content_ms), sum(active_ms) "
                  "FROM minutes WHERE start_ts < 420000 AND last_event_ts >= 300000 "
                  "AND minute_ts >= 300000 AND minute_ts < 420000 GROUP BY 1 ORDER BY 1"),
              "5 2 1000 120000\n6 2 1000 120000\n");
}

}  // namespace
}  // namespace playhead::store
