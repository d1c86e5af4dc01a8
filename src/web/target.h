// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "session/row.h"
#include "web/problem.h"

// From the target of a request to what is asked. Pure functions over input from outside.
namespace playhead::web {

struct Refusal {
    Problem problem{};
    std::string more;  // as for problem_answer
};

// What the paths of the admin side stand for.
enum class Resource : uint8_t {
    none,
    health,
    readiness,
    metrics,
    ledger,
    quarantine,
    sessions,
    session,
    events,
    explanation,
    reports,
    sql,
    description,
    live,
    recording,
};

struct Target {
    Resource resource = Resource::none;
    std::string_view session;  // the part of the path between slashes, as sent
    std::string_view query;    // behind '?', as sent
};

// All paths that are known here, with {sid} where the id of a session stands.
std::vector<std::string> known_paths();

// Paths are compared as they are: no trailing slash, no escapes, no case folding.
Target target_from(std::string_view text);

struct QueryParameter {
    std::string name;
    std::string value;
};

// The parameters of a query, unescaped. One that is given twice is refused.
std::expected<std::vector<QueryParameter>, Refusal> query_from(std::string_view query);

// All of a text as a decimal number without sign or space.
std::optional<size_t> whole_number_from(std::string_view text);

// The part of a list that is asked for.
struct Page {
    std::optional<std::string> cursor;
    size_t limit = 0;
};

constexpr size_t most_items = 1000;
constexpr size_t usual_sessions = 50;

// Query parameters `cursor` and `limit` (1 to most_items; `usual` when it is not given). Every
// other parameter, or one given twice, is refused.
std::expected<Page, Refusal> page_from(std::string_view query, size_t usual);

// Refuses every query.
std::optional<Refusal> refuse_parameters(std::string_view query);

// Cursor of a list of sessions: the id of the last one given.
std::expected<std::optional<event::SessionId>, Refusal> session_cursor(const Page& page);

// Cursor of a list of events: how many were given already, in decimal. Of the quarantine: the
// offset at which it goes on.
std::expected<size_t, Refusal> event_cursor(const Page& page);

}  // namespace playhead::web
