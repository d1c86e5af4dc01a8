// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "http/message.h"
#include "store/reports.h"
#include "web/report_request.h"

namespace playhead::web {

// A report as JSON: items, totals, next and what it reflects (docs/reports.md).
std::string report_json(const ReportRequest& request, const store::Report& report);

// The same items as CSV (RFC 4180): a header line, then one line each. Nothing is an empty field,
// an empty text a quoted one.
std::string report_csv(const ReportRequest& request, const store::Report& report);

// Complete header lines that say beside a CSV or Parquet file what stands beside the items in JSON.
std::string report_headers(const ReportRequest& request, const store::Report& report);

}  // namespace playhead::web
