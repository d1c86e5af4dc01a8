// SPDX-License-Identifier: Apache-2.0
#include "web/sql_request.h"

#include <cstdint>

#include <nlohmann/json.hpp>

namespace playhead::web {
namespace {

using nlohmann::json;

void read_sql(const json& body, SqlRequest& request) {
    const auto found = body.find("sql");
    if (found == body.end() || !found->is_string()) {
        request.problems.push_back({"sql", "is missing or not a text"});
        return;
    }
    request.question.sql = found->get<std::string>();
    if (request.question.sql.size() > most_sql_bytes) {
        request.problems.push_back(
            {"sql", "must have at most " + std::to_string(most_sql_bytes) + " bytes"});
    }
}

void read_limit(const json& body, SqlRequest& request) {
    const auto found = body.find("limit");
    if (found == body.end()) return;
    const int64_t limit = found->is_number_integer() ? found->get<int64_t>() : 0;
    if (limit >= 1 && limit <= int64_t{most_sql_rows}) {
        request.question.rows = static_cast<size_t>(limit);
    } else {
        request.problems.push_back(
            {"limit", "must be a whole number from 1 to " + std::to_string(most_sql_rows)});
    }
}

}  // namespace

SqlRequest sql_request_from(std::string_view body) {
    SqlRequest request;
    request.question.rows = usual_sql_rows;
    request.question.bytes = most_sql_answer_bytes;
    const json given = json::parse(body, nullptr, false);
    if (!given.is_object()) {
        request.problems.push_back({"", "the body must be a JSON object"});
        return request;
    }
    for (const auto& [name, value] : given.items()) {
        if (name != "sql" && name != "limit") request.problems.push_back({name, "is not known"});
    }
    read_sql(given, request);
    read_limit(given, request);
    return request;
}

}  // namespace playhead::web
