// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <limits>
#include <thread>

#include <gtest/gtest.h>

#include "base/check.h"
#include "base/digest.h"
#include "store/duckdb_store.h"
#include "store/memory_store.h"
#include "store/sample_rows.h"
#include "store/scratch_folder.h"

// The conformance suite of the seam: each implementation passes all of it.
namespace playhead::store {
namespace {

using sample::difficult_row;
using sample::ordinary_row;
using sample::sample_id;

using session::SessionRow;

// One implementation, opened empty.
class Store {
  public:
    virtual ~Store() = default;

    virtual Writer& writer() = 0;
    virtual std::unique_ptr<Reader> reader() = 0;
};

class InMemory final : public Store {
  public:
    Writer& writer() override { return store_; }

    std::unique_ptr<Reader> reader() override { return std::make_unique<View>(store_); }

  private:
    struct View final : Reader {
        explicit View(MemoryStore& store) : store_(store) {}

        base::Result<std::optional<SessionRow>> session(const event::SessionId& id) override {
            return store_.session(id);
        }

        base::Result<std::vector<SessionRow>> sessions(
            const session::SessionFilter& filter, const std::optional<event::SessionId>& before,
            size_t limit) override {
            return store_.sessions(filter, before, limit);
        }

        base::Result<std::vector<SessionRow>> sessions_with_details(
            const std::optional<event::SessionId>& before, size_t limit) override {
            return store_.sessions_with_details(before, limit);
        }

        base::Result<std::vector<ViewerSession>> sessions_of_viewer(std::string_view id,
                                                                    size_t limit) override {
            return store_.sessions_of_viewer(id, limit);
        }

        base::Result<std::vector<Erasure>> erasures() override { return store_.erasures(); }

        MemoryStore& store_;
    };

    MemoryStore store_;
};

class InDuckdb final : public Store {
  public:
    InDuckdb() : store_(DuckdbStore::open(folder_.path() + "/store.duckdb", {})) {
        CHECK(store_);
        auto writer = store_->writer();
        CHECK(writer);
        writer_ = *std::move(writer);
    }

    Writer& writer() override { return *writer_; }

    std::unique_ptr<Reader> reader() override {
        auto reader = store_->reader();
        CHECK(reader);
        return *std::move(reader);
    }

  private:
    ScratchFolder folder_;
    base::Result<DuckdbStore> store_;
    std::unique_ptr<Writer> writer_;
};

template <class Implementation>
class StoreTest : public testing::Test {
  protected:
    void write(std::vector<SessionRow> rows, uint64_t offset) {
        const auto written = store_.writer().write(rows, offset);
        ASSERT_TRUE(written) << written.error().what;
    }

    std::optional<SessionRow> read(uint64_t number) {
        const auto row = reader_->session(sample_id(number));
        EXPECT_TRUE(row) << row.error().what;
        return row ? *row : std::nullopt;
    }

    std::vector<SessionRow> page(std::optional<uint64_t> before, size_t limit) {
        std::optional<event::SessionId> id;
        if (before) id = sample_id(*before);
        const auto rows = reader_->sessions({}, id, limit);
        EXPECT_TRUE(rows) << rows.error().what;
        return rows ? *rows : std::vector<SessionRow>{};
    }

    std::vector<uint64_t> numbers(std::optional<uint64_t> before, size_t limit) {
        std::vector<uint64_t> numbers;
        for (const SessionRow& row : page(before, limit)) {
            numbers.push_back(static_cast<uint64_t>(row.id.created_ms() - sample::start) / 10);
        }
        return numbers;
    }

    // As Writer::erase wants it.
    static std::string mark(uint64_t number) {
        base::Sha256Stream stream;
        stream.add(sample_id(number).text());
        return base::hex(stream.digest()).substr(0, 32);
    }

    static Erasure erasure(const std::string& id) {
        return {.id = id,
                .erased_at = 11,
                .sessions = 2,
                .records = 30,
                .rows = 7,
                .journal_offset = 99};
    }

    Implementation store_;
    std::unique_ptr<Reader> reader_ = store_.reader();
};

using Implementations = testing::Types<InMemory, InDuckdb>;

class Names {
  public:
    template <class T>
    static std::string GetName(int /*index*/) {
        return std::is_same_v<T, InMemory> ? "memory" : "duckdb";
    }
};

TYPED_TEST_SUITE(StoreTest, Implementations, Names);

SessionRow as_listed(SessionRow row) {
    return session::without_details(std::move(row));
}

TYPED_TEST(StoreTest, is_empty_at_first) {
    EXPECT_EQ(this->store_.writer().offset(), 0U);
    EXPECT_FALSE(this->read(1));
    EXPECT_TRUE(this->page(std::nullopt, 10).empty());
}

TYPED_TEST(StoreTest, gives_a_page_with_all_details) {
    EXPECT_TRUE(this->reader_->sessions_with_details(std::nullopt, 10)->empty());
    SessionRow bare = ordinary_row(3);
    bare.ads.clear();
    this->write({ordinary_row(1), difficult_row(2), bare, difficult_row(4)}, 10);
    EXPECT_EQ(*this->reader_->sessions_with_details(std::nullopt, 3),
              (std::vector{difficult_row(4), bare, difficult_row(2)}));
    EXPECT_EQ(*this->reader_->sessions_with_details(sample_id(2), 3), std::vector{ordinary_row(1)});
}

TYPED_TEST(StoreTest, gives_back_an_ordinary_row) {
    this->write({ordinary_row(1)}, 10);
    EXPECT_EQ(this->read(1), ordinary_row(1));
    EXPECT_EQ(this->page(std::nullopt, 10), std::vector{as_listed(ordinary_row(1))});
    EXPECT_EQ(this->store_.writer().offset(), 10U);
}

TYPED_TEST(StoreTest, gives_back_every_member_of_a_difficult_row) {
    this->write({difficult_row(1)}, 10);
    EXPECT_EQ(this->read(1), difficult_row(1));
    EXPECT_EQ(this->page(std::nullopt, 10), std::vector{as_listed(difficult_row(1))});
}

TYPED_TEST(StoreTest, gives_back_a_row_in_which_nothing_is_set) {
    SessionRow row;
    row.id = sample_id(1);
    row.close_reason = session::CloseReason::idle;
    this->write({row}, 1);
    EXPECT_EQ(this->read(1), row);
}

TYPED_TEST(StoreTest, keeps_every_reason_of_a_close) {
    using session::CloseReason;
    uint64_t number = 0;
    for (const CloseReason reason : {CloseReason::session_end, CloseReason::inactivity,
                                     CloseReason::idle, CloseReason::batch_end}) {
        SessionRow row = ordinary_row(++number);
        row.close_reason = reason;
        this->write({row}, number);
        EXPECT_EQ(this->read(number)->close_reason, reason);
    }
}

TYPED_TEST(StoreTest, gives_back_dimensions_in_the_order_of_parameters) {
    SessionRow row = ordinary_row(1);
    std::swap(row.dimensions.front(), row.dimensions.back());
    this->write({row}, 1);
    EXPECT_EQ(this->read(1)->dimensions, ordinary_row(1).dimensions);
}

TYPED_TEST(StoreTest, does_not_mix_the_parts_of_sessions) {
    this->write({difficult_row(1), ordinary_row(2), difficult_row(3)}, 1);
    EXPECT_EQ(this->read(1), difficult_row(1));
    EXPECT_EQ(this->read(2), ordinary_row(2));
    EXPECT_EQ(this->read(3), difficult_row(3));
    EXPECT_EQ(this->page(std::nullopt, 10),
              (std::vector{as_listed(difficult_row(3)), as_listed(ordinary_row(2)),
                           as_listed(difficult_row(1))}));
}

TYPED_TEST(StoreTest, keeps_the_offset_when_no_row_comes_with_it) {
    this->write({}, 7);
    EXPECT_EQ(this->store_.writer().offset(), 7U);
    this->write({}, 7);
    EXPECT_EQ(this->store_.writer().offset(), 7U);
    this->write({}, std::numeric_limits<uint64_t>::max());
    EXPECT_EQ(this->store_.writer().offset(), std::numeric_limits<uint64_t>::max());
}

TYPED_TEST(StoreTest, stops_when_the_offset_would_go_back) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    this->write({}, 7);
    EXPECT_DEATH(static_cast<void>(this->store_.writer().write({}, 6)), "offset");
}

TYPED_TEST(StoreTest, gives_pages_from_the_newest_to_the_oldest) {
    this->write({ordinary_row(3), ordinary_row(1)}, 1);
    this->write({ordinary_row(2), ordinary_row(5), ordinary_row(4)}, 2);
    using Numbers = std::vector<uint64_t>;
    EXPECT_EQ(this->numbers(std::nullopt, 2), (Numbers{5, 4}));
    EXPECT_EQ(this->numbers(4, 2), (Numbers{3, 2}));
    EXPECT_EQ(this->numbers(2, 2), (Numbers{1}));
    EXPECT_EQ(this->numbers(1, 2), (Numbers{}));
    EXPECT_EQ(this->numbers(std::nullopt, 0), (Numbers{}));
    EXPECT_EQ(this->numbers(std::nullopt, 4), (Numbers{5, 4, 3, 2}));
    EXPECT_EQ(this->numbers(std::nullopt, 5), (Numbers{5, 4, 3, 2, 1}));
    EXPECT_EQ(this->numbers(std::nullopt, 6), (Numbers{5, 4, 3, 2, 1}));
    EXPECT_EQ(this->numbers(100, 6), (Numbers{5, 4, 3, 2, 1}));
}

TYPED_TEST(StoreTest, gives_the_newest_session_even_with_the_largest_id) {
    SessionRow row = ordinary_row(1);
    row.id.bytes.fill(0xff);
    this->write({row}, 1);
    EXPECT_EQ(this->page(std::nullopt, 1).size(), 1U);
}

TYPED_TEST(StoreTest, shows_readers_whole_writes_only) {
    constexpr uint64_t writes = 50;
    constexpr uint64_t rows_a_write = 20;
    std::atomic<bool> done = false;
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i) {
        readers.emplace_back([&done, reader = this->store_.reader()] {
            size_t seen = 0;
            bool last_round = false;
            while (!last_round) {
                last_round = done.load();
                const auto rows = reader->sessions({}, std::nullopt, writes * rows_a_write + 1);
                ASSERT_TRUE(rows);
                ASSERT_EQ(rows->size() % rows_a_write, 0U);
                ASSERT_GE(rows->size(), seen);
                seen = rows->size();
                if (rows->empty()) continue;
                const auto row = reader->session(rows->front().id);
                ASSERT_TRUE(row && *row);
                ASSERT_EQ((*row)->ads.size(), 1U);
            }
            EXPECT_EQ(seen, writes * rows_a_write);
        });
    }
    for (uint64_t write = 0; write < writes; ++write) {
        std::vector<SessionRow> rows;
        for (uint64_t i = 0; i < rows_a_write; ++i) {
            rows.push_back(ordinary_row(write * rows_a_write + i));
        }
        this->write(rows, write);
    }
    done = true;
    for (std::thread& reader : readers) reader.join();
}

TYPED_TEST(StoreTest, holds_a_hundred_thousand_rows) {
    constexpr uint64_t total = 100'000;
    constexpr uint64_t rows_a_write = 20'000;
    for (uint64_t first = 0; first < total; first += rows_a_write) {
        std::vector<SessionRow> rows;
        for (uint64_t i = first; i < first + rows_a_write; ++i) rows.push_back(ordinary_row(i));
        this->write(rows, first + rows_a_write);
    }
    EXPECT_EQ(this->read(0), ordinary_row(0));
    EXPECT_EQ(this->read(77'777), ordinary_row(77'777));
    EXPECT_FALSE(this->read(total));

    uint64_t seen = 0;
    uint64_t before = total;
    while (true) {
        const std::vector<uint64_t> numbers = this->numbers(before, 10'000);
        if (numbers.empty()) break;
        for (const uint64_t number : numbers) ASSERT_EQ(number, --before);
        seen += numbers.size();
    }
    EXPECT_EQ(seen, total);
    EXPECT_EQ(this->store_.writer().offset(), total);
}

TYPED_TEST(StoreTest, an_erasure_takes_all_rows_of_its_sessions_and_no_others) {
    this->write({difficult_row(1), ordinary_row(2), difficult_row(3)}, 5);
    const std::vector marks{this->mark(1), this->mark(2), this->mark(77)};
    ASSERT_TRUE(this->store_.writer().erase(this->erasure("e"), marks, 9));
    EXPECT_EQ(*this->store_.writer().offset(), 9U);
    EXPECT_EQ(this->read(1), std::nullopt);
    EXPECT_EQ(this->read(2), std::nullopt);
    EXPECT_EQ(this->read(3), difficult_row(3));
    EXPECT_EQ(*this->reader_->erasures(), std::vector{this->erasure("e")});
    // The id may come again: nothing of the old session is there.
    this->write({ordinary_row(1)}, 10);
    EXPECT_EQ(this->read(1), ordinary_row(1));
}

TYPED_TEST(StoreTest, an_erasure_is_kept_once_and_gets_an_end) {
    Writer& writer = this->store_.writer();
    ASSERT_TRUE(writer.erase(this->erasure("first"), {}, 1));
    Erasure later = this->erasure("later");
    later.journal_offset = 200;
    ASSERT_TRUE(writer.erase(later, {}, 2));
    ASSERT_TRUE(writer.finish_erasure("first", 44, 3));
    ASSERT_TRUE(writer.finish_erasure("unknown", 44, 4));
    ASSERT_TRUE(writer.erase(this->erasure("first"), {}, 5));
    Erasure finished = this->erasure("first");
    finished.finished_at = 44;
    EXPECT_EQ(*this->reader_->erasures(), (std::vector{later, finished}));
    EXPECT_EQ(*writer.offset(), 5U);
}

// Many rows of few values, so that each filter has some and not all.
std::vector<SessionRow> mixed_rows() {
    using P = event::Parameter;
    using session::VerdictCode;
    const std::string names[] = {"", "anna", "a film", sample::quotes};
    std::vector<SessionRow> rows;
    for (uint64_t number = 1; number <= 96; ++number) {
        SessionRow row;
        row.id = sample_id(number);
        row.close_reason = session::CloseReason::session_end;
        row.first_received_at = static_cast<int64_t>(1'000 + number);
        row.dimensions = {{P::media_id, names[number % 4]}, {P::analytics_aid, names[number % 3]}};
        if (number % 5 == 0) row.dimensions.push_back({P::media_pass_mvpd, names[number % 4]});
        if (number % 2 == 0) row.custom_metadata = {{"it's", names[number % 4]}};
        const auto verdict = number % 3 == 0 ? VerdictCode::ad_outside_break : VerdictCode::used;
        row.events = {{event::EventType::session_start, VerdictCode::used, 1, 1},
                      {event::EventType::ad_start, verdict, 2, 7}};
        if (number % 7 == 0) row.events.clear();
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<session::SessionFilter> mixed_filters() {
    using P = event::Parameter;
    using session::Outcome;
    using session::VerdictCode;
    std::vector<session::SessionFilter> filters = {
        {.open = false},
        {.open = true},
        {.viewer = "anna"},
        {.viewer = sample_id(7).text()},
        {.dimensions = {{P::media_id, sample::quotes}}},
        {.dimensions = {{P::media_id, ""}}},
        {.dimensions = {{P::media_pass_mvpd, "anna"}, {P::media_id, "anna"}}},
        {.custom_metadata = {{"it's", "a film"}}},
        {.custom_metadata = {{"its", "a film"}}},
        {.from = 1'010},
        {.to = 1'010},
        {.from = 1'010, .to = 1'020},
        {.outcome = Outcome::ignored},
        {.outcome = Outcome::late},
        {.verdict = VerdictCode::ad_outside_break},
        {.outcome = Outcome::used, .verdict = VerdictCode::ad_outside_break},
        {.viewer = "anna", .from = 1'050, .verdict = VerdictCode::used},
    };
    return filters;
}

TYPED_TEST(StoreTest, finds_the_sessions_that_pass_a_filter) {
    std::vector<SessionRow> rows = mixed_rows();
    this->write(rows, 1);
    std::ranges::reverse(rows);
    size_t found_by_all = 0;
    for (const session::SessionFilter& filter : mixed_filters()) {
        std::vector<event::SessionId> expected;
        for (const SessionRow& row : rows) {
            if (session::passes(filter, row)) expected.push_back(row.id);
        }
        const auto found = this->reader_->sessions(filter, std::nullopt, 1'000);
        ASSERT_TRUE(found) << found.error().what;
        std::vector<event::SessionId> ids;
        for (const SessionRow& row : *found) ids.push_back(row.id);
        EXPECT_EQ(ids, expected);
        found_by_all += expected.empty() ? 0 : 1;
        if (expected.size() < 2) continue;
        const auto second = this->reader_->sessions(filter, expected[0], 1);
        ASSERT_TRUE(second);
        ASSERT_EQ(second->size(), 1U);
        EXPECT_EQ(second->front().id, expected[1]);
    }
    EXPECT_EQ(found_by_all, 13U);
}

TYPED_TEST(StoreTest, finds_the_sessions_of_a_viewer_by_each_of_its_ids) {
    using P = event::Parameter;
    uint64_t number = 0;
    for (const P parameter : {P::visitor_marketing_cloud_user_id, P::analytics_visitor_id,
                              P::analytics_aid, P::app_installation_id}) {
        SessionRow row = difficult_row(++number);
        row.dimensions = {{parameter, "the viewer"}};
        this->write({row}, number);
        const auto found = this->reader_->sessions_of_viewer("the viewer", 100);
        ASSERT_TRUE(found) << found.error().what;
        ASSERT_EQ(found->size(), number);
    }
    SessionRow other = ordinary_row(9);
    other.dimensions = {{P::visitor_marketing_cloud_user_id, "the viewer's friend"},
                        {P::media_id, "the viewer"}};
    this->write({other}, 9);
    EXPECT_EQ(this->reader_->sessions_of_viewer("the viewer", 100)->size(), 4U);
    EXPECT_EQ(this->reader_->sessions_of_viewer("the viewer", 3)->size(), 3U);
    EXPECT_EQ(this->reader_->sessions_of_viewer("nobody", 100)->size(), 0U);

    const auto by_session = this->reader_->sessions_of_viewer(sample_id(9).text(), 100);
    ASSERT_EQ(by_session->size(), 1U);
    const ViewerSession expected = viewer_session(other);
    EXPECT_EQ(by_session->front().id, expected.id);
    EXPECT_EQ(by_session->front().first_offset, expected.first_offset);
    EXPECT_EQ(by_session->front().records, expected.records);
    EXPECT_EQ(by_session->front().rows, expected.rows);
}

}  // namespace
}  // namespace playhead::store
