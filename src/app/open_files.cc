// SPDX-License-Identifier: Apache-2.0
#include "app/open_files.h"

#include <algorithm>

#include <sys/resource.h>

namespace playhead::app {
namespace {

constexpr size_t files_of_the_rest = 448;

}  // namespace

size_t raise_open_files() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    return limit.rlim_cur;
}

size_t connections_within(size_t files, size_t wanted) {
    const size_t for_players = files - std::min(files / 2, files_of_the_rest);
    // A sixteenth and 16 more are kept until they have read that there are too many.
    const size_t most = (std::max(for_players, size_t{16}) - 16) * 16 / 17;
    return std::clamp(wanted, size_t{1}, std::max(most, size_t{1}));
}

}  // namespace playhead::app
