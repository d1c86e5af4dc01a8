// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/log.h"

namespace playhead::base {

// How a line of the log looks: "TIME LEVEL MESSAGE", or an object with the members time, level and
// message for programs that collect logs.
enum class LogFormat : uint8_t { text, json };

// From the next line on. Safe from any thread.
void set_log_format(LogFormat format);

// One line with its line feed. Any message gives a valid object of JSON: control characters are
// escaped, UTF-8 stays as it is, and each byte that is none of it becomes U+FFFD.
std::string log_line(LogFormat format, std::string_view time, Level level,
                     std::string_view message);

}  // namespace playhead::base
