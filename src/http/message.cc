// SPDX-License-Identifier: Apache-2.0
#include "http/message.h"

#include "base/check.h"
#include "http/ascii.h"

namespace playhead::http {

std::string_view name_of(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::head:
            return "HEAD";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::options:
            return "OPTIONS";
        case Method::del:
            return "DELETE";
        case Method::patch:
            return "PATCH";
        case Method::other:
            return "OTHER";
    }
    CHECK(false);
}

std::string_view Request::header(std::string_view name) const {
    for (const Header& header : headers) {
        if (same_text(header.name, name)) return header.value;
    }
    return {};
}

}  // namespace playhead::http
