// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <algorithm>
#include <atomic>
#include <ctime>
#include <string>

#include <unistd.h>

#include "base/log_format.h"
#include "base/utf8.h"

namespace playhead::base {

namespace {

std::atomic<bool> is_silent{false};
std::atomic<LogFormat> current_format{LogFormat::text};

std::string_view text_of(Level level) {
    switch (level) {
        case Level::info:
            return "info";
        case Level::warning:
            return "warning";
        case Level::error:
            return "error";
    }
    return "";
}

void append_escaped(std::string_view message, std::string& to) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (size_t at = 0; at < message.size();) {
        const auto byte = static_cast<unsigned char>(message[at]);
        if (byte >= 0x80) {
            const size_t length = utf8_length(message, at);
            to += length > 0 ? message.substr(at, length) : R"(\ufffd)";
            at += std::max<size_t>(length, 1);
            continue;
        }
        ++at;
        if (byte < 0x20 || byte == 0x7f) {
            to += "\\u00";
            to += digits[byte >> 4];
            to += digits[byte & 15];
            continue;
        }
        if (byte == '"' || byte == '\\') to += '\\';
        to += static_cast<char>(byte);
    }
}

}  // namespace

void silence_log() {
    is_silent = true;
}

void set_log_format(LogFormat format) {
    current_format = format;
}

std::string log_line(LogFormat format, std::string_view time, Level level,
                     std::string_view message) {
    std::string line;
    if (format == LogFormat::json) {
        line += R"({"time":")";
        line += time;
        line += R"(","level":")";
        line += text_of(level);
        line += R"(","message":")";
        append_escaped(message, line);
        line += "\"}\n";
        return line;
    }
    line += time;
    line += ' ';
    line += text_of(level);
    line += ' ';
    line += message;
    line += '\n';
    return line;
}

void log(Level level, std::string_view message) {
    if (is_silent) return;
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    tm parts{};
    gmtime_r(&now.tv_sec, &parts);
    char stamp[32];
    const size_t length = strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &parts);
    const std::string line = log_line(current_format, {stamp, length}, level, message);
    // Nothing sensible can be done when standard error is gone.
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace playhead::base
