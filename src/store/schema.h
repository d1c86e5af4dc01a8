// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "session/row.h"
#include "store/database.h"

// The tables of the store, said once: the statements that make them, what is written and what is
// read all follow from the columns listed in schema.cc. Meaning of each: docs/format/store.md.
namespace playhead::store {

// Grows with every change of the tables. A store with a smaller number is brought to this one when
// it is opened, one with a larger number is not opened.
constexpr uint64_t schema_number = 4;

// One column of a table whose rows are `Row`s.
template <class Row>
struct Column {
    const char* name;
    const char* type;  // as in CREATE TABLE
    void (*append)(Appender&, const Row&);
    // Sets the member from the column at this place of the current row; false when no writer of
    // ours put that there.
    bool (*read)(const Answer&, size_t place, Row&);
};

// Columns of `sessions`; the first is session_id.
std::span<const Column<session::SessionRow>> session_columns();

// Those without the last ones, which may be long: spans, events and offsets.
std::span<const Column<session::SessionRow>> listed_session_columns();

// Columns of `ads`, `chapters` and `states` after the first two, which are session_id and position
// (the place in the row's vector, from 0).
std::span<const Column<session::AdRow>> ad_columns();
std::span<const Column<session::ChapterRow>> chapter_columns();
std::span<const Column<session::StateRow>> state_columns();

// Values of errors.source.
constexpr std::string_view player_sdk_source = "player";
constexpr std::string_view external_source = "external";

// The names of `columns`, separated by commas.
template <class Row>
std::string names_of(std::span<const Column<Row>> columns) {
    std::string names;
    for (const Column<Row>& column : columns) {
        if (!names.empty()) names += ", ";
        names += column.name;
    }
    return names;
}

// Statements that make an empty store, with its views and its one row of `checkpoint`.
std::string create_statements();

// Statements that bring the tables of an older schema (1 to schema_number - 1) to this one. A table
// that got columns is copied, so that an old store has its columns in the order of a new one.
std::string migration_statements(uint64_t from);

}  // namespace playhead::store
