// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/message.h"
#include "store/parquet.h"

namespace playhead::web {

// How a table is answered.
enum class AnswerFormat : uint8_t { json, csv, parquet };

// What a client would rather have, by its header Accept; JSON when it does not say.
AnswerFormat answer_format_from(std::string_view accept);

// An answer with a Parquet file (store::parquet_of). `headers` are complete lines.
base::Result<http::Response> parquet_answer(std::string headers,
                                            std::span<const store::ParquetColumn> columns,
                                            std::span<const store::ParquetRow> rows,
                                            const store::ParquetNotes& notes);

}  // namespace playhead::web
