// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "session/row.h"

// Rows for the tests and the benchmark of the store.
namespace playhead::store {

// An id that sorts by `number`.
event::SessionId sample_id(uint64_t number);

// A closed session like most of them: eleven dimensions, one ad, no chapter.
session::SessionRow ordinary_row(uint64_t number);

// Every member set to another value that is hard to keep: text beyond ASCII, quotes, empty text, a
// zero byte, the largest and smallest integers, fractions, several ads, chapters, states and
// errors.
session::SessionRow difficult_row(uint64_t number);

}  // namespace playhead::store
