// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"

// A DuckDB file keeps the bytes of deleted rows until something else needs their place. What must
// be gone is left out of a copy, which takes the place of the file.
namespace playhead::store {

// STORE.rewriting
std::string rewriting_path(const std::string& store);

// Copies all tables of the store into a new file at `to`, durably; what was there is removed. The
// store may be open in this process, but nothing may be written meanwhile, and it must be closed
// next: to read it here gives up its lock. Error: nothing is left at `to`.
base::Result<void> copy_rows(const std::string& store, const std::string& to);

// Gives the copy the name of the store, which nobody has open, durably. Error: the store is as it
// was.
base::Result<void> put_in_place(const std::string& copy, const std::string& store);

}  // namespace playhead::store
