// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace playhead::store {

struct ParquetColumn {
    std::string name;
    std::string type;  // as SQL calls it
};

// Values as SQL writes them in text; nothing where there is no value.
using ParquetRow = std::vector<std::optional<std::string>>;

// Names and texts that stand in the file beside its rows.
using ParquetNotes = std::vector<std::pair<std::string, std::string>>;

// A table as a file of the format Parquet, in memory. Each row has a value for each column, and all
// texts are UTF-8. Of columns with one name, capitals or not, the later ones get a number. Error
// `full`: it needs more than 256 MiB.
base::Result<std::string> parquet_of(std::span<const ParquetColumn> columns,
                                     std::span<const ParquetRow> rows, const ParquetNotes& notes);

}  // namespace playhead::store
