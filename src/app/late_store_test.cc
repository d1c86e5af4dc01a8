// SPDX-License-Identifier: Apache-2.0
#include "app/late_store.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "store/sample_rows.h"
#include "store/scratch_folder.h"

namespace playhead::app {
namespace {

using store::sample::ordinary_row;
using store::sample::sample_id;

class Late : public testing::Test {
  protected:
    void put_garbage() { std::ofstream(path_) << std::string(100'000, 'x'); }

    store::ScratchFolder folder_;
    const std::string path_ = folder_.path() + "/store.duckdb";
    LateStore store_{path_};
};

TEST_F(Late, is_opened_by_its_writer_and_answers_until_then_that_it_is_away) {
    ASSERT_FALSE(store_.session(sample_id(1)));
    EXPECT_EQ(store_.sessions({}, std::nullopt, 1).error().code, base::ErrorCode::busy);
    EXPECT_EQ(store_.offset(), 0U);
    ASSERT_TRUE(store_.write(std::vector{ordinary_row(1)}, 7));
    EXPECT_EQ(*store_.session(sample_id(1)), ordinary_row(1));
    EXPECT_EQ(store_.sessions_with_details(std::nullopt, 9)->size(), 1U);
    EXPECT_EQ(store_.offset(), 7U);
}

TEST_F(Late, says_what_to_do_about_garbage_and_works_when_that_is_gone) {
    put_garbage();
    const auto refused = store_.offset();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().what.find("playhead rebuild"), std::string::npos);
    EXPECT_FALSE(store_.write({}, 7));
    std::filesystem::remove(path_);
    EXPECT_EQ(store_.offset(), 0U);
}

TEST_F(Late, takes_its_own_rows_again_after_a_failure) {
    store_.limit_to(3);
    ASSERT_TRUE(store_.write(std::vector{ordinary_row(1)}, 5));
    std::vector broken{ordinary_row(2)};
    broken[0].ads[0].id = "\xff";
    EXPECT_FALSE(store_.write(broken, 9));
    EXPECT_EQ(store_.offset(), 5U);
}

TEST_F(Late, writes_whole_or_not_at_all_and_goes_on_after_a_failure) {
    ASSERT_TRUE(store_.write(std::vector{ordinary_row(1)}, 5));
    session::SessionRow broken = ordinary_row(3);
    broken.ads[0].id = "\xff not UTF-8";
    EXPECT_FALSE(store_.write(std::vector{ordinary_row(2), broken}, 9));
    EXPECT_EQ(store_.offset(), 5U);
    EXPECT_EQ(store_.sessions({}, std::nullopt, 9)->size(), 1U);
    ASSERT_TRUE(store_.write(std::vector{ordinary_row(2)}, 9));
    EXPECT_EQ(store_.sessions({}, std::nullopt, 9)->size(), 2U);
}

TEST_F(Late, does_not_take_a_store_that_went_back_or_is_ahead_of_the_journal) {
    ASSERT_TRUE(store_.write(std::vector{ordinary_row(1)}, 5));
    {
        LateStore other(folder_.path() + "/other.duckdb");
        ASSERT_TRUE(other.write(std::vector{ordinary_row(1)}, 4));
    }
    std::vector broken{ordinary_row(2)};
    broken[0].ads[0].id = "\xff";
    EXPECT_FALSE(store_.write(broken, 9));  // closes the file
    std::filesystem::rename(folder_.path() + "/other.duckdb", path_);
    EXPECT_EQ(store_.offset().error().code, base::ErrorCode::damaged);

    LateStore later(path_);
    later.limit_to(3);
    EXPECT_EQ(later.offset().error().code, base::ErrorCode::damaged);
    later.limit_to(4);
    EXPECT_EQ(later.offset(), 4U);
}

}  // namespace
}  // namespace playhead::app
