// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace playhead::ingest {

// Why a request is refused. One table (rejection.cc) gives each its name, status and sentence.
enum class Rejection : uint8_t {
    malformed_json,
    schema_failure,
    wrong_endpoint,
    wrong_batch,
    downloaded_flag,
    unknown_report_suite,
    unknown_session,
    unknown_path,
    unknown_schema,
    wrong_method,
    closed_session,
    too_large,
    unsupported_encoding,
    overloaded,
};

constexpr size_t rejection_count = 14;

// For counters and the ledger, for example "schema_failure". Never change one.
std::string_view name_of(Rejection rejection);

// The HTTP status (protocol 5.3, 2.4, 2.7, 2.8).
int status_of(Rejection rejection);

// The `message` of the error body (protocol 11.5).
std::string_view sentence_of(Rejection rejection);

// One thing that is wrong with a body: where, as a JSON pointer, and what was expected there.
struct Problem {
    std::string path;
    std::string_view reason;  // a constant

    bool operator==(const Problem&) const = default;
};

// Everything that is wrong with one body, up to a limit; what comes behind it is left out, the body
// is refused all the same.
class Problems {
  public:
    static constexpr size_t limit = 100;
    // A longer path is cut, at the boundary of a UTF-8 character: keys come from outside.
    static constexpr size_t path_bytes = 256;

    void add(std::string path, std::string_view reason);

    bool full() const { return all_.size() >= limit; }

    const std::vector<Problem>& all() const { return all_; }

    void clear() { all_.clear(); }

  private:
    std::vector<Problem> all_;
};

}  // namespace playhead::ingest
