// SPDX-License-Identifier: Apache-2.0
#include "ingest/rejection.h"

#include <array>
#include <utility>

#include "base/check.h"

namespace playhead::ingest {
namespace {

struct Entry {
    Rejection rejection;
    std::string_view name;
    int status;
    std::string_view sentence;
};

constexpr std::array<Entry, rejection_count> entries = {{
    {Rejection::malformed_json, "malformed_json", 400, "Request had improper format."},
    {Rejection::schema_failure, "schema_failure", 400, "Request had improper format."},
    {Rejection::wrong_endpoint, "wrong_endpoint", 400,
     "This event type is not accepted by this endpoint."},
    {Rejection::wrong_batch, "wrong_batch", 400,
     "A batch is an array of events, the first and only the first of them a sessionStart."},
    {Rejection::downloaded_flag, "downloaded_flag", 400,
     "media.downloaded does not fit the form of the request."},
    {Rejection::unknown_report_suite, "unknown_report_suite", 400,
     "This server does not take data for this report suite."},
    {Rejection::unknown_session, "unknown_session", 404, "No such session."},
    {Rejection::unknown_path, "unknown_path", 404, "No such resource."},
    {Rejection::unknown_schema, "unknown_schema", 404, "No such event type."},
    {Rejection::wrong_method, "wrong_method", 405, "This method is not accepted here."},
    {Rejection::closed_session, "closed_session", 410,
     "The session is closed and takes no more events."},
    {Rejection::too_large, "too_large", 413, "The request body is too large."},
    {Rejection::unsupported_encoding, "unsupported_encoding", 415,
     "The request body must not be compressed."},
    {Rejection::overloaded, "overloaded", 503, "The server is overloaded; try again."},
}};

constexpr bool in_order() {
    for (size_t i = 0; i < entries.size(); ++i) {
        if (static_cast<size_t>(entries[i].rejection) != i) return false;
    }
    return true;
}

static_assert(in_order(), "the table is indexed by Rejection");

const Entry& entry_of(Rejection rejection) {
    const auto index = static_cast<size_t>(rejection);
    CHECK(index < entries.size());
    return entries[index];
}

bool continues_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

}  // namespace

std::string_view name_of(Rejection rejection) {
    return entry_of(rejection).name;
}

int status_of(Rejection rejection) {
    return entry_of(rejection).status;
}

std::string_view sentence_of(Rejection rejection) {
    return entry_of(rejection).sentence;
}

void Problems::add(std::string path, std::string_view reason) {
    if (full()) return;
    if (path.size() > path_bytes) {
        size_t end = path_bytes;
        while (end > 0 && continues_character(path[end])) --end;
        path.resize(end);
    }
    all_.push_back({std::move(path), reason});
}

}  // namespace playhead::ingest
