// SPDX-License-Identifier: Apache-2.0
#pragma once

// CHECK states what must hold if the program is right. It is on in every build: a violated CHECK is
// a bug of ours, so the process writes one line to standard error and aborts; the supervisor starts
// it again and the journal replays. Never use it for input (that is a rejection) or for the world
// (that is an Error).

namespace playhead::base {

[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace playhead::base

#define CHECK(condition)          \
    (static_cast<bool>(condition) \
         ? static_cast<void>(0)   \
         : ::playhead::base::check_failed(#condition, __FILE__, __LINE__))
