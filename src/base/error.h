// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace playhead::base {

// Why the world failed us. An Error is returned to the nearest place that can retry, refuse or
// stop; it is never logged and returned.
enum class ErrorCode : uint8_t {
    io,         // the operating system refused a file or socket operation
    full,       // no room left: disk, queue or configured limit
    damaged,    // stored bytes are not what was written
    not_found,  // what was named does not exist
    invalid,    // a setting, argument or file content is not acceptable
    busy,       // somebody else holds it (a lock, a port)
    stopped,    // the part that was asked is shutting down
};

std::string_view name_of(ErrorCode code);

struct Error {
    ErrorCode code = ErrorCode::io;
    // A sentence for people: what happened, to what, and where it helps, what to do.
    std::string what;
};

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorCode code, std::string what) {
    return std::unexpected(Error{code, std::move(what)});
}

// An `io` (or `full`, for ENOSPC and EDQUOT; `not_found` for ENOENT) error that ends in the
// system's own words for `number`, an errno value.
std::unexpected<Error> fail_errno(int number, std::string what);

}  // namespace playhead::base
