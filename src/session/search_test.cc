// SPDX-License-Identifier: Apache-2.0
#include "session/search.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "session/table.h"

namespace playhead::session {
namespace {

using event::EventType;
using event::Parameter;

event::SessionId id_of(uint8_t number) {
    event::SessionId id;
    id.bytes[0] = number;
    id.bytes[8] = number;
    return id;
}

class SearchTest : public testing::Test {
  protected:
    void start(uint8_t number, std::vector<event::ParameterValue> params = {},
               std::vector<event::Metadata> metadata = {}) {
        event::Event event;
        event.params = std::move(params);
        event.custom_metadata = std::move(metadata);
        send(number, EventType::session_start, std::move(event));
    }

    void send(uint8_t number, EventType type, event::Event event = {}) {
        event.type = type;
        event.ts = ++now_;
        event.fingerprint = static_cast<uint64_t>(now_);
        const Arrival arrival{.offset = static_cast<uint64_t>(now_),
                              .received_at = 1'000 * now_,
                              .uptime_ms = now_,
                              .session = id_of(number)};
        if (type == EventType::session_start) {
            table_.start(arrival, event, output_);
        } else {
            table_.arrive(arrival, event, output_);
        }
    }

    // The numbers of those that are found, in pieces of `work`.
    std::vector<int> numbers(Search search, size_t work = 1) const {
        while (!search.has_ended) table_.go_on(search, work);
        std::vector<int> numbers;
        for (const SessionRow& row : search.found) numbers.push_back(row.id.bytes[0]);
        return numbers;
    }

    std::vector<int> numbers(const SessionFilter& filter, size_t limit = 10) const {
        return numbers(Search{.filter = filter, .limit = limit});
    }

    static event::ParameterValue text(Parameter name, std::string_view value) {
        return {name, value, 0, 0};
    }

    Table table_{Rules()};
    Output output_;
    int64_t now_ = 0;
};

using Numbers = std::vector<int>;

TEST_F(SearchTest, finds_the_newest_first_from_any_point) {
    for (uint8_t i = 1; i <= 5; ++i) start(i);
    for (const size_t work : {size_t{1}, size_t{40}, size_t{1'000'000}}) {
        EXPECT_EQ(numbers({.limit = 3}, work), (Numbers{5, 4, 3}));
        EXPECT_EQ(numbers({.before = id_of(3), .limit = 3}, work), (Numbers{2, 1}));
        EXPECT_EQ(numbers({.before = id_of(1), .limit = 3}, work), Numbers());
        EXPECT_EQ(numbers({.limit = 0}, work), Numbers());
    }
}

TEST_F(SearchTest, says_whether_all_were_looked_at) {
    for (uint8_t i = 1; i <= 3; ++i) start(i);
    Search all{.limit = 4};
    while (!all.has_ended) table_.go_on(all, 1);
    EXPECT_TRUE(all.is_complete);
    Search some{.limit = 2};
    while (!some.has_ended) table_.go_on(some, 1);
    EXPECT_FALSE(some.is_complete);
    EXPECT_EQ(some.before, id_of(2));
}

TEST_F(SearchTest, one_that_takes_too_long_ends_where_it_is) {
    for (uint8_t i = 1; i <= 5; ++i) start(i);
    Search search{.limit = 5, .work_left = 2 * Search::row_work};
    while (!search.has_ended) table_.go_on(search, 1);
    EXPECT_EQ(search.found.size(), 2U);
    EXPECT_FALSE(search.is_complete);
    EXPECT_EQ(search.before, id_of(4));
    EXPECT_EQ(numbers({.before = search.before, .limit = 5}), (Numbers{3, 2, 1}));
}

TEST_F(SearchTest, goes_on_when_the_session_where_it_stands_has_gone) {
    for (uint8_t i = 1; i <= 4; ++i) start(i);
    Search search{.limit = 9};
    table_.go_on(search, 1);
    table_.erase([](const event::SessionId& id) { return id.bytes[0] == 4 || id.bytes[0] == 2; });
    while (!search.has_ended) table_.go_on(search, 1);
    Numbers found;
    for (const SessionRow& row : search.found) found.push_back(row.id.bytes[0]);
    EXPECT_EQ(found, (Numbers{4, 3, 1}));
}

TEST_F(SearchTest, finds_by_what_a_start_says) {
    start(1, {text(Parameter::media_id, "a film"), text(Parameter::analytics_aid, "anna")},
          {{"plan", "gold"}});
    start(
        2,
        {text(Parameter::media_id, "b"), text(Parameter::visitor_marketing_cloud_user_id, "anna")},
        {{"plan", "silver"}, {"plan", "gold"}});
    start(3, {text(Parameter::media_id, "a film"), text(Parameter::media_name, "anna")},
          {{"plan", "gold"}, {"plan", "silver"}});
    EXPECT_EQ(numbers({.viewer = "anna"}), (Numbers{2, 1}));
    EXPECT_EQ(numbers({.viewer = id_of(3).text()}), (Numbers{3}));
    EXPECT_EQ(numbers({.viewer = "nobody at all"}), Numbers());
    EXPECT_EQ(numbers({.dimensions = {{Parameter::media_id, "a film"}}}), (Numbers{3, 1}));
    EXPECT_EQ(numbers({.dimensions = {{Parameter::media_id, "b"}}}), (Numbers{2}));
    EXPECT_EQ(numbers({.viewer = "anna", .dimensions = {{Parameter::media_id, "a film"}}}),
              (Numbers{1}));
    EXPECT_EQ(numbers({.custom_metadata = {{"plan", "gold"}}}), (Numbers{2, 1}))
        << "of equal keys the last counts";
}

TEST_F(SearchTest, finds_by_state_time_and_verdicts) {
    start(1);
    start(2);
    start(3);
    send(2, EventType::ad_complete);
    send(3, EventType::play);
    EXPECT_EQ(numbers({.open = true}), (Numbers{3, 2, 1}));
    EXPECT_EQ(numbers({.open = false}), Numbers());
    EXPECT_EQ(numbers({.from = 2'000}), (Numbers{3, 2}));
    EXPECT_EQ(numbers({.to = 2'000}), (Numbers{1}));
    EXPECT_EQ(numbers({.outcome = Outcome::ignored}), (Numbers{2}))
        << "the reorder window holds it still";
    EXPECT_EQ(numbers({.verdict = VerdictCode::ad_not_running}), (Numbers{2}));
    EXPECT_EQ(numbers({.outcome = Outcome::used, .verdict = VerdictCode::ad_not_running}),
              Numbers());
}

}  // namespace
}  // namespace playhead::session
