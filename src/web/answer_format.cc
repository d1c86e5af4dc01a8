// SPDX-License-Identifier: Apache-2.0
#include "web/answer_format.h"

#include <utility>

namespace playhead::web {
namespace {

constexpr std::string_view parquet_headers =
    "Content-Type: application/vnd.apache.parquet\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Cache-Control: no-store\r\n";

}  // namespace

AnswerFormat answer_format_from(std::string_view accept) {
    if (accept.contains("application/vnd.apache.parquet")) return AnswerFormat::parquet;
    return accept.contains("text/csv") ? AnswerFormat::csv : AnswerFormat::json;
}

base::Result<http::Response> parquet_answer(std::string headers,
                                            std::span<const store::ParquetColumn> columns,
                                            std::span<const store::ParquetRow> rows,
                                            const store::ParquetNotes& notes) {
    auto file = store::parquet_of(columns, rows, notes);
    if (!file) return std::unexpected(file.error());
    return http::Response{200, parquet_headers, std::move(headers), *std::move(file)};
}

}  // namespace playhead::web
