// SPDX-License-Identifier: Apache-2.0
#include "web/session_page.h"

#include <gtest/gtest.h>

namespace playhead::web {
namespace {

using session::CloseReason;
using session::SessionRow;

SessionRow row(uint8_t number, CloseReason reason) {
    SessionRow made;
    made.id.bytes[0] = number;
    made.close_reason = reason;
    return made;
}

SessionRow open(uint8_t number) {
    return row(number, CloseReason::open);
}

SessionRow closed(uint8_t number) {
    return row(number, CloseReason::session_end);
}

TEST(SessionPageTest, is_empty_when_both_lists_are) {
    const SessionPage page = merge_newest_first({}, {}, 10);
    EXPECT_TRUE(page.rows.empty());
    EXPECT_FALSE(page.next);
}

TEST(SessionPageTest, merges_newest_first_whatever_the_order) {
    const SessionPage page =
        merge_newest_first({{open(2), open(5), open(4)}}, {closed(3), closed(1)}, 10);
    EXPECT_EQ(page.rows, (std::vector{open(5), open(4), closed(3), open(2), closed(1)}));
    EXPECT_FALSE(page.next);
}

TEST(SessionPageTest, takes_the_stored_row_of_a_session_that_is_in_both) {
    const SessionPage page = merge_newest_first({{open(2), open(1)}}, {closed(2)}, 10);
    EXPECT_EQ(page.rows, (std::vector{closed(2), open(1)}));
}

TEST(SessionPageTest, cuts_at_the_limit_and_names_the_last_one) {
    const std::vector rows{open(3), open(2), open(1)};
    EXPECT_EQ(merge_newest_first({rows}, {}, 2).rows, (std::vector{open(3), open(2)}));
    EXPECT_EQ(merge_newest_first({rows}, {}, 2).next, open(2).id.text());
    EXPECT_EQ(merge_newest_first({rows}, {}, 3).rows, rows);
    EXPECT_FALSE(merge_newest_first({rows}, {}, 3).next);
    EXPECT_FALSE(merge_newest_first({rows}, {}, 4).next);
}

TEST(SessionPageTest, ends_where_the_open_ones_were_not_looked_at_further) {
    const std::vector stored{closed(5), closed(3), closed(2), closed(1)};
    const SessionPage page = merge_newest_first({{open(4)}, open(3).id}, stored, 10);
    EXPECT_EQ(page.rows, (std::vector{closed(5), open(4), closed(3)}));
    EXPECT_EQ(page.next, open(3).id.text());
    EXPECT_EQ(merge_newest_first({{}, open(9).id}, stored, 10).rows, std::vector<SessionRow>());
    EXPECT_EQ(merge_newest_first({{}, open(9).id}, stored, 10).next, open(9).id.text());
    EXPECT_EQ(merge_newest_first({{open(4)}, open(3).id}, stored, 2).next, open(4).id.text());
}

TEST(SessionPageTest, counts_a_session_in_both_once) {
    const SessionPage page = merge_newest_first({{open(2), open(1)}}, {closed(2), closed(1)}, 2);
    EXPECT_EQ(page.rows, (std::vector{closed(2), closed(1)}));
    EXPECT_FALSE(page.next);
}

}  // namespace
}  // namespace playhead::web
