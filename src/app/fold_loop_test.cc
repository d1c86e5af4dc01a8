// SPDX-License-Identifier: Apache-2.0
#include "app/fold_loop.h"

#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "app/rules_record.h"
#include "event/record.h"
#include "journal/memory_journal.h"

namespace playhead::app {
namespace {

constexpr int64_t noon = 1'714'564'800'000;

std::string start_body(int64_t ts) {
    return R"({"playerTime":{"playhead":0,"ts":)" + std::to_string(ts) +
           R"(},"eventType":"sessionStart","params":{"media.id":"a","media.length":60,)"
           R"("media.contentType":"vod","media.playerName":"p","media.channel":"c",)"
           R"("analytics.trackingServer":"t","analytics.reportSuite":"r",)"
           R"("visitor.marketingCloudOrgId":"o"}})";
}

std::string event_body(const char* type, int64_t ts, int playhead) {
    return R"({"playerTime":{"playhead":)" + std::to_string(playhead) + R"(,"ts":)" +
           std::to_string(ts) + R"(},"eventType":")" + type + R"("})";
}

event::SessionId session_of(uint8_t number) {
    event::SessionId id;
    id.bytes[5] = number;
    return id;
}

class Fold : public testing::Test {
  protected:
    void write(event::Record::Kind kind, uint8_t session, int64_t after_ms,
               const std::string& body) {
        std::string record;
        event::encode({.kind = kind,
                       .received_at = noon + after_ms,
                       .uptime_ms = after_ms,
                       .session = session_of(session),
                       .body = body},
                      record);
        ASSERT_TRUE(journal_.append(record));
        ASSERT_TRUE(journal_.commit());
    }

    // Ten seconds of content, then the end.
    void write_view(uint8_t session, int64_t after_ms) {
        write(event::Record::Kind::session_start, session, after_ms, start_body(noon + after_ms));
        write(event::Record::Kind::event, session, after_ms + 1,
              event_body("play", noon + after_ms + 1, 0));
        write(event::Record::Kind::event, session, after_ms + 10'001,
              event_body("sessionEnd", noon + after_ms + 10'001, 10));
    }

    void tick(int64_t after_ms) { write(event::Record::Kind::tick, 0, after_ms, ""); }

    FoldLoop make(uint64_t stored_offset = 0) {
        reader_ = journal_.reader();
        return FoldLoop({.journal = *reader_,
                         .to_store = to_store_,
                         .signal = signal_,
                         .counters = counters_,
                         .clock = &clock_},
                        stored_offset);
    }

    static void fold_all(FoldLoop& loop) {
        while (true) {
            const auto worked = loop.step();
            ASSERT_TRUE(worked);
            if (!*worked) return;
        }
    }

    std::vector<std::shared_ptr<const StoreBatch>> handed_over() {
        std::vector<std::shared_ptr<const StoreBatch>> batches;
        to_store_.try_pop_all(batches);
        return batches;
    }

    journal::MemoryJournal journal_;
    std::unique_ptr<journal::Reader> reader_;
    base::BoundedQueue<std::shared_ptr<const StoreBatch>> to_store_{1};
    base::Signal signal_;
    base::Counters counters_;
    base::ManualClock clock_{noon};
};

TEST_F(Fold, a_closed_session_goes_to_the_store_with_the_offset_it_reflects) {
    write_view(1, 0);
    tick(60'000);
    FoldLoop loop = make();
    fold_all(loop);
    const auto batches = handed_over();
    ASSERT_EQ(batches.size(), 1U);
    ASSERT_EQ(batches[0]->rows.size(), 1U);
    EXPECT_EQ(batches[0]->rows[0].id, session_of(1));
    EXPECT_EQ(batches[0]->rows[0].time_played_ms, 10'000);
    EXPECT_EQ(batches[0]->offset, reader_->end());
}

TEST_F(Fold, a_closed_session_is_found_here_until_the_store_has_it) {
    write_view(1, 0);
    tick(60'000);
    FoldLoop loop = make();
    fold_all(loop);
    EXPECT_NE(loop.unstored(session_of(1)), nullptr);
    EXPECT_EQ(loop.unstored(session_of(2)), nullptr);
    EXPECT_FALSE(loop.table().session(session_of(1)));
    loop.stored(handed_over()[0]->offset);
    fold_all(loop);
    EXPECT_EQ(loop.unstored(session_of(1)), nullptr);
}

TEST_F(Fold, what_stands_before_a_place_that_cannot_be_read_is_folded) {
    write_view(1, 0);
    const uint64_t damaged = journal_.reader()->end();
    write_view(2, 60'000);
    journal_.damage(damaged);
    FoldLoop loop = make();
    for (int i = 0; i < 2; ++i) {
        const auto worked = loop.step();
        ASSERT_FALSE(worked);
        EXPECT_EQ(worked.error().code, base::ErrorCode::damaged);
        EXPECT_EQ(loop.position(), damaged);
        EXPECT_TRUE(loop.table().session(session_of(1)));
    }
    ASSERT_TRUE(reader_->skip_damage());
    fold_all(loop);
    EXPECT_EQ(loop.position(), reader_->end());
}

TEST_F(Fold, measures_its_rounds_and_how_old_the_newest_record_was_and_counts_what_is_unstored) {
    FoldLoop loop = make();
    write_view(1, 0);
    tick(60'000);
    clock_.advance(60'300);
    fold_all(loop);
    // The machine's clock is set back: no record comes from the future.
    tick(70'000);
    fold_all(loop);
    const std::string text = counters_.prometheus_text();
    EXPECT_NE(text.find("\nplayhead_fold_round_seconds_count 2\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\nplayhead_fold_age_seconds_bucket{le=\"0.25\"} 1\n"), std::string::npos);
    EXPECT_NE(text.find("\nplayhead_fold_age_seconds_sum 0.3\n"), std::string::npos);
    EXPECT_EQ(loop.rows_unstored(), 1U);
    loop.stored(handed_over()[0]->offset);
    fold_all(loop);
    EXPECT_EQ(loop.rows_unstored(), 0U);
}

TEST_F(Fold, rows_gather_while_the_store_is_busy) {
    FoldLoop loop = make();
    for (uint8_t session = 1; session <= 3; ++session) {
        write_view(session, session * 60'000);
        tick(session * 60'000 + 30'000);
        fold_all(loop);
    }
    auto batches = handed_over();
    ASSERT_EQ(batches.size(), 1U);
    EXPECT_EQ(batches[0]->rows.size(), 1U);
    EXPECT_NE(loop.unstored(session_of(3)), nullptr);
    EXPECT_TRUE(loop.flush());
    batches = handed_over();
    ASSERT_EQ(batches.size(), 1U);
    EXPECT_EQ(batches[0]->rows.size(), 2U);
}

TEST_F(Fold, what_the_store_had_before_a_restart_is_not_written_again) {
    write_view(1, 0);
    tick(60'000);
    const uint64_t stored = journal_.reader()->end();
    write_view(2, 120'000);
    tick(180'000);
    FoldLoop loop = make(stored);
    fold_all(loop);
    const auto batches = handed_over();
    ASSERT_EQ(batches.size(), 1U);
    ASSERT_EQ(batches[0]->rows.size(), 1U);
    EXPECT_EQ(batches[0]->rows[0].id, session_of(2));
}

TEST_F(Fold, a_record_that_cannot_be_read_is_counted_and_the_rest_goes_on) {
    ASSERT_TRUE(journal_.append("no record"));
    write(event::Record::Kind::event, 1, 5, "no event");
    write_view(1, 10);
    tick(60'000);
    FoldLoop loop = make();
    fold_all(loop);
    EXPECT_EQ(counters_.counter("playhead_records_undecodable_total", "", "").value(), 2U);
    EXPECT_NE(loop.unstored(session_of(1)), nullptr);
}

TEST_F(Fold, a_batch_that_cannot_be_read_is_counted_and_the_rest_goes_on) {
    write(event::Record::Kind::batch, 1, 5, "no batch");
    write(event::Record::Kind::batch, 2, 6, R"([{"eventType":"play"}])");
    write_view(3, 10);
    tick(60'000);
    FoldLoop loop = make();
    fold_all(loop);
    EXPECT_EQ(counters_.counter("playhead_records_undecodable_total", "", "").value(), 2U);
    EXPECT_NE(loop.unstored(session_of(3)), nullptr);
}

TEST_F(Fold, changed_rules_hold_from_their_record_on) {
    const session::Rules shorter{.inactivity_ms = 1'000, .end_grace_ms = 1'000};
    write_view(1, 0);
    tick(12'000);  // within the grace of five seconds
    write(event::Record::Kind::rules, 0, 12'000, encode_rules(shorter));
    tick(12'001);  // beyond the grace of one second
    write(event::Record::Kind::session_start, 2, 20'000, start_body(noon + 20'000));
    tick(21'001);
    FoldLoop loop = make();
    fold_all(loop);
    EXPECT_NE(loop.unstored(session_of(1)), nullptr);
    ASSERT_NE(loop.unstored(session_of(2)), nullptr);
    EXPECT_EQ(loop.unstored(session_of(2))->close_reason, session::CloseReason::inactivity);
    EXPECT_EQ(loop.unstored(session_of(2))->close_ts, noon + 21'000);
}

TEST_F(Fold, what_the_store_has_can_become_known_late) {
    write_view(1, 0);
    tick(60'000);
    const uint64_t stored = journal_.reader()->end();
    write_view(2, 120'000);
    tick(180'000);
    FoldLoop loop = make(0);
    fold_all(loop);
    const auto batches = handed_over();
    ASSERT_EQ(batches.size(), 1U);
    ASSERT_EQ(batches[0]->rows.size(), 2U);
    ASSERT_EQ(batches[0]->closed_by.size(), 2U);
    EXPECT_LT(batches[0]->closed_by[0], stored);
    EXPECT_GE(batches[0]->closed_by[1], stored);
    loop.stored(journal_.reader()->end());
    fold_all(loop);
    EXPECT_EQ(loop.unstored(session_of(1)), nullptr);
    EXPECT_TRUE(loop.flush());
    EXPECT_TRUE(handed_over().empty());
}

TEST_F(Fold, a_replay_behind_the_store_hands_nothing_over) {
    write_view(1, 0);
    tick(60'000);
    const uint64_t stored = journal_.reader()->end() + 1;
    FoldLoop loop = make(stored);
    fold_all(loop);
    EXPECT_TRUE(loop.flush());
    EXPECT_TRUE(handed_over().empty());
}

TEST_F(Fold, a_list_of_what_is_not_stored_is_newest_first_and_limited) {
    FoldLoop loop = make();
    for (uint8_t session = 1; session <= 4; ++session) {
        write_view(session, session * 60'000);
        tick(session * 60'000 + 30'000);
        fold_all(loop);
    }
    const auto rows = loop.newest_unstored({}, session_of(4), 2);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].id, session_of(3));
    EXPECT_EQ(rows[1].id, session_of(2));
    EXPECT_TRUE(rows[0].offsets.empty());
    EXPECT_EQ(loop.newest_unstored({}, std::nullopt, 10).size(), 4U);
}

TEST_F(Fold, questions_wait_until_the_journal_was_read_again) {
    for (int64_t i = 0; i < 2'000; ++i) tick(i);
    FoldLoop loop = make();
    bool answered = false;
    ASSERT_TRUE(loop.ask([&](const FoldLoop&) { answered = true; }));
    ASSERT_TRUE(loop.step());
    EXPECT_FALSE(answered);
    EXPECT_FALSE(loop.caught_up());
    fold_all(loop);
    EXPECT_TRUE(answered);
    EXPECT_TRUE(loop.caught_up());
}

TEST_F(Fold, questions_are_answered_between_rounds_and_bounded) {
    FoldLoop loop = make();
    size_t answered = 0;
    size_t taken = 0;
    while (loop.ask([&](const FoldLoop&) { ++answered; })) ++taken;
    EXPECT_EQ(answered, 0U);
    EXPECT_GT(taken, 0U);
    fold_all(loop);
    EXPECT_EQ(answered, taken);
    EXPECT_TRUE(loop.ask([](const FoldLoop&) {}));
}

TEST_F(Fold, what_is_watched_now_has_all_that_was_committed_before_the_question) {
    FoldLoop loop = make();
    fold_all(loop);
    for (int64_t i = 0; i < 1'200; ++i) tick(i);
    write(event::Record::Kind::session_start, 1, 2'000, start_body(noon + 2'000));
    std::optional<session::LiveView> seen;
    ASSERT_TRUE(loop.ask_live({.by = session::live_dimension("media.channel"), .limit = 1},
                              noon + 3'000,
                              [&](session::LiveView view) { seen = std::move(view); }));
    ASSERT_TRUE(*loop.step());
    EXPECT_FALSE(seen) << "one round does not come so far";
    fold_all(loop);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->at, noon + 3'000);
    EXPECT_EQ(seen->counts.sessions, 1U);
    EXPECT_EQ(seen->values.at(0).value, "c");
}

TEST_F(Fold, questions_for_what_is_watched_now_are_bounded) {
    FoldLoop loop = make();
    size_t answered = 0;
    size_t taken = 0;
    while (loop.ask_live({}, noon, [&](const session::LiveView&) { ++answered; })) ++taken;
    EXPECT_EQ(taken, 256U);
    EXPECT_EQ(answered, 0U);
    fold_all(loop);
    EXPECT_EQ(answered, taken);
    EXPECT_TRUE(loop.ask_live({}, noon, [](const session::LiveView&) {}));
}

}  // namespace
}  // namespace playhead::app
