// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "session/row.h"
#include "store/store.h"

namespace playhead::app {

// What is on its way to the store, with the journal offset that it reflects: rows, or an erasure
// that begins or has finished, or neither.
struct StoreBatch {
    std::vector<session::SessionRow> rows;
    std::vector<uint64_t> closed_by;  // of each row: the offset of the record that closed it
    std::optional<store::Erasure> erasure;
    std::vector<std::string> marks;  // of its sessions, when it begins
    uint64_t offset = 0;
};

// Writes a batch that has an erasure.
base::Result<void> put_erasure(store::Writer& into, const StoreBatch& batch);

}  // namespace playhead::app
