// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "store/report_metric.h"

// What a report can be broken down and filtered by: metrics section 10, said once. From this table
// follow the SQL (report_plan.h), the names that are taken (web/report_request.h) and the page for
// analysts (docs/reports.md).
namespace playhead::store {

// Whose dimension it is. A session has several of each part but `session`.
enum class Part : uint8_t {
    session,
    ad,
    chapter,
    state,
    player_error,
    external_error,
    genre,
    program,  // that the question brings, and the session met
    verdict,
};

constexpr size_t part_count = 9;

enum class ValueKind : uint8_t { text, integer, real };

struct ReportDimension {
    std::string_view name;  // for what is supplied: its parameter
    Part part{};
    ValueKind kind{};
    std::string_view value;  // SQL of its value in one record, NULL without one
    std::string_view meaning;
};

std::span<const ReportDimension> report_dimensions();

// Null when there is none of this name.
const ReportDimension* report_dimension_named(std::string_view name);

// Dimensions with this in front of their name are custom metadata of that key.
constexpr std::string_view custom_prefix = "c.";

// How SQL calls one row of this part, and where it finds it (not that of programs).
std::string_view alias_of(Part part);
std::string_view relation_of(Part part);

// The part that a record is of.
Part part_of(Record record);

// SQL of the time to which the numbers of a record belong (metrics 11). Empty for those that belong
// to no single time.
std::string_view time_of(Record record);

// The table of docs/reports.md.
std::string report_dimensions_as_markdown();

}  // namespace playhead::store
