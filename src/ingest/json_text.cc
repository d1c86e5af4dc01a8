// SPDX-License-Identifier: Apache-2.0
#include "ingest/json_text.h"

#include "ingest/rejection.h"

namespace playhead::ingest {

std::string_view without_mark(std::string_view body) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (body.starts_with(byte_order_mark)) body.remove_prefix(byte_order_mark.size());
    return body;
}

void append_json_string(std::string_view text, std::string& to) {
    constexpr std::string_view digits = "0123456789abcdef";
    to += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            to += '\\';
            to += c;
        } else if (byte < 0x20) {
            to += "\\u00";
            to += digits[byte >> 4];
            to += digits[byte & 15];
        } else {
            to += c;
        }
    }
    to += '"';
}

std::string json_pointer(std::string_view start, std::span<const std::string_view> names) {
    std::string path(start);
    for (const std::string_view name : names) {
        path += '/';
        // One byte more than is shown, so that Problems sees that there was more.
        for (const char c : name.substr(0, Problems::path_bytes + 1)) {
            if (c == '~') {
                path += "~0";
            } else if (c == '/') {
                path += "~1";
            } else {
                path += c;
            }
        }
    }
    return path;
}

}  // namespace playhead::ingest
