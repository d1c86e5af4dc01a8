// SPDX-License-Identifier: Apache-2.0
#include "app/unrepeated_rows.h"

#include <gtest/gtest.h>

#include "store/memory_store.h"

namespace playhead::app {
namespace {

session::SessionRow row_of(uint8_t number) {
    session::SessionRow row;
    row.id.bytes[0] = number;
    row.close_reason = session::CloseReason::session_end;
    return row;
}

TEST(UnrepeatedRows, once_a_record_is_lost_a_session_that_is_stored_is_not_stored_again) {
    store::MemoryStore store;
    bool lost = false;
    UnrepeatedRows writer(store, store, [&lost] { return lost; });
    const std::vector<session::SessionRow> first{row_of(1), row_of(2)};
    ASSERT_TRUE(writer.write(first, 10));
    lost = true;
    const std::vector<session::SessionRow> second{row_of(2), row_of(3)};
    ASSERT_TRUE(writer.write(second, 20));
    EXPECT_EQ(store.sessions({}, std::nullopt, 10)->size(), 3U);
    EXPECT_EQ(*writer.offset(), 20U);
}

}  // namespace
}  // namespace playhead::app
