// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <atomic>
#include <ctime>
#include <string>

#include <unistd.h>

namespace playhead::base {

namespace {

std::atomic<bool> is_silent{false};

}  // namespace

void silence_log() {
    is_silent = true;
}

void log(Level level, std::string_view message) {
    if (is_silent) return;
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    tm parts{};
    gmtime_r(&now.tv_sec, &parts);
    char stamp[32];
    const size_t length = strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &parts);
    std::string line(stamp, length);
    switch (level) {
        case Level::info:
            line += " info ";
            break;
        case Level::warning:
            line += " warning ";
            break;
        case Level::error:
            line += " error ";
            break;
    }
    line += message;
    line += '\n';
    // Nothing sensible can be done when standard error is gone.
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace playhead::base
