// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/check.h"
#include "base/digest.h"
#include "base/splitmix.h"
#include "store/day_summing.h"
#include "store/duckdb_store.h"
#include "store/reports.h"
#include "store/sample_rows.h"
#include "store/scratch_folder.h"
#include "store/summed_days.h"

// A report is the same with and without sums of days.
namespace playhead::store {
namespace {

using session::SessionRow;
using P = event::Parameter;

constexpr int64_t hour_ms = 3'600'000;
constexpr int64_t first_day = sample::start / day_ms * day_ms;
constexpr int64_t days = 4;
constexpr int64_t now = first_day + days * day_ms + hour_ms;

Period of_days(int64_t from, int64_t to) {
    return {.from = first_day + from * day_ms, .to = first_day + to * day_ms};
}

std::vector<int64_t> begins(const std::vector<int64_t>& numbers) {
    std::vector<int64_t> all;
    for (const int64_t number : numbers) all.push_back(first_day + number * day_ms);
    return all;
}

TEST(SummedDays, split_a_period_into_stretches_and_the_rest) {
    EXPECT_EQ(split(of_days(0, 5), {}).rest, std::vector{of_days(0, 5)});
    const SplitPeriod all = split(of_days(0, 2), begins({0, 1}));
    EXPECT_EQ(all.summed, std::vector{of_days(0, 2)});
    EXPECT_TRUE(all.rest.empty());
    const SplitPeriod some = split(of_days(0, 9), begins({1, 2, 5}));
    EXPECT_EQ(some.summed, (std::vector{of_days(1, 3), of_days(5, 6)}));
    EXPECT_EQ(some.rest, (std::vector{of_days(0, 1), of_days(3, 5), of_days(6, 9)}));
    const SplitPeriod ever = split(Period(), begins({3}));
    EXPECT_EQ(ever.rest, (std::vector<Period>{{.from = INT64_MIN, .to = of_days(3, 4).from},
                                              {.from = of_days(3, 4).to, .to = INT64_MAX}}));
}

TEST(SummedDays, of_too_many_stretches_the_longest_are_taken) {
    std::vector<int64_t> numbers;
    for (int64_t i = 0; i < static_cast<int64_t>(most_summed_stretches); ++i) {
        numbers.push_back(3 * i);
    }
    EXPECT_EQ(split(of_days(0, 60), begins(numbers)).summed.size(), most_summed_stretches);
    numbers.push_back(50);
    numbers.push_back(51);
    const SplitPeriod more = split(of_days(0, 60), begins(numbers));
    EXPECT_EQ(more.summed.size(), most_summed_stretches);
    EXPECT_EQ(more.rest.size(), most_summed_stretches);
    EXPECT_EQ(more.summed.back(), of_days(50, 52));
    EXPECT_TRUE(std::ranges::is_sorted(more.summed, {}, &Period::from));
}

DimensionName dimension_named(std::string_view name) {
    return {.known = report_dimension_named(name), .key = {}};
}

TEST(SummedDays, answer_only_what_they_have) {
    const TimeZone berlin({{.since = 0, .ahead = hour_ms}});
    const TimeZone odd({{.since = 0, .ahead = 7 * 60'000}});
    Question question;
    EXPECT_EQ(summed_dimension_for(question, of_days(0, 9), odd)->name, "");
    question.granularity = Granularity::day;
    EXPECT_EQ(summed_dimension_for(question, of_days(0, 9), berlin)->name, "");
    EXPECT_EQ(summed_dimension_for(question, of_days(0, 9), odd), nullptr);
    question.dimensions = {dimension_named("media.channel")};
    EXPECT_EQ(summed_dimension_for(question, of_days(0, 9), TimeZone())->name, "media.channel");
    EXPECT_EQ(summed_dimension_for(question, of_days(0, 9), berlin), nullptr);
    question.granularity = Granularity::all;
    EXPECT_EQ(summed_dimension_for(question, of_days(0, 9), berlin)->name, "media.channel");
    question.dimensions.push_back(dimension_named("media.show"));
    EXPECT_EQ(summed_dimension_for(question, of_days(0, 9), TimeZone()), nullptr);
    question.dimensions = {dimension_named("session.viewer")};
    EXPECT_EQ(summed_dimension_for(question, of_days(0, 9), TimeZone()), nullptr);
    question.dimensions = {{.known = nullptr, .key = "media.channel"}};
    EXPECT_EQ(summed_dimension_for(question, of_days(0, 9), TimeZone()), nullptr);
    question.dimensions = {{.known = nullptr, .key = ""}};
    EXPECT_EQ(summed_dimension_for(question, of_days(0, 9), TimeZone()), nullptr);
    question.dimensions.clear();
    question.segment = Segment::video;
    EXPECT_EQ(summed_dimension_for(question, of_days(0, 9), TimeZone()), nullptr);
    question.segment = Segment::all_media;
    question.filter.parts.emplace_back();
    EXPECT_EQ(summed_dimension_for(question, of_days(0, 9), TimeZone()), nullptr);
    question.filter.parts.clear();
    question.granularity = Granularity::minutes;
    for (const auto& [minutes, is_kept] :
         {std::pair{1, false}, {14, false}, {15, true}, {16, false}, {60, true}, {1'440, true}}) {
        question.bucket_minutes = minutes;
        EXPECT_EQ(summed_dimension_for(question, of_days(0, 9), TimeZone()) != nullptr, is_kept)
            << minutes;
    }
}

// Sessions, periods and questions that are the same for the same seed.
class Chance {
  public:
    explicit Chance(uint64_t seed) : random_(seed) {}

    int64_t below(int64_t limit) {
        return static_cast<int64_t>(random_.below(static_cast<uint64_t>(limit)));
    }

    bool happens(int64_t percent) { return below(100) < percent; }

    // Often at the edge of a quarter of an hour or of a day.
    int64_t moment() {
        const int64_t any = first_day - day_ms + below((days + 3) * day_ms);
        if (happens(15)) return any - any % day_ms - below(2);
        if (happens(15)) return any - any % quarter_hour_ms - below(2);
        return any;
    }

    SessionRow session(bool is_open) {
        SessionRow row = sample::ordinary_row(++sessions_);
        row.start_ts = happens(2) ? -below(100) : moment();
        row.last_event_ts = row.start_ts + below(happens(20) ? 3 * day_ms : hour_ms);
        row.close_ts = happens(3) ? moment() : row.last_event_ts + below(2) * 600'000;
        if (is_open) row.close_reason = session::CloseReason::open;
        row.reported = !happens(5);
        row.rule_set = happens(5) ? 2 : 1;
        row.length = happens(70) ? std::optional<double>(0.7 * static_cast<double>(below(900)))
                                 : std::nullopt;
        row.is_played = happens(80);
        row.is_completed = happens(30);
        row.has_resume = happens(10);
        row.time_played_ms = below(hour_ms);
        row.total_time_played_ms = row.time_played_ms + below(60'000);
        row.error_count = below(3);
        row.bitrate_average = happens(50) ? std::optional<int64_t>(below(5'000)) : std::nullopt;
        row.time_to_start_ms = happens(1) ? sample::largest : below(9'000);
        row.dropped_frames = happens(1) ? sample::largest : below(30);
        if (happens(20)) row.content_spans.clear();
        row.dimensions.clear();
        if (happens(90)) row.dimensions.emplace_back(P::media_id, "v" + std::to_string(below(6)));
        if (happens(50)) row.dimensions.emplace_back(P::media_channel, happens(10) ? "" : "c");
        if (happens(50)) row.dimensions.emplace_back(P::media_genre, "a, b");
        return row;
    }

    std::vector<SessionRow> sessions(int64_t count, bool is_open) {
        std::vector<SessionRow> rows;
        for (int64_t i = 0; i < count; ++i) rows.push_back(session(is_open));
        return rows;
    }

    Question question() {
        Question asked;
        const auto sums = sum_metrics();
        const auto ratios = ratio_metrics();
        for (int64_t i = 0; i <= below(5); ++i) {
            const SumMetric& sum = sums[static_cast<size_t>(below(std::ssize(sums)))];
            const auto is_of_a_question = sum.record < Record::session_minute;
            asked.metrics.push_back(
                {.sum = is_of_a_question && !happens(20) ? &sum : sums.data() + below(20),
                 .ratio = nullptr});
        }
        if (happens(30)) {
            asked.metrics.push_back({.sum = nullptr, .ratio = ratios.data() + below(17)});
        }
        constexpr std::array names = {"media.id",       "media.channel",    "session.closeReason",
                                      "segment",        "media.genre",      "session.state",
                                      "session.viewer", "media.contentType"};
        if (happens(60)) {
            asked.dimensions.push_back(
                dimension_named(names[static_cast<size_t>(below(std::ssize(names)))]));
        }
        if (happens(10)) asked.dimensions.push_back(dimension_named("media.show"));
        if (happens(10)) asked.segment = Segment::video;
        if (happens(10)) add_filter(asked);
        add_time(asked);
        asked.limit = happens(30) ? 3 : 10'000;
        if (happens(30)) asked.sort = {{.by = SortKey::By::metric, .index = 0, .descending = true}};
        return asked;
    }

  private:
    static void add_filter(Question& asked) {
        Filter condition;
        condition.kind = Filter::Kind::in;
        condition.subject = dimension_named("media.id");
        condition.values = {std::string("v1")};
        asked.filter.parts.push_back(condition);
    }

    void add_time(Question& asked) {
        constexpr std::array zones = {"UTC", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu",
                                      "America/St_Johns"};
        asked.time_zone = zones[static_cast<size_t>(below(std::ssize(zones)))];
        if (happens(15)) return;
        const bool is_local = happens(30);
        const int64_t one = happens(40) ? moment() / day_ms * day_ms : moment();
        const int64_t other = happens(40) ? moment() / day_ms * day_ms : moment();
        asked.from = Moment{.ms = std::min(one, other), .is_local = is_local};
        asked.to = Moment{.ms = std::max(one, other), .is_local = is_local};
        asked.granularity = static_cast<Granularity>(below(5));
        constexpr std::array<int64_t, 8> minutes = {1, 7, 15, 30, 45, 60, 720, 1'440};
        asked.bucket_minutes = minutes[static_cast<size_t>(below(std::ssize(minutes)))];
    }

    base::Splitmix random_;
    uint64_t sessions_ = 0;
};

// Everything that a report says.
std::string text_of(const Report& report) {
    std::string text;
    const auto add = [&text](const Value& value) {
        if (const auto* words = std::get_if<std::string>(&value)) {
            text += "'" + *words + "' ";
        } else if (const auto* whole = std::get_if<int64_t>(&value)) {
            text += std::to_string(*whole) + " ";
        } else if (const auto* real = std::get_if<double>(&value)) {
            char digits[64];
            std::snprintf(digits, sizeof digits, "%a ", *real);
            text += digits;
        } else {
            text += "nothing ";
        }
    };
    for (const ReportItem& item : report.items) {
        if (item.time) add(*item.time);
        for (const Value& value : item.dimensions) add(value);
        for (const Value& value : item.metrics) add(value);
        text += "\n";
    }
    for (const Value& value : report.totals) add(value);
    text += report.next ? "and more\n" : "\n";
    add(report.reflects.closed_sessions);
    add(report.reflects.open_sessions);
    add(report.reflects.sessions_without_spans.value_or(-1));
    for (const int64_t set : report.reflects.rule_sets) add(set);
    return text;
}

class SummedReports : public testing::TestWithParam<uint64_t> {
  protected:
    SummedReports()
        : store_(*DuckdbStore::open(folder_.path() + "/store.duckdb", {})),
          writer_(*store_.writer()),
          reports_(*store_.reports()) {}

    std::string answer(const Question& question) {
        const auto report = reports_->answer(question);
        if (!report) ADD_FAILURE() << report.error().what;
        return report ? text_of(*report) : "";
    }

    std::vector<std::string> answers(const std::vector<Question>& questions) {
        std::vector<std::string> all;
        for (const Question& question : questions) all.push_back(answer(question));
        return all;
    }

    void write(const std::vector<SessionRow>& rows) {
        const auto written = writer_->write(rows, ++offset_);
        ASSERT_TRUE(written) << written.error().what;
    }

    // What was written is noted, and settles. Gives how many pieces it took; no more than `most`.
    int sum_up(int most) {
        CHECK(writer_->sum_up(clock_));
        clock_ += DaySumming::settles_within_ms;
        for (int pieces = 0; pieces < most; ++pieces) {
            const auto summed = writer_->sum_up(clock_);
            CHECK(summed);
            if (!summed->has_summed) return pieces;
        }
        return most;
    }

    ScratchFolder folder_;
    DuckdbStore store_;
    std::unique_ptr<Writer> writer_;
    std::unique_ptr<Reports> reports_;
    uint64_t offset_ = 0;
    int64_t clock_ = now;
};

TEST_P(SummedReports, are_the_same_as_those_of_rows) {
    Chance chance(GetParam());
    const auto stored = chance.sessions(150, false);
    write(stored);
    ASSERT_TRUE(reports_->begin_open_sessions());
    ASSERT_TRUE(reports_->add_open_sessions(chance.sessions(20, true)));
    reports_->end_open_sessions(offset_);
    std::vector<Question> questions;
    for (int i = 0; i < 30; ++i) questions.push_back(chance.question());

    const auto of_rows = answers(questions);
    EXPECT_EQ(sum_up(40), 40);
    EXPECT_EQ(answers(questions), of_rows);  // some days and dimensions
    EXPECT_GT(sum_up(1'000), 20);
    const auto of_sums = answers(questions);
    for (size_t i = 0; i < questions.size(); ++i) EXPECT_EQ(of_sums[i], of_rows[i]) << i;

    // Into days that are summed, which are then read row by row.
    write(chance.sessions(3, false));
    const auto later = answers(questions);
    EXPECT_NE(later, of_rows);
    EXPECT_GT(sum_up(1'000), 0);
    EXPECT_EQ(answers(questions), later);

    base::Sha256Stream digest;
    const auto early = std::ranges::find_if(stored, [](const SessionRow& row) {
        return row.start_ts >= first_day && row.start_ts < first_day + day_ms;
    });
    ASSERT_NE(early, stored.end());
    digest.add(early->id.text());
    const std::vector marks{base::hex(digest.digest()).substr(0, 32)};
    ASSERT_TRUE(writer_->erase({.id = "one"}, marks, ++offset_));
    const auto erased = answers(questions);
    EXPECT_GT(sum_up(1'000), 0);
    EXPECT_EQ(answers(questions), erased);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SummedReports, testing::Range<uint64_t>(1, 4));

}  // namespace
}  // namespace playhead::store
