// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace playhead::base {

void check_failed(const char* condition, const char* file, int line) noexcept {
    std::fprintf(stderr, "playhead: bug: CHECK(%s) failed at %s:%d\n", condition, file, line);
    std::abort();
}

}  // namespace playhead::base
