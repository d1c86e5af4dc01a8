// SPDX-License-Identifier: Apache-2.0
#include "web/recording.h"

namespace playhead::web {
namespace {

// Without a byte order mark and what stands around the outermost brackets.
std::string_view trimmed(std::string_view body, char first, char last) {
    const size_t begin = body.find(first);
    const size_t end = body.rfind(last);
    if (begin == body.npos || end == body.npos || end < begin) return {};
    return body.substr(begin, end - begin + 1);
}

}  // namespace

std::string recording_json(const Recording& recording) {
    std::string text = R"({"name":")" + recording.session + R"(","context":{"endpoint":")" +
                       (recording.is_downloaded ? "downloaded" : "sessions") + R"("},"events":)";
    if (recording.is_downloaded) {
        for (const Recording::Request& batch : recording.requests) {
            text += trimmed(batch.body, '[', ']');
        }
        return text + '}';
    }
    text += '[';
    for (const Recording::Request& request : recording.requests) {
        std::string_view body = trimmed(request.body, '{', '}');
        if (body.empty()) continue;
        body.remove_suffix(1);
        if (text.back() != '[') text += ",\n";
        text += body;
        text += R"(,"receivedAt":)" + std::to_string(request.received_at) + '}';
    }
    return text + "]}";
}

}  // namespace playhead::web
