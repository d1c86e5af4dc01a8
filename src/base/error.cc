// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <cerrno>
#include <system_error>

namespace playhead::base {

std::string_view name_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::io:
            return "io";
        case ErrorCode::full:
            return "full";
        case ErrorCode::damaged:
            return "damaged";
        case ErrorCode::not_found:
            return "not_found";
        case ErrorCode::invalid:
            return "invalid";
        case ErrorCode::busy:
            return "busy";
        case ErrorCode::stopped:
            return "stopped";
    }
    return "unknown";
}

std::unexpected<Error> fail_errno(int number, std::string what) {
    ErrorCode code = ErrorCode::io;
    if (number == ENOSPC || number == EDQUOT) code = ErrorCode::full;
    if (number == ENOENT) code = ErrorCode::not_found;
    what += ": ";
    what += std::generic_category().message(number);
    return fail(code, std::move(what));
}

}  // namespace playhead::base
