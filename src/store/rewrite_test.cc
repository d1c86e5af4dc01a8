// SPDX-License-Identifier: Apache-2.0
#include "store/rewrite.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "base/digest.h"
#include "store/duckdb_store.h"
#include "store/sample_rows.h"
#include "store/scratch_folder.h"

namespace playhead::store {
namespace {

using sample::ordinary_row;
using sample::sample_id;

// Of every file of the folder.
std::string all_bytes(const std::string& folder) {
    std::string bytes;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream file(entry.path(), std::ios::binary);
        bytes.append(std::istreambuf_iterator<char>(file), {});
    }
    return bytes;
}

std::string mark_of(const event::SessionId& id) {
    base::Sha256Stream stream;
    stream.add(id.text());
    return base::hex(stream.digest()).substr(0, 32);
}

// A row that says everything of a person that a row can.
session::SessionRow row_of_person(uint64_t number, const std::string& person) {
    session::SessionRow row = ordinary_row(number);
    row.dimensions = {{event::Parameter::visitor_marketing_cloud_user_id, person}};
    row.custom_metadata = {{"who", person}};
    row.external_errors = {person};
    row.error_count = 1;
    return row;
}

TEST(RewriteStore, a_deleted_person_is_in_no_byte_of_the_folder) {
    const ScratchFolder folder;
    const std::string path = folder.path() + "/it's a store.duckdb";
    const std::string person = "person-0123456789";
    auto store = DuckdbStore::open(path, {});
    ASSERT_TRUE(store);
    auto writer = *store->writer();
    std::vector<session::SessionRow> rows;
    for (uint64_t i = 1; i <= 3000; ++i) {
        rows.push_back(i % 1000 == 0 ? row_of_person(i, person)
                                     : row_of_person(i, "another-" + std::to_string(i)));
    }
    ASSERT_TRUE(writer->write(rows, 10));
    const std::vector marks{mark_of(sample_id(1000)), mark_of(sample_id(2000)),
                            mark_of(sample_id(3000))};
    ASSERT_TRUE(writer->erase({.id = "e", .erased_at = 1, .sessions = 3}, marks, 20));
    EXPECT_NE(all_bytes(folder.path()).find(person), std::string::npos)
        << "then the rewriting would not be needed";

    ASSERT_TRUE(copy_rows(path, rewriting_path(path)));
    writer.reset();
    store = base::fail(base::ErrorCode::stopped, "");
    const auto placed = put_in_place(rewriting_path(path), path);
    ASSERT_TRUE(placed) << placed.error().what;
    EXPECT_EQ(all_bytes(folder.path()).find(person), std::string::npos);

    store = DuckdbStore::open(path, {});
    ASSERT_TRUE(store);
    auto reader = *store->reader();
    EXPECT_EQ(*(*store->writer())->offset(), 20U);
    EXPECT_EQ(reader->session(sample_id(1000))->has_value(), false);
    EXPECT_EQ(**reader->session(sample_id(1001)), rows[1000]);
    EXPECT_EQ(reader->erasures()->size(), 1U);
}

TEST(RewriteStore, what_an_attempt_has_left_is_no_hindrance) {
    const ScratchFolder folder;
    const std::string path = folder.path() + "/store.duckdb";
    {
        ASSERT_TRUE(DuckdbStore::open(path, {}));
    }
    std::ofstream(rewriting_path(path)) << "half a copy";
    std::ofstream(rewriting_path(path) + ".wal") << "half a log";
    ASSERT_TRUE(copy_rows(path, rewriting_path(path)));
    ASSERT_TRUE(put_in_place(rewriting_path(path), path));
    EXPECT_TRUE(DuckdbStore::open(path, {}));
}

TEST(RewriteStore, a_copy_that_fails_leaves_nothing) {
    const ScratchFolder folder;
    const std::string path = folder.path() + "/store.duckdb";
    EXPECT_FALSE(copy_rows(path, rewriting_path(path)));
    EXPECT_FALSE(std::filesystem::exists(rewriting_path(path)));
}

TEST(RewriteStore, a_copy_takes_no_place_beside_a_log) {
    const ScratchFolder folder;
    const std::string path = folder.path() + "/store.duckdb";
    {
        ASSERT_TRUE(DuckdbStore::open(path, {}));
    }
    ASSERT_TRUE(copy_rows(path, rewriting_path(path)));
    std::ofstream(path + ".wal") << "rows";
    const auto placed = put_in_place(rewriting_path(path), path);
    ASSERT_FALSE(placed);
    EXPECT_EQ(placed.error().code, base::ErrorCode::busy);
}

}  // namespace
}  // namespace playhead::store
