// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/message.h"

namespace playhead::web {

// Why the admin side does not give what was asked. One table (problem.cc) gives each its status and
// sentence.
enum class Problem : uint8_t {
    no_such_path,
    no_such_session,
    method_not_allowed,
    malformed_query,
    unknown_parameter,
    repeated_parameter,
    bad_limit,
    bad_session_cursor,
    bad_event_cursor,
    bad_seconds,
    bad_parameter,
    no_such_dimension,
    events_not_kept,
    store_failed,
    store_away,
    too_many_streams,
    overloaded,
    no_token,
    unknown_token,
    token_lacks_scope,
    foreign_host,
    foreign_origin,
    takes_post,
    bad_question,
    question_too_large,
    took_too_long,
    left,
    needs_too_much_memory,
    bad_erasure,
    no_person,
    no_such_erasure,
};

// What is wrong with one member of a body.
struct FieldProblem {
    std::string field;  // its place, for example "filter.and[0].dimension"; empty: all of it
    std::string reason;

    friend bool operator==(const FieldProblem&, const FieldProblem&) = default;
};

// An answer with problem details (RFC 9457): type about:blank, so that title is the status phrase.
// `instance` is the target of the request; `more` goes behind the sentence, for example the name of
// a parameter.
http::Response problem_answer(Problem problem, std::string_view instance,
                              std::string_view more = {});

// The same with the member `errors`, a list of {field, reason}.
http::Response problem_answer(Problem problem, std::string_view instance,
                              std::span<const FieldProblem> errors);

// The same for an error of the store or the journal.
http::Response error_answer(const base::Error& error, std::string_view instance);

// Answers that are not problems. Like all answers of the admin side they are not to be cached, nor
// to be taken for another type than they say.
http::Response json_answer(std::string body);
http::Response text_answer(std::string body);  // Prometheus' text format
http::Response csv_answer(std::string headers, std::string body);

}  // namespace playhead::web
