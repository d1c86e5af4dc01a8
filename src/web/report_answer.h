// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"
#include "http/message.h"
#include "store/parquet.h"
#include "store/reports.h"
#include "web/report_request.h"

namespace playhead::web {

// A report as JSON: items, totals, next and what it reflects (docs/reports.md).
std::string report_json(const ReportRequest& request, const store::Report& report);

// The same items as CSV (RFC 4180): a header line, then one line each. Nothing is an empty field,
// an empty text a quoted one.
std::string report_csv(const ReportRequest& request, const store::Report& report);

// The same items as an answer with a Parquet file, which has the notes in itself, too.
base::Result<http::Response> report_parquet(const ReportRequest& request,
                                            const store::Report& report);

// What stands beside the items in JSON, for the head of an answer with a CSV or Parquet file.
store::ParquetNotes report_notes(const ReportRequest& request, const store::Report& report);

// Notes as complete header lines. Their values are of one line.
std::string header_lines(const store::ParquetNotes& notes);

}  // namespace playhead::web
